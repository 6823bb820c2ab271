// SPDX-License-Identifier: Apache-2.0
/*
 * Lines from the front end: `container ID JSON` (written as an asynchronous event, and again in each file of a
 * rotation), `unknown ID` (no engine knows it), `begin` (all containers that run are named), `stop`.
 */
#include "recording/control.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/stop.h"
#include "registry/containers.h"
#include "registry/unnamed.h"

static char *line;
static size_t line_size, line_room;
static bool has_begun;
static bool is_abandoned;

static void obey(const char *order, u64 when)
{
	if (!strncmp(order, "container ", 10)) {
		add_container(order + 10, when);
	} else if (!strncmp(order, "unknown ", 8)) {
		settle_container(order + 8, strlen(order + 8));
	} else if (!strcmp(order, "begin")) {
		has_begun = true;
	} else if (!strcmp(order, "stop")) {
		ask_to_stop();
	}
}

static void read_once(u64 when)
{
	char part[65536];
	ssize_t got = read(options->control_fd, part, sizeof(part));
	if (got <= 0) {
		/* Whoever started this recording, and could end it, is gone. */
		is_abandoned |= !got || (errno != EAGAIN && errno != EINTR);
		return;
	}
	for (ssize_t i = 0; i < got; i++) {
		if (line_size + 1 >= line_room)
			line = more_memory(line, line_room = 2 * line_room + 4096);
		line[line_size++] = part[i];
		if (part[i] == '\n') {
			line[line_size - 1] = 0;
			obey(line, when);
			line_size = 0;
		}
	}
}

void read_control(u64 when)
{
	struct pollfd ready = {options->control_fd, POLLIN, 0};
	while (options->control_fd >= 0 && !is_abandoned && poll(&ready, 1, 0) > 0)
		read_once(when);
}

bool is_recording_abandoned(void)
{
	return is_abandoned;
}

void await_begin(void)
{
	while (options->control_fd >= 0 && !has_begun && !is_abandoned && !is_asked_to_stop())
		read_once(boot_time());
}
