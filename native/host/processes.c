// SPDX-License-Identifier: Apache-2.0
/*
 * The list of processes: rows of the kernel side's task list, with the command line, environment and
 * root directory, which only /proc tells of another process. A process that ends meanwhile keeps
 * what the kernel side saw.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "body.h"
#include "events.h"
#include "memory.h"
#include "rows.h"
#include "unlisted.h"

#define PROCESS_LIST 0x215
#define MAX_PROC_TEXT 4096
/* Blocks of many entries would be large; the format allows several of a kind. */
#define BLOCK_SIZE (1 << 20)

/* Parameters of execve (see store/process.h), then what the list adds. */
enum { TID = 3, PID, PTID, CWD, FDLIMIT, MAJOR, MINOR, VM_SIZE, VM_RSS, VM_SWAP, COMM, CGROUPS, ENVIRONMENT, TTY,
       VPGID, LOGINUID, EXE_FLAGS, CAP_INHERITABLE, CAP_PERMITTED, CAP_EFFECTIVE, EXE_INO, EXE_CTIME, EXE_MTIME,
       UID, EXEPATH, PGID, GID, FILENAME, READER_TID, READER_PID, SID, VTID, VPID, NAMESPACE_START };

#define CLONE_FILES 1
#define CLONE_THREAD 8192
#define CHILD_IN_PID_NAMESPACE 0x20000000

static u32 *users, *groups;
static size_t user_count, group_count;

