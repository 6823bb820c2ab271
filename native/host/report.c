// SPDX-License-Identifier: Apache-2.0
/*
 * What the outside is told: text on stderr, or JSON lines on the descriptor of the program that
 * drives this one. An error says what, why and what to do, under a code that never changes meaning.
 */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recorder.h"

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

#define FOR_AN_ANSWER 1000 /* ms */

/* A driver that does not read, or went away, must not keep the recorder from its buffers: the line is left out then. */
static void send_line(const char *line, int patience_ms)
{
	char whole[8192];
	struct pollfd room = {options.report_fd, POLLOUT, 0};
	int size = snprintf(whole, sizeof(whole), "%s\n", line);
	if (poll(&room, 1, patience_ms) <= 0 || write(options.report_fd, whole, size) < 0)
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
	if (options.report_fd >= 0) {
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
	if (options.report_fd >= 0) {
		append_json(line, sizeof(line) - 8, said);
		strcat(line, "\"}");
		send_line(line, FOR_AN_ANSWER);
	} else {
		fprintf(stderr, "tiercel-recorder: %s\n", said);
	}
}

static u64 bytes_so_far(void)
{
	return totals.bytes + file_bytes();
}

/* `events`, `bytes` and `files` are those that are left on disk; `written` has those of removed files too. */
static void send_totals(const char *key, const char *value, int patience_ms)
{
	char line[1024];
	const struct removed *removed = &totals.removed;
	struct losses losses = {};
	read_losses(&losses);
	snprintf(line, sizeof(line),
		 "{\"%s\":\"%s\",\"events\":%llu,\"bytes\":%llu,\"files\":%u,"
		 "\"written\":{\"events\":%llu,\"bytes\":%llu,\"files\":%u},"
		 "\"lost\":{\"bufferFull\":%llu,\"scratch\":%llu},\"status\":%d,\"goesOn\":%d,\"isCutShort\":%s}",
		 key, value, (unsigned long long)(totals.events - removed->events),
		 (unsigned long long)(bytes_so_far() - removed->bytes), totals.files - removed->files,
		 (unsigned long long)totals.events, (unsigned long long)bytes_so_far(), totals.files,
		 (unsigned long long)losses.buffer_full, (unsigned long long)losses.scratch, command_status(),
		 running_command(), is_cut_short() ? "true" : "false");
	send_line(line, patience_ms);
}

void report_start(void)
{
	if (options.report_fd >= 0)
		send_totals("state", "listed", FOR_AN_ANSWER);
	else if (!options.is_quiet)
		fprintf(stderr, "Recording to %s\n", options.path);
}

void report_progress(void)
{
	if (options.report_fd >= 0)
		send_totals("state", "recording", 0);
}

void ask_for_container(const char *id)
{
	char line[128];
	snprintf(line, sizeof(line), "{\"unnamed\":\"%.64s\"}", id);
	if (options.report_fd >= 0)
		send_line(line, 0);
}

static void print_summary(const char *reason)
{
	const struct removed *removed = &totals.removed;
	u32 kept = totals.files - removed->files;
	struct losses losses = {};
	read_losses(&losses);
	fprintf(stderr, "%llu events, %llu bytes in %u file%s (%s)\n",
		(unsigned long long)(totals.events - removed->events),
		(unsigned long long)(bytes_so_far() - removed->bytes), kept, kept == 1 ? "" : "s", reason);
	if (removed->files)
		fprintf(stderr, "--keep %u removed %u earlier file%s: %llu events, %llu bytes\n", options.keep_files,
			removed->files, removed->files == 1 ? "" : "s", (unsigned long long)removed->events,
			(unsigned long long)removed->bytes);
	if (is_cut_short())
		fprintf(stderr, "cut short: what happened just before the end is missing\n");
	if (running_command())
		fprintf(stderr, "the command goes on, without being recorded: process %d\n", running_command());
	if (losses.buffer_full || losses.scratch)
		fprintf(stderr, "LOST: %llu events, the buffer was full (try --buffer 64m); %llu for other reasons\n",
			(unsigned long long)losses.buffer_full, (unsigned long long)losses.scratch);
}

void report_summary(const char *reason)
{
	if (options.report_fd >= 0)
		send_totals("done", reason, FOR_AN_ANSWER);
	else if (!options.is_quiet)
		print_summary(reason);
}
