// SPDX-License-Identifier: Apache-2.0
/*
 * Users and groups that containers have of their own, by the ids that events have. They are read when a process
 * of the container is seen, and written as the format's events of added users, again in each file of a rotation.
 * Names are what the container says, whoever wrote it there.
 */
#include "registry/accounts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/report.h"
#include "file/rings.h"
#include "file/scap.h"
#include "system/looker.h"
#include "wire.h"

#define MAX_CONTAINERS 1024
#define MAX_ACCOUNTS 1024
#define MAX_NAME 255
#define MAX_RANGES 340
#define SECOND (1000 * MILLISECOND)
/* So long is the file kept waiting for a container's answers, in all. */
#define PATIENCE SECOND
#define GIVE_UP (5 * SECOND)
/* A process may be gone, or still on its way into the container: it is looked at again, less and less often. */
#define LOOK_FOR (60 * SECOND)
#define LOOKS_AT_ONCE 100

struct account {
	u32 id, group;
	const char *name, *home, *shell;
};
struct container_accounts {
	char id[CONTAINER_ID_LENGTH + 1], short_id[SHORT_ID_LENGTH + 1];
	u64 pid;                          /* last seen in there; 0: none yet */
	u64 first_look, next_look, began; /* boot time; of the look under way */
	u64 patience;                     /* ns */
	int look;                         /* under way; -1: none */
	u32 looks;
	bool is_settled;
	char *passwd, *group; /* what the accounts point into */
	struct account *users, *groups;
	u32 user_count, group_count;
};
static struct container_accounts *containers[MAX_CONTAINERS];
static u32 container_count;

static struct container_accounts *find(const char *id)
{
	for (u32 i = container_count; i-- > 0;)
		if (!memcmp(containers[i]->id, id, CONTAINER_ID_LENGTH))
			return containers[i];
	return NULL;
}

void expect_accounts(const char *id, size_t length)
{
	if (length != CONTAINER_ID_LENGTH || container_count == MAX_CONTAINERS || find(id))
		return;
	struct container_accounts *container = zeroed_memory(1, sizeof(*container));
	container->patience = PATIENCE;
	container->look = -1;
	memcpy(container->id, id, CONTAINER_ID_LENGTH);
	memcpy(container->short_id, id, SHORT_ID_LENGTH);
	containers[container_count++] = container;
}

/* Ids of a container as the host has them; at most so many ranges are in a map. */
struct id_map {
	u32 count;
	struct range {
		u64 first, outside, count;
	} ranges[MAX_RANGES];
};

/* Lines of FIRST FIRST-OF-HOST COUNT. */
static void read_map(const char *text, struct id_map *map)
{
	char *end;
	for (map->count = 0; map->count < MAX_RANGES; map->count++, text = end) {
		struct range *range = &map->ranges[map->count];
		range->first = strtoull(text, &end, 10);
		range->outside = strtoull(end, &end, 10);
		text = end;
		range->count = strtoull(text, &end, 10);
		if (end == text)
			return;
	}
}

static bool map_id(const struct id_map *map, u32 *id)
{
	for (u32 i = 0; i < map->count; i++) {
		const struct range *range = &map->ranges[i];
		if (*id >= range->first && *id - range->first < range->count) {
			*id = range->outside + (*id - range->first);
			return true;
		}
	}
	return false;
}

static bool read_id(const char *text, u32 *id)
{
	char *end;
	if (!text || *text < '0' || *text > '9')
		return false;
	unsigned long long number = strtoull(text, &end, 10);
	*id = number;
	return !*end && number < 0xffffffff;
}

static bool is_name(const char *name)
{
	return *name && *name != '+' && *name != '-' && strlen(name) <= MAX_NAME;
}

static bool is_known(const struct account *accounts, u32 count, u32 id)
{
	for (u32 i = 0; i < count; i++)
		if (accounts[i].id == id)
			return true;
	return false;
}

static const char *or_empty(const char *text)
{
	return text && strlen(text) < 1024 ? text : "";
}

/* A line of passwd (name:password:uid:gid:comment:home:shell) or group (name:password:gid:members). */
static bool read_account(char *line, bool is_user, struct account *account)
{
	char *fields[7] = {};
	for (int i = 0; i < (is_user ? 7 : 3); i++)
		fields[i] = strsep(&line, ":");
	if (!is_name(fields[0]) || !read_id(fields[2], &account->id))
		return false;
	account->name = fields[0];
	account->home = or_empty(fields[5]);
	account->shell = or_empty(fields[6]);
	return !is_user || read_id(fields[3], &account->group);
}

