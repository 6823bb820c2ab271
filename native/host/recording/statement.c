// SPDX-License-Identifier: Apache-2.0
/*
 * What this recording leaves out, in the capture itself: an asynchronous event called "recording" at the beginning of
 * each file. The reference takes such events for state and passes over names that it does not know.
 */
#include "recording/statement.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/options.h"
#include "base/report.h"
#include "file/scap.h"
#include "wire.h"

#define NAME "recording"
#define ROOM 4096

static void append(char *line, const char *text)
{
	size_t at = strlen(line);
	snprintf(line + at, ROOM - at, "%s", text);
}

static void append_text(char *line, const char *key, const char *text)
{
	append(line, key);
	append(line, "\"");
	/* Room for what closes it; a text that is too long is cut, not the JSON. */
	append_json(line, ROOM - 256, text);
	append(line, "\"");
}

void write_statement(u32 file_number)
{
	static const u32 NO_PLUGIN = 0;
	char line[ROOM] = "";
	snprintf(line, sizeof(line), "{\"recorder\":\"tiercel\",\"snaplen\":%u,\"all\":%s", options->snap_length,
		 options->is_all ? "true" : "false");
	if (options->is_only_command)
		append_text(line, ",\"only_command\":", options->command[0]);
	if (options->container)
		append_text(line, ",\"container\":", options->container);
	if (options->rotate_bytes)
		snprintf(line + strlen(line), ROOM - strlen(line), ",\"file\":%u", file_number);
	if (options->system_calls)
		append_text(line, ",\"syscalls\":", options->system_calls);
	append(line, "}");
	struct parameter parameters[] = {{&NO_PLUGIN, 4}, {NAME, sizeof(NAME)}, {line, strlen(line) + 1}};
	write_record(CODE_asyncevent, boot_time(), parameters, 3);
}
