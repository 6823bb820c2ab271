// SPDX-License-Identifier: Apache-2.0
/*
 * Users and groups that containers have of their own, by the ids that events have. They are read when a process
 * of the container is seen, and written as the format's events of added users, again in each file of a rotation.
 * Names are what the container says, whoever wrote it there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "recorder.h"
#include "events.h"
#include "inside.h"

#define ID_LENGTH 64
#define SHORT_ID_LENGTH 12
#define MAX_CONTAINERS 1024
#define MAX_ACCOUNTS 1024
#define MAX_NAME 255
/* A process may be gone, or still on its way into the container: it is looked at again for some seconds. */
#define MAX_LOOKS 300

struct account {
	u32 id, group;
	const char *name, *home, *shell;
};
struct container_accounts {
	char id[ID_LENGTH + 1], short_id[SHORT_ID_LENGTH + 1];
	u64 pid; /* last seen in there; 0: none yet */
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
		if (!memcmp(containers[i]->id, id, ID_LENGTH))
			return containers[i];
	return NULL;
}

void expect_accounts(const char *id, size_t length)
{
	if (length != ID_LENGTH || container_count == MAX_CONTAINERS || find(id))
		return;
	struct container_accounts *container = calloc(1, sizeof(*container));
	if (!container)
		abort();
	memcpy(container->id, id, ID_LENGTH);
	memcpy(container->short_id, id, SHORT_ID_LENGTH);
	containers[container_count++] = container;
}

/* The host's id of an id in the container, by lines of FIRST FIRST-OF-HOST COUNT. */
static bool map_id(const char *map, u32 *id)
{
	unsigned long first, outside, count;
	int length;
	for (; sscanf(map, " %lu %lu %lu%n", &first, &outside, &count, &length) == 3; map += length)
		if (*id >= first && *id - first < count) {
			*id = outside + (*id - first);
			return true;
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

/* Of several accounts with one id the first counts, as for the system's own functions. */
static struct account *read_accounts(char *text, bool is_user, const struct inside *inside, u32 *count)
{
	struct account *accounts = calloc(MAX_ACCOUNTS, sizeof(*accounts)), one;
	if (!accounts)
		abort();
	for (char *line; text && *count < MAX_ACCOUNTS && (line = strsep(&text, "\n"));) {
		if (!read_account(line, is_user, &one) || !map_id(is_user ? inside->uid_map : inside->gid_map, &one.id))
			continue;
		if (is_user && !map_id(inside->gid_map, &one.group))
			one.group = 0xffffffff;
		if (!is_known(accounts, *count, one.id))
			accounts[(*count)++] = one;
	}
	return accounts;
}

static bool look_again(struct container_accounts *container)
{
	struct inside inside;
	enum look look = look_inside(container->pid, container->id, &inside);
	container->is_settled = look != LOOK_NOT_YET || ++container->looks == MAX_LOOKS;
	if (look != LOOK_DONE)
		return false;
	container->passwd = inside.passwd;
	container->group = inside.group;
	container->users = read_accounts(inside.passwd, true, &inside, &container->user_count);
	container->groups = read_accounts(inside.group, false, &inside, &container->group_count);
	return true;
}

bool learn_accounts(const char *id, u64 pid)
{
	struct container_accounts *container = find(id);
	if (!container || container->is_settled)
		return false;
	container->pid = pid;
	return look_again(container);
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

void look_for_accounts(void)
{
	for (u32 i = 0; i < container_count; i++)
		if (containers[i]->pid && !containers[i]->is_settled && look_again(containers[i]))
			write_accounts_of(containers[i], last_horizon());
}

void write_all_accounts(u64 when)
{
	for (u32 i = 0; i < container_count; i++)
		write_accounts_of(containers[i], when);
}
