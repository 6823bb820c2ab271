// SPDX-License-Identifier: Apache-2.0
/*
 * Tasks that the kernel side's list leaves out, though /proc has them (a machine may protect some from
 * being looked at, or they began after the list). Of these only what /proc shows to all is known.
 */
#include "lists/unlisted.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* What is needed of /proc/TID/stat and status. */
struct task_text {
	char name[64];
	long parent, group, session;
	unsigned user, user_group;
};

static bool read_task(const char *folder, struct task_text *task)
{
	char path[160], line[1024];
	snprintf(path, sizeof(path), "%s/stat", folder);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	char *text = fgets(line, sizeof(line), file), *open = text ? strchr(text, '(') : NULL,
	     *close = text ? strrchr(text, ')') : NULL;
	fclose(file);
	if (!open || !close || close <= open ||
	    sscanf(close + 1, " %*c %ld %ld %ld", &task->parent, &task->group, &task->session) != 3)
		return false;
	snprintf(task->name, sizeof(task->name), "%.*s", (int)(close - open - 1), open + 1);
	snprintf(path, sizeof(path), "%s/status", folder);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "Uid: %*u %u", &task->user);
		sscanf(line, "Gid: %*u %u", &task->user_group);
	}
	if (file)
		fclose(file);
	return true;
}

static void append_task(struct body *body, u64 tid, u64 pid, const struct task_text *task)
{
	static const u8 ZEROS[64];
	size_t entry = body_begin_entry(body);
	body_u64(body, tid);
	body_u64(body, pid);
	body_u64(body, task->parent);
	body_u64(body, task->session);
	body_u64(body, task->group);
	body_text(body, task->name);
	for (int i = 0; i < 4; i++) /* exe, exepath, args, cwd */
		body_text(body, "");
	body_u64(body, 0);
	body_u32(body, tid == pid ? 0 : 8193); /* CLONE_THREAD, CLONE_FILES */
	body_u32(body, task->user);
	body_u32(body, task->user_group);
	body_bytes(body, ZEROS, 3 * 4 + 2 * 8);
	body_text(body, ""); /* environment */
	body_u64(body, tid);
	body_u64(body, pid);
	body_text(body, ""); /* cgroups */
	body_text(body, "/");
	body_end_entry(body, entry);
}

static u64 number_of(const struct dirent *entry)
{
	return entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? strtoull(entry->d_name, NULL, 10) : 0;
}

void append_unlisted(struct body *body, const u8 *listed, u64 count)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	while (processes && (entry = readdir(processes))) {
		u64 pid = number_of(entry);
		char path[64];
		if (!pid || pid >= count || listed[pid])
			continue;
		snprintf(path, sizeof(path), "/proc/%llu/task", (unsigned long long)pid);
		DIR *tasks = opendir(path);
		while (tasks && (entry = readdir(tasks))) {
			struct task_text task = {};
			u64 tid = number_of(entry);
			char folder[128];
			snprintf(folder, sizeof(folder), "%s/%llu", path, (unsigned long long)tid);
			if (tid && tid < count && !listed[tid] && read_task(folder, &task))
				append_task(body, tid, pid, &task);
		}
		if (tasks)
			closedir(tasks);
	}
	if (processes)
		closedir(processes);
}
