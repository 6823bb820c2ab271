// SPDX-License-Identifier: Apache-2.0
#include "base/report.h"
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/options.h"

void append_json(char *line, size_t size, const char *text)
{
	size_t at = strlen(line);
	for (; *text && at + 8 < size; text++) {
		u8 byte = *text;
		if (byte == '"' || byte == '\\') {
			line[at++] = '\\';
			line[at++] = byte;
		} else if (byte < 32 || byte == 127) {
			at += snprintf(line + at, size - at, "\\u%04x", byte);
		} else {
			line[at++] = byte;
		}
	}
	line[at] = 0;
}

/* A front end that does not read, or went away, must not keep the recorder from its buffers: the line is left out then. */
void send_line(const char *line, int patience_ms)
{
	char whole[8192];
	struct pollfd room = {options->report_fd, POLLOUT, 0};
	int size = snprintf(whole, sizeof(whole), "%s\n", line);
	if (options->report_fd < 0)
		return;
	if (poll(&room, 1, patience_ms) <= 0 || write(options->report_fd, whole, size) < 0)
		return;
}

static void (*failure_hook)(void);

void before_failure(void (*hook)(void))
{
	failure_hook = hook;
}

void fail(const struct error *error, const char *why, ...)
{
	char reason[2048], line[6144] = "{\"error\":{\"code\":\"";
	void (*hook)(void) = failure_hook;
	va_list list;
	va_start(list, why);
	vsnprintf(reason, sizeof(reason), why, list);
	va_end(list);
	/* Once: the hook may fail too. */
	failure_hook = NULL;
	if (hook)
		hook();
	if (options->report_fd >= 0) {
		append_json(line, sizeof(line), error->code);
		strcat(line, "\",\"what\":\"");
		append_json(line, sizeof(line), error->what);
		strcat(line, "\",\"why\":\"");
		append_json(line, sizeof(line) - 1024, reason);
		strcat(line, "\",\"fix\":\"");
		append_json(line, sizeof(line), error->fix);
		strcat(line, "\"}}");
		send_line(line, FOR_AN_ANSWER);
	} else {
		fprintf(stderr, "tiercel-recorder: %s\n  why: %s\n  Code: %s\n  Try this: %s\n", error->what,
			reason, error->code, error->fix);
	}
	exit(2);
}

void notice(const char *text, ...)
{
	char said[1024], line[2048] = "{\"notice\":\"";
	va_list list;
	va_start(list, text);
	vsnprintf(said, sizeof(said), text, list);
	va_end(list);
	if (options->report_fd >= 0) {
		append_json(line, sizeof(line) - 8, said);
		strcat(line, "\"}");
		send_line(line, FOR_AN_ANSWER);
	} else {
		fprintf(stderr, "tiercel-recorder: %s\n", said);
	}
}
