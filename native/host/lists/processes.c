// SPDX-License-Identifier: Apache-2.0
/*
 * The list of processes: rows of the kernel side's task list, with the command line, environment and
 * root directory, which only /proc shows of another process. A process that ends meanwhile keeps
 * what the kernel side saw.
 */
#include "lists/processes.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/options.h"
#include "file/body.h"
#include "file/scap.h"
#include "lists/descriptors.h"
#include "lists/proc.h"
#include "lists/rows.h"
#include "lists/strangers.h"
#include "lists/unlisted.h"
#include "system/kernel.h"

#define PROCESS_LIST 0x215
#define MAX_PROC_TEXT 4096
/* Blocks of many entries would be large; the format allows several of a kind. */
#define BLOCK_SIZE (1 << 20)

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

static void append_row_text(struct body *body, const u8 *row, u32 index)
{
	body_string(body, row_bytes(row, index), row_text_length(row, index));
}

/* exe, exepath, args: the first string of the command line, the kernel's path, the other strings. */
static void append_command_line(struct body *body, const u8 *row)
{
	char line[2 * MAX_PROC_TEXT];
	size_t size = read_proc(row_number(row, TASK_READER_TID), "cmdline", line, sizeof(line));
	size_t first = strnlen(line, size), rest = first < size ? first + 1 : size;
	body_string(body, line, first);
	append_row_text(body, row, PARAM_execve_trusted_exepath);
	body_string(body, line + rest, size - rest > MAX_PROC_TEXT ? MAX_PROC_TEXT : size - rest);
}

static void append_environment(struct body *body, const u8 *row)
{
	char text[MAX_PROC_TEXT];
	body_string(body, text, read_proc(row_number(row, TASK_READER_TID), "environ", text, sizeof(text)));
}

static void append_root(struct body *body, const u8 *row)
{
	char path[64], root[4096];
	snprintf(path, sizeof(path), "/proc/%llu/root", (unsigned long long)row_number(row, TASK_READER_TID));
	ssize_t size = readlink(path, root, sizeof(root));
	body_string(body, size > 0 ? root : "/", size > 0 ? (size_t)size : 1);
}

static u32 clone_flags(const u8 *row)
{
	u32 flags = row_number(row, PARAM_execve_tid) == row_number(row, PARAM_execve_pid) ? 0 : CLONE_THREAD | CLONE_FILES;
	return row_number(row, TASK_VPID) == row_number(row, PARAM_execve_pid) ? flags : flags | CHILD_IN_PID_NAMESPACE;
}

static void append_process(struct body *body, const u8 *row)
{
	u32 flags = row_number(row, PARAM_execve_flags);
	size_t entry = body_begin_entry(body);
	body_u64(body, row_number(row, PARAM_execve_tid));
	body_u64(body, row_number(row, PARAM_execve_pid));
	body_u64(body, row_number(row, PARAM_execve_ptid));
	body_u64(body, row_number(row, TASK_SID));
	body_u64(body, row_number(row, PARAM_execve_vpgid));
	append_row_text(body, row, PARAM_execve_comm);
	append_command_line(body, row);
	append_row_text(body, row, PARAM_execve_cwd);
	body_u64(body, row_number(row, PARAM_execve_fdlimit));
	body_u32(body, clone_flags(row));
	body_u32(body, row_number(row, PARAM_execve_uid));
	body_u32(body, row_number(row, PARAM_execve_gid));
	body_u32(body, row_number(row, PARAM_execve_vm_size));
	body_u32(body, row_number(row, PARAM_execve_vm_rss));
	body_u32(body, row_number(row, PARAM_execve_vm_swap));
	body_u64(body, row_number(row, PARAM_execve_pgft_maj));
	body_u64(body, row_number(row, PARAM_execve_pgft_min));
	append_environment(body, row);
	body_u64(body, row_number(row, TASK_VTID));
	body_u64(body, row_number(row, TASK_VPID));
	body_string(body, row_bytes(row, PARAM_execve_cgroups), row_length(row, PARAM_execve_cgroups));
	append_root(body, row);
	/* Lists have times of day, clone events boot times: so the reference reads them. */
	body_u64(body, time_of_day(row_number(row, TASK_NAMESPACE_START)));
	body_u32(body, row_number(row, PARAM_execve_tty));
	body_u32(body, row_number(row, PARAM_execve_loginuid));
	body_u8(body, flags & 1);
	body_u64(body, row_number(row, PARAM_execve_cap_inheritable));
	body_u64(body, row_number(row, PARAM_execve_cap_permitted));
	body_u64(body, row_number(row, PARAM_execve_cap_effective));
	body_u8(body, (flags & 2) != 0);
	body_u64(body, row_number(row, PARAM_execve_exe_ino));
	body_u64(body, row_number(row, PARAM_execve_exe_ino_ctime));
	body_u64(body, row_number(row, PARAM_execve_exe_ino_mtime));
	body_u8(body, (flags & 4) != 0);
	body_u8(body, (flags & 8) != 0);
	body_u64(body, row_number(row, PARAM_execve_pgid));
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
	for (size_t at = 0; at + HEADER_SIZE < size; at += row_size(rows + at)) {
		remember(&users, &user_count, row_number(rows + at, PARAM_execve_uid));
		remember(&groups, &group_count, row_number(rows + at, PARAM_execve_gid));
		note_reader_pid(row_number(rows + at, TASK_READER_PID), row_number(rows + at, PARAM_execve_pid));
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

void write_processes(listed_process *note)
{
	static bool has_listed;
	bool is_in_namespace = false;
	size_t size;
	u8 *rows = read_whole(open_task_list(), &size), *listed = zeroed_memory(PID_LIMIT, 1),
	   *listed_hosts = zeroed_memory(PID_LIMIT, 1);
	struct body body = {};
	for (size_t at = 0; at + HEADER_SIZE < size; at += row_size(rows + at)) {
		const u8 *row = rows + at;
		remember(&users, &user_count, row_number(row, PARAM_execve_uid));
		remember(&groups, &group_count, row_number(row, PARAM_execve_gid));
		note_reader_pid(row_number(row, TASK_READER_PID), row_number(row, PARAM_execve_pid));
		is_in_namespace |= row_number(row, TASK_READER_PID) != row_number(row, PARAM_execve_pid);
		append_process(&body, row);
		note(row_bytes(row, PARAM_execve_cgroups), row_length(row, PARAM_execve_cgroups), row_number(row, TASK_READER_PID));
		listed[row_number(row, TASK_READER_TID) % PID_LIMIT] = 1;
		listed_hosts[row_number(row, PARAM_execve_tid) % PID_LIMIT] = 1;
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
