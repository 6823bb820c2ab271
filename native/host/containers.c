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
#include "memory.h"

struct container {
	char *id, *json;
	/* A capture of one command or one container tells only of those that its processes are in. */
	bool is_needed;
};
static struct container *containers;
static size_t container_count;
static char *line;
static size_t line_size, line_room;
static bool has_begun;
static bool is_file_open;
static bool is_abandoned;

static void write_container(const struct container *container, u64 when)
{
	static const char NAME[] = "container";
	u32 plugin = 0;
	struct parameter parameters[] = {{&plugin, 4}, {NAME, sizeof(NAME)},
					 {container->json, strlen(container->json) + 1}};
	write_made_event(CODE_asyncevent, when, parameters, 3);
}

void write_containers(void)
{
	is_file_open = true;
	for (size_t i = 0; i < container_count; i++)
		if (containers[i].is_needed)
			write_container(&containers[i], last_horizon());
	write_all_accounts(last_horizon());
}

static bool is_same_id(const char *one, size_t length, const char *other)
{
	return strlen(other) == length && !memcmp(one, other, length);
}

/* The id of the container's pod, which is a container too; empty where it has none. */
static const char *pod_of(const struct container *container, size_t *length)
{
	static const char KEY[] = "\"pod_sandbox_id\":\"";
	/* Quotes within the texts of JSON are escaped, so this is the key. */
	const char *at = strstr(container->json, KEY), *id = at ? at + strlen(KEY) : "";
	*length = strcspn(id, "\"");
	return id;
}

void need_container(const char *id, size_t length, u64 when)
{
	for (size_t i = 0; i < container_count; i++) {
		struct container *container = &containers[i];
		if (container->is_needed || !is_same_id(id, length, container->id))
			continue;
		container->is_needed = true;
		if (is_file_open)
			write_container(container, when);
		size_t pod_length;
		const char *pod = pod_of(container, &pod_length);
		need_container(pod, pod_length, when);
	}
}

static bool is_needed_at_once(const char *id, size_t length)
{
	size_t pod_length;
	if (!options.is_only_command && !options.container)
		return true;
	if (options.container && !strncmp(id, options.container, strlen(options.container)))
		return true;
	for (size_t i = 0; i < container_count; i++) {
		const struct container *other = &containers[i];
		const char *pod = pod_of(other, &pod_length);
		if (other->is_needed && (is_same_id(id, length, other->id) ||
					 (pod_length == length && !memcmp(pod, id, length))))
			return true;
	}
	return false;
}

static void tell_of_container(const char *words)
{
	size_t length = strcspn(words, " ");
	const char *json = words + length + strspn(words + length, " ");
	settle_container(words, length);
	expect_accounts(words, length);
	bool is_needed = is_needed_at_once(words, length);
	containers = more_memory(containers, (container_count + 1) * sizeof(*containers));
	containers[container_count++] =
		(struct container){copy_of_text(words, length), copy_of_text(json, strlen(json)), false};
	if (is_needed)
		need_container(words, length, last_horizon());
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
		ask_to_stop();
	}
}

static void read_once(void)
{
	char part[65536];
	ssize_t got = read(options.control_fd, part, sizeof(part));
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
			obey(line);
			line_size = 0;
		}
	}
}

void read_control(void)
{
	struct pollfd ready = {options.control_fd, POLLIN, 0};
	while (options.control_fd >= 0 && !is_abandoned && poll(&ready, 1, 0) > 0)
		read_once();
}

bool is_recording_abandoned(void)
{
	return is_abandoned;
}

void await_begin(void)
{
	while (options.control_fd >= 0 && !has_begun && !is_abandoned && !is_asked_to_stop())
		read_once();
}