struct maps {
	struct id_map users, groups;
};

/* Of several accounts with one id the first counts, as for the system's own functions. */
static struct account *read_accounts(char *text, bool is_user, const struct maps *maps, u32 *count)
{
	struct account *accounts = zeroed_memory(MAX_ACCOUNTS, sizeof(*accounts)), one;
	for (char *line; *count < MAX_ACCOUNTS && (line = strsep(&text, "\n"));) {
		if (!read_account(line, is_user, &one) || !map_id(is_user ? &maps->users : &maps->groups, &one.id))
			continue;
		if (is_user && !map_id(&maps->groups, &one.group))
			one.group = 0xffffffff;
		if (!is_known(accounts, *count, one.id))
			accounts[(*count)++] = one;
	}
	/* Many containers come and go in a long recording. */
	return more_memory(accounts, *count * sizeof(*accounts));
}

static void learn(struct container_accounts *container, const struct inside *inside)
{
	static struct maps maps;
	read_map(inside->uid_map, &maps.users);
	read_map(inside->gid_map, &maps.groups);
	container->passwd = copy_of_text(inside->passwd, strlen(inside->passwd));
	container->group = copy_of_text(inside->group, strlen(inside->group));
	container->users = read_accounts(container->passwd, true, &maps, &container->user_count);
	container->groups = read_accounts(container->group, false, &maps, &container->group_count);
}

static void plan_next_look(struct container_accounts *container)
{
	u64 now = boot_time();
	if (!container->looks++)
		container->first_look = now;
	container->next_look = now + (now - container->first_look) / 8;
}

/* True if its users are known by it. */
static bool look_again(struct container_accounts *container)
{
	struct inside *inside;
	if (container->look < 0) {
		container->look = begin_look(container->pid, container->id);
		container->began = boot_time();
		plan_next_look(container);
	}
	if (container->look < 0)
		return false;
	enum look look = await_look(container->look, &container->patience, are_rings_filling, &inside);
	bool is_overdue = look == LOOK_PENDING && boot_time() - container->began > GIVE_UP;
	if (look == LOOK_PENDING && !is_overdue)
		return false;
	if (look == LOOK_DONE)
		learn(container, inside);
	if (is_overdue)
		notice("names of users in container %s are not known: its files do not answer", container->short_id);
	end_look(container->look);
	container->look = -1;
	container->is_settled = look != LOOK_NOT_YET;
	return look == LOOK_DONE;
}

bool learn_accounts(const char *id, u64 pid)
{
	struct container_accounts *container = find(id);
	if (!container || container->is_settled)
		return false;
	container->pid = pid;
	bool is_due = container->looks < LOOKS_AT_ONCE || boot_time() >= container->next_look;
	return (is_due || container->look >= 0) && look_again(container);
}

/* Where a look is under way, or due again. */
static bool is_worth_a_look(const struct container_accounts *container, u64 now)
{
	if (container->is_settled || !container->pid)
		return false;
	return container->look >= 0 ||
	       (now >= container->next_look && now - container->first_look < LOOK_FOR);
}

#define NUMBER(value) {&(value), 4}
#define TEXT(value) {(value), strlen(value) + 1}

static void write_accounts_of(const struct container_accounts *container, u64 when)
{
	for (u32 i = 0; i < container->user_count; i++) {
		const struct account *user = &container->users[i];
		struct parameter parameters[] = {NUMBER(user->id), NUMBER(user->group), TEXT(user->name), TEXT(user->home),
						 TEXT(user->shell), TEXT(container->short_id)};
		write_made_event(CODE_useradded, when, parameters, PARAMS_useradded);
	}
	for (u32 i = 0; i < container->group_count; i++) {
		const struct account *group = &container->groups[i];
		struct parameter parameters[] = {NUMBER(group->id), TEXT(group->name), TEXT(container->short_id)};
		write_made_event(CODE_groupadded, when, parameters, PARAMS_groupadded);
	}
}

void write_accounts(const char *id, u64 when)
{
	const struct container_accounts *container = find(id);
	if (container)
		write_accounts_of(container, when);
}

void look_for_accounts(u64 when)
{
	u64 now = boot_time();
	for (u32 i = 0; i < container_count; i++)
		if (is_worth_a_look(containers[i], now) && look_again(containers[i]))
			write_accounts_of(containers[i], when);
}

void write_all_accounts(u64 when)
{
	for (u32 i = 0; i < container_count; i++)
		write_accounts_of(containers[i], when);
}
