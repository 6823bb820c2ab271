// SPDX-License-Identifier: Apache-2.0
#include "recording/progress.h"
#include <stdio.h>
#include "base/options.h"
#include "base/report.h"
#include "base/stop.h"
#include "file/scap.h"
#include "file/totals.h"
#include "recording/command.h"
#include "system/kernel.h"

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
	if (options->report_fd >= 0)
		send_totals("state", "listed", FOR_AN_ANSWER);
	else if (!options->is_quiet)
		fprintf(stderr, "Recording to %s\n", options->path);
}

void report_progress(void)
{
	if (options->report_fd >= 0)
		send_totals("state", "recording", CAN_BE_LEFT_OUT);
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
		fprintf(stderr, "--keep %u removed %u earlier file%s: %llu events, %llu bytes\n", options->keep_files,
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
	if (options->report_fd >= 0)
		send_totals("done", reason, FOR_AN_ANSWER);
	else if (!options->is_quiet)
		print_summary(reason);
}
