// SPDX-License-Identifier: Apache-2.0
/*
 * What the outside is told: text on stderr, or JSON lines on the descriptor of the program that
 * drives this one. An error says what, why and what to do, under a code that never changes meaning.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recorder.h"

static void append_json(char *line, size_t size, const char *text)
{
	size_t at = strlen(line);
	for (; *text && at + 8 < size; text++) {
		u8 byte = *text;
		if (byte == '"' || byte == '\\') {
			line[at++] = '\\';
			line[at++] = byte;
		} else if (byte < 32 || byte > 126) {
			at += snprintf(line + at, size - at, "\\u%04x", byte);
		} else {
			line[at++] = byte;
		}
	}
	line[at] = 0;
}

static void send_line(const char *line)
{
	char whole[8192];
	int size = snprintf(whole, sizeof(whole), "%s\n", line);
	/* A driver that went away is no reason to stop: the file matters. */
	if (write(options.report_fd, whole, size) < 0)
		return;
}

void fail(const struct error *error, const char *why, ...)
{
	char reason[2048], line[6144] = "{\"error\":{\"code\":\"";
	va_list list;
	va_start(list, why);
	vsnprintf(reason, sizeof(reason), why, list);
	va_end(list);
	if (options.report_fd >= 0) {
		append_json(line, sizeof(line), error->code);
		strcat(line, "\",\"what\":\"");
		append_json(line, sizeof(line), error->what);
		strcat(line, "\",\"why\":\"");
		append_json(line, sizeof(line) - 1024, reason);
		strcat(line, "\",\"fix\":\"");
		append_json(line, sizeof(line), error->fix);
		strcat(line, "\"}}");
		send_line(line);
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
	if (options.report_fd >= 0) {
		append_json(line, sizeof(line) - 8, said);
		strcat(line, "\"}");
		send_line(line);
	} else {
		fprintf(stderr, "tiercel-recorder: %s\n", said);
	}
}

static void send_totals(const char *key, const char *value)
{
	char line[512];
	struct losses losses = {};
	read_losses(&losses);
	snprintf(line, sizeof(line),
		 "{\"%s\":\"%s\",\"events\":%llu,\"bytes\":%llu,\"files\":%u,"
		 "\"lost\":{\"bufferFull\":%llu,\"scratch\":%llu},\"status\":%d,\"goesOn\":%d}",
		 key, value, (unsigned long long)totals.events, (unsigned long long)(totals.bytes + file_bytes()),
		 totals.files, (unsigned long long)losses.buffer_full, (unsigned long long)losses.scratch,
		 command_status(), running_command());
	send_line(line);
}

void report_progress(const char *state)
{
	if (options.report_fd >= 0)
		send_totals("state", state);
}

void ask_for_container(const char *id)
{
	char line[128];
	snprintf(line, sizeof(line), "{\"unnamed\":\"%.64s\"}", id);
	if (options.report_fd >= 0)
		send_line(line);
}

void report_summary(const char *reason)
{
	struct losses losses = {};
	if (options.report_fd >= 0) {
		send_totals("done", reason);
		return;
	}
	if (options.is_quiet)
		return;
	read_losses(&losses);
	fprintf(stderr, "%llu events, %llu bytes in %u file%s (%s)\n", (unsigned long long)totals.events,
		(unsigned long long)(totals.bytes + file_bytes()), totals.files, totals.files == 1 ? "" : "s", reason);
	if (running_command())
		fprintf(stderr, "the command goes on, without being recorded: process %d\n", running_command());
	if (losses.buffer_full || losses.scratch)
		fprintf(stderr, "LOST: %llu events, the buffer was full (try --buffer 64m); %llu for other reasons\n",
			(unsigned long long)losses.buffer_full, (unsigned long long)losses.scratch);
}