static bool contains(const u32 *ids, size_t count, u32 id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void remember(u32 **ids, size_t *count, u32 id)
{
	if (contains(*ids, *count, id))
		return;
	*ids = more_memory(*ids, (*count + 1) * sizeof(u32));
	(*ids)[(*count)++] = id;
}

static bool is_restricted(void)
{
	return options.is_only_command || options.container;
}

bool is_listed_user(u32 uid)
{
	return !is_restricted() || contains(users, user_count, uid);
}

bool is_listed_group(u32 gid)
{
	return !is_restricted() || contains(groups, group_count, gid);
}

u8 *read_whole(int fd, size_t *size)
{
	size_t room = 1 << 20;
	u8 *bytes = memory(room);
	*size = 0;
	for (;;) {
		if (room - *size < 65536)
			bytes = more_memory(bytes, room *= 2);
		ssize_t got = read(fd, bytes + *size, room - *size);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			break;
		*size += got;
	}
	close(fd);
	return bytes;
}

static ssize_t read_proc(u64 tid, const char *what, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%llu/%s", (unsigned long long)tid, what);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	size_t at = 0;
	ssize_t got;
	while (at < size && (got = read(fd, text + at, size - at)) > 0)
		at += got;
	close(fd);
	return at;
}

static void append_row_text(struct body *body, const u8 *row, u32 index)
{
	body_string(body, row_bytes(row, index), row_text_length(row, index));
}

/* exe, exepath, args: the first string of the command line, the kernel's path, the other strings. */
static void append_command_line(struct body *body, const u8 *row)
{
	char line[2 * MAX_PROC_TEXT];
	size_t size = read_proc(row_number(row, READER_TID), "cmdline", line, sizeof(line));
	size_t first = strnlen(line, size), rest = first < size ? first + 1 : size;
	body_string(body, line, first);
	append_row_text(body, row, EXEPATH);
	body_string(body, line + rest, size - rest > MAX_PROC_TEXT ? MAX_PROC_TEXT : size - rest);
}

static void append_environment(struct body *body, const u8 *row)
{
	char text[MAX_PROC_TEXT];
	body_string(body, text, read_proc(row_number(row, READER_TID), "environ", text, sizeof(text)));
}

static void append_root(struct body *body, const u8 *row)
{
	char path[64], root[4096];
	snprintf(path, sizeof(path), "/proc/%llu/root", (unsigned long long)row_number(row, READER_TID));
	ssize_t size = readlink(path, root, sizeof(root));
	body_string(body, size > 0 ? root : "/", size > 0 ? (size_t)size : 1);
}

static u32 clone_flags(const u8 *row)
{
	u32 flags = row_number(row, TID) == row_number(row, PID) ? 0 : CLONE_THREAD | CLONE_FILES;
	return row_number(row, VPID) == row_number(row, PID) ? flags : flags | CHILD_IN_PID_NAMESPACE;
}

static void append_process(struct body *body, const u8 *row)
{
	u32 flags = row_number(row, EXE_FLAGS);
	size_t entry = body_begin_entry(body);
	body_u64(body, row_number(row, TID));
	body_u64(body, row_number(row, PID));
	body_u64(body, row_number(row, PTID));
	body_u64(body, row_number(row, SID));
	body_u64(body, row_number(row, VPGID));
	append_row_text(body, row, COMM);
	append_command_line(body, row);
	append_row_text(body, row, CWD);
	body_u64(body, row_number(row, FDLIMIT));
	body_u32(body, clone_flags(row));
	body_u32(body, row_number(row, UID));
	body_u32(body, row_number(row, GID));
	body_u32(body, row_number(row, VM_SIZE));
	body_u32(body, row_number(row, VM_RSS));
	body_u32(body, row_number(row, VM_SWAP));
	body_u64(body, row_number(row, MAJOR));
	body_u64(body, row_number(row, MINOR));
	append_environment(body, row);
	body_u64(body, row_number(row, VTID));
	body_u64(body, row_number(row, VPID));
	body_string(body, row_bytes(row, CGROUPS), row_length(row, CGROUPS));
	append_root(body, row);
	/* Lists have times of day, clone events boot times: so the reference reads them. */
	body_u64(body, time_of_day(row_number(row, NAMESPACE_START)));
	body_u32(body, row_number(row, TTY));
	body_u32(body, row_number(row, LOGINUID));
	body_u8(body, flags & 1);
	body_u64(body, row_number(row, CAP_INHERITABLE));
	body_u64(body, row_number(row, CAP_PERMITTED));
	body_u64(body, row_number(row, CAP_EFFECTIVE));
	body_u8(body, (flags & 2) != 0);
	body_u64(body, row_number(row, EXE_INO));
	body_u64(body, row_number(row, EXE_CTIME));
	body_u64(body, row_number(row, EXE_MTIME));
	body_u8(body, (flags & 4) != 0);
	body_u8(body, (flags & 8) != 0);
	body_u64(body, row_number(row, PGID));
	body_end_entry(body, entry);
}

/*
 * Entries from just before events were recorded. A process that ends between then and the real list
 * has events, but would have no entry: it gets this one.
 */
static struct body early;

void list_early(void)
{
	size_t size;
	u8 *rows = read_whole(open_task_list(), &size);
	for (size_t at = 0; at + ROW_HEADER < size; at += row_size(rows + at)) {
		remember(&users, &user_count, row_number(rows + at, UID));
		remember(&groups, &group_count, row_number(rows + at, GID));
		note_reader_pid(row_number(rows + at, READER_PID), row_number(rows + at, PID));
		append_process(&early, rows + at);
	}
	free(rows);
	list_early_descriptors();
}

static void append_ended(struct body *body, u8 *listed_hosts)
{
	u32 length;
	u64 tid;
	for (size_t at = 0; at < early.size; at += length) {
		memcpy(&length, early.bytes + at, 4);
		memcpy(&tid, early.bytes + at + 4, 8);
		if (!listed_hosts[tid % PID_LIMIT])
			body_bytes(body, early.bytes + at, length);
		listed_hosts[tid % PID_LIMIT] = 1;
	}
	body_free(&early);
}

void write_processes(void)
{
	static bool has_listed;
	bool is_in_namespace = false;
	size_t size;
	u8 *rows = read_whole(open_task_list(), &size), *listed = zeroed_memory(PID_LIMIT, 1),
	   *listed_hosts = zeroed_memory(PID_LIMIT, 1);
	struct body body = {};
	for (size_t at = 0; at + ROW_HEADER < size; at += row_size(rows + at)) {
		const u8 *row = rows + at;
		remember(&users, &user_count, row_number(row, UID));
		remember(&groups, &group_count, row_number(row, GID));
		note_reader_pid(row_number(row, READER_PID), row_number(row, PID));
		is_in_namespace |= row_number(row, READER_PID) != row_number(row, PID);
		append_process(&body, row);
		note_listed_process(row_bytes(row, CGROUPS), row_length(row, CGROUPS), row_number(row, READER_PID));
		listed[row_number(row, READER_TID) % PID_LIMIT] = 1;
		listed_hosts[row_number(row, TID) % PID_LIMIT] = 1;
		if (body.size > BLOCK_SIZE) {
			write_block(PROCESS_LIST, body.bytes, body.size);
			body.size = 0;
		}
	}
	append_ended(&body, listed_hosts);
	/* Where lists are parts of the machine, tasks that they lack are no strangers. */
	if (!has_listed && !is_restricted() && !is_in_namespace)
		know_tasks(listed_hosts);
	has_listed = true;
	if (!is_restricted())
		append_unlisted(&body, listed, PID_LIMIT);
	write_block(PROCESS_LIST, body.bytes, body.size);
	body_free(&body);
	free(listed);
	free(listed_hosts);
	free(rows);
}

/*
 * Where the hierarchy of these controllers stands among those that events tell of; the unified one is the
 * last. A container is known by the first of them, and processes are moved into one after the other: so who
 * is in that one is in the container.
 */
static int rank_of_hierarchy(const char *controllers)
{
	static const char *const TOLD[] = {"cpuset", "cpu", "cpuacct", "blkio", "memory"};
	int count = sizeof(TOLD) / sizeof(TOLD[0]);
	if (!*controllers)
		return count;
	for (int rank = 0; rank < count; rank++)
		for (const char *at = controllers; *at; at += strcspn(at, ","), at += *at == ',')
			if (strcspn(at, ",") == strlen(TOLD[rank]) && !strncmp(at, TOLD[rank], strlen(TOLD[rank])))
				return rank;
	return -1;
}

static bool mark_group_directory(u64 hierarchy, const char *controllers, const char *group)
{
	static const char *const ROOTS[] = {"/sys/fs/cgroup/%s%s", "/sys/fs/cgroup/unified%s%s", "/sys/fs/cgroup%s%s"};
	char path[8192];
	struct stat status;
	for (int i = *controllers ? 0 : 1; i < (*controllers ? 1 : 3); i++) {
		snprintf(path, sizeof(path), ROOTS[i], controllers, group);
		if (stat(path, &status))
			continue;
		mark_cgroup(hierarchy, status.st_ino);
		return true;
	}
	return false;
}

/* A line of /proc/PID/cgroup: HIERARCHY:CONTROLLERS:PATH. */
struct membership {
	u64 hierarchy;
	const char *controllers, *group;
	int rank;
};

/* Takes the line apart; false if it is not about the chosen container. */
static bool read_membership(char *line, struct membership *found)
{
	char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
	char *name = group ? strstr(group, options.container) : NULL;
	if (!name)
		return false;
	*controllers++ = *group++ = 0;
	/* The container's own directory, not one that it made below. */
	name[strcspn(name, "/")] = 0;
	*found = (struct membership){strtoull(line, NULL, 10), controllers, group, rank_of_hierarchy(controllers)};
	return found->rank >= 0;
}

/* The control group by which events know the chosen container: its directory's inode is its id. */
static bool mark_cgroup_of(u64 pid)
{
	char text[8192];
	struct membership best = {.rank = INT_MAX}, one;
	text[read_proc(pid, "cgroup", text, sizeof(text) - 1)] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (read_membership(line, &one) && one.rank < best.rank)
			best = one;
	return best.group && mark_group_directory(best.hierarchy, best.controllers, best.group);
}

void choose_container(void)
{
	static const struct error NONE = {"RECORD_NO_CONTAINER", "Cannot record only this container",
					  "see \"docker ps\" or \"podman ps\" for running ones"};
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	bool is_found = false;
	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			is_found |= mark_cgroup_of(strtoull(entry->d_name, NULL, 10));
	if (proc)
		closedir(proc);
	if (!is_found)
		fail(&NONE, "no running process is in a control group of %s", options.container);
}
