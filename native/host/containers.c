// SPDX-License-Identifier: Apache-2.0
/*
 * Lines from the program that drives this one: `container ID JSON` (written as an asynchronous event,
 * and again in each file of a rotation), `unknown ID` (no engine knows it), `begin` (all containers that
 * were there are told), `stop`.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recorder.h"
#include "events.h"

static char **containers;
static size_t container_count;
static char *line;
static size_t line_size, line_room;
static bool has_begun;
static bool is_file_open;

static void write_container(const char *json)
{
	static const char NAME[] = "container";
	u32 plugin = 0;
	struct parameter parameters[] = {{&plugin, 4}, {NAME, sizeof(NAME)}, {json, strlen(json) + 1}};
	write_made_event(CODE_asyncevent, last_horizon(), parameters, 3);
}

void write_containers(void)
{
	is_file_open = true;
	for (size_t i = 0; i < container_count; i++)
		write_container(containers[i]);
	write_all_accounts(last_horizon());
}

static void tell_of_container(const char *words)
{
	size_t length = strcspn(words, " ");
	const char *json = words + length + strspn(words + length, " ");
	settle_container(words, length);
	/* A capture of one container says nothing of others. */
	if (options.container && strncmp(words, options.container, strlen(options.container)))
		return;
	expect_accounts(words, length);
	containers = realloc(containers, (container_count + 1) * sizeof(*containers));
	containers[container_count++] = strdup(json);
	if (is_file_open)
		write_container(json);
}

static void obey(const char *order)
{
	if (!strncmp(order, "container ", 10)) {
		tell_of_container(order + 10);
	} else if (!strncmp(order, "unknown ", 8)) {
		settle_container(order + 8, strlen(order + 8));
	} else if (!strcmp(order, "begin")) {
		has_begun = true;
	} else if (!strcmp(order, "stop")) {
		is_interrupted = true;
	}
}

static void read_once(void)
{
	char part[65536];
	ssize_t got = read(options.control_fd, part, sizeof(part));
	if (got <= 0) {
		/* The driver went away: record on, there is a file to be finished. */
		if (!got || (errno != EAGAIN && errno != EINTR))
			options.control_fd = -1;
		return;
	}
	for (ssize_t i = 0; i < got; i++) {
		if (line_size + 1 >= line_room)
			line = realloc(line, line_room = 2 * line_room + 4096);
		line[line_size++] = part[i];
		if (part[i] == '\n') {
			line[line_size - 1] = 0;
			obey(line);
			line_size = 0;
		}
	}
}

void read_control(void)
{
	struct pollfd ready = {options.control_fd, POLLIN, 0};
	while (options.control_fd >= 0 && poll(&ready, 1, 0) > 0)
		read_once();
}

void await_begin(void)
{
	while (options.control_fd >= 0 && !has_begun && !is_interrupted)
		read_once();
}
