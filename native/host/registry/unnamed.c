// SPDX-License-Identifier: Apache-2.0
/*
 * Containers that nobody has reported yet. The first event of such a container (its processes begin
 * with clone and execve, which have cgroups) is held until the driving program has asked the engines:
 * so the name stands in the file before the first program, however late the engine or the driver is.
 * Only the file waits; it stops waiting when an answer is overdue or the buffers fill.
 */
#include "registry/unnamed.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/report.h"
#include "file/rings.h"
#include "registry/accounts.h"
#include "registry/containers.h"
#include "wire.h"

#define PATIENCE (5000 * MILLISECOND)

struct container_id {
	char text[CONTAINER_ID_LENGTH];
	u64 asked; /* boot time */
	bool is_settled;
};
static struct container_id *ids;
static size_t id_count;

static bool is_hex(char letter)
{
	return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

/* Names of monitors' control groups have the ids of what they watch. */
static bool is_monitored(const char *from, const char *id)
{
	static const char MONITOR[] = "conmon-";
	size_t length = sizeof(MONITOR) - 1;
	return (size_t)(id - from) >= length && !memcmp(id - length, MONITOR, length);
}

/* The next engine's id in a list of cgroup paths: 64 hexadecimal digits, no more and no less. */
static const char *find_id(const char *from, const char *end)
{
	u32 run = 0;
	for (const char *at = from; at < end; at++) {
		run = is_hex(*at) ? run + 1 : 0;
		if (run == CONTAINER_ID_LENGTH && (at + 1 == end || !is_hex(at[1])) &&
		    !is_monitored(from, at + 1 - CONTAINER_ID_LENGTH))
			return at + 1 - CONTAINER_ID_LENGTH;
	}
	return NULL;
}

static struct container_id *look_up(const char *text)
{
	for (size_t i = id_count; i-- > 0;)
		if (!memcmp(ids[i].text, text, CONTAINER_ID_LENGTH))
			return &ids[i];
	return NULL;
}

static struct container_id *add(const char *text)
{
	ids = more_memory(ids, (id_count + 1) * sizeof(*ids));
	struct container_id *id = &ids[id_count++];
	memcpy(id->text, text, CONTAINER_ID_LENGTH);
	id->asked = boot_time();
	id->is_settled = false;
	return id;
}

void settle_container(const char *text, size_t length)
{
	if (length != CONTAINER_ID_LENGTH)
		return;
	struct container_id *id = look_up(text);
	if (!id)
		id = add(text);
	id->is_settled = true;
}

static int cgroups_index(u16 code)
{
	switch (code) {
	case CODE_clone: return PARAM_clone_cgroups;
	case CODE_clone3: return PARAM_clone3_cgroups;
	case CODE_fork: return PARAM_fork_cgroups;
	case CODE_vfork: return PARAM_vfork_cgroups;
	case CODE_execve: return PARAM_execve_cgroups;
	case CODE_execveat: return PARAM_execveat_cgroups;
	default: return -1;
	}
}

static void ask_for_container(const char *id)
{
	char line[128];
	snprintf(line, sizeof(line), "{\"unnamed\":\"%.64s\"}", id);
	send_line(line, CAN_BE_LEFT_OUT);
}

static bool is_awaited(const char *text)
{
	struct container_id *id = look_up(text);
	if (!id) {
		id = add(text);
		ask_for_container(id->text);
	}
	if (!id->is_settled && (boot_time() - id->asked > PATIENCE || are_rings_filling()))
		id->is_settled = true;
	return !id->is_settled;
}

/* The container that a list of cgroup paths names: the innermost of those in the first path that names one. */
static const char *innermost_id(const char *text, const char *end)
{
	const char *innermost = find_id(text, end), *next = innermost;
	if (!innermost)
		return NULL;
	const char *path_end = innermost + strnlen(innermost, end - innermost);
	while ((next = find_id(next + CONTAINER_ID_LENGTH, path_end)))
		innermost = next;
	return innermost;
}

static void need_containers(const char *text, const char *end, u64 when)
{
	for (; (text = find_id(text, end)); text += CONTAINER_ID_LENGTH)
		need_container(text, CONTAINER_ID_LENGTH, when);
}

void note_listed_process(const u8 *cgroups, u32 size, u64 pid, u64 when)
{
	const char *text = (const char *)cgroups, *end = text + size, *id = innermost_id(text, end);
	/* Both are written with the file's beginning. */
	need_containers(text, end, when);
	if (id)
		learn_accounts(id, pid);
}

/* The containers that an event's process is in, and their users, stand before the event. */
static void learn_from_event(const u8 *event, const char *text, const char *end)
{
	u64 when, tid;
	memcpy(&when, event + HEADER_TIME, 8);
	memcpy(&tid, event + HEADER_TID, 8);
	need_containers(text, end, when);
	const char *id = innermost_id(text, end);
	if (id && learn_accounts(id, tid))
		write_accounts(id, when);
}

bool is_of_unnamed_container(const u8 *event, u32 size)
{
	u16 code, count, length = 0;
	memcpy(&code, event + HEADER_CODE, 2);
	int index = cgroups_index(code);
	if (index < 0 || options->control_fd < 0)
		return false;
	memcpy(&count, event + HEADER_COUNT, 2);
	u32 at = HEADER_SIZE + 2 * count;
	for (int i = 0; i <= index; i++) {
		at += length;
		memcpy(&length, event + HEADER_SIZE + 2 * i, 2);
	}
	if (at + length > size)
		return false;
	const char *text = (const char *)event + at, *end = text + length;
	bool is_waiting = false;
	/* A container in a container has the ids of both. */
	for (const char *id = text; (id = find_id(id, end)); id += CONTAINER_ID_LENGTH)
		is_waiting |= is_awaited(id);
	if (!is_waiting)
		learn_from_event(event, text, end);
	return is_waiting;
}
