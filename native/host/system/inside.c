// SPDX-License-Identifier: Apache-2.0
/*
 * Looking into a container: its passwd and group, through the root of one of its processes. Nothing in there
 * is trusted: links are resolved within that root, only regular files are opened, so much of them is read.
 * Any of these calls may take for ever where a file system of the container's does not answer: see looker.c.
 */
#define _GNU_SOURCE
#include "system/inside.h"
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static int open_process_file(u64 pid, const char *name, int flags)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%llu/%s", (unsigned long long)pid, name);
	return open(path, flags | O_CLOEXEC);
}

/* The whole of it, up to a size; NUL behind. Closes it. */
static size_t read_up_to(int fd, char *text, size_t room)
{
	size_t size = 0;
	ssize_t got;
	while (fd >= 0 && size + 1 < room && (got = read(fd, text + size, room - 1 - size)) > 0)
		size += got;
	if (fd >= 0)
		close(fd);
	text[size] = 0;
	return size;
}

static bool is_in_container(u64 pid, const char *id)
{
	char text[8192];
	read_up_to(open_process_file(pid, "cgroup", O_RDONLY), text, sizeof(text));
	return strstr(text, id) != NULL;
}

static bool is_same_place(const struct stat *one, const char *path)
{
	struct stat other;
	return !stat(path, &other) && one->st_dev == other.st_dev && one->st_ino == other.st_ino;
}

/* The root of the process; -1 where it is gone, or has the host's until its runtime changes that. */
static int open_root(u64 pid)
{
	struct stat status;
	int root = open_process_file(pid, "root", O_PATH | O_DIRECTORY);
	if (root < 0)
		return -1;
	if (!fstat(root, &status) && !is_same_place(&status, "/") && !is_same_place(&status, "/proc/1/root"))
		return root;
	close(root);
	return -1;
}

/* A file that somebody wrote: reading one that the kernel makes up may have effects. */
static bool is_plain_file(int place)
{
	struct stat status;
	struct statfs system;
	return !fstat(place, &status) && S_ISREG(status.st_mode) && status.st_size > 0 && !fstatfs(place, &system) &&
	       system.f_type != PROC_SUPER_MAGIC && system.f_type != SYSFS_MAGIC;
}

/* Looked at before it is opened: a device or a pipe must not notice. Its access time stays, if it may. */
static int open_regular(int root, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	char path[64];
	int file = -1, place = syscall(SYS_openat2, root, name, &how, sizeof(how));
	if (place < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
	if (is_plain_file(place)) {
		file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOATIME);
		if (file < 0)
			file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	close(place);
	return file;
}

static void read_file(int root, const char *name, char *text)
{
	/* A line that is cut off says something else. */
	if (read_up_to(open_regular(root, name), text, INSIDE_FILE) == INSIDE_FILE - 1) {
		char *end = memrchr(text, '\n', INSIDE_FILE - 1);
		*(end ? end : text) = 0;
	}
}

bool read_inside(u64 pid, const char *id, struct inside *inside)
{
	int root = is_in_container(pid, id) ? open_root(pid) : -1;
	if (root < 0)
		return false;
	/* Before any file: one that answers slowly must not make a look that has to be done again. */
	read_up_to(open_process_file(pid, "uid_map", O_RDONLY), inside->uid_map, INSIDE_MAP);
	read_up_to(open_process_file(pid, "gid_map", O_RDONLY), inside->gid_map, INSIDE_MAP);
	/* Without its maps it ended meanwhile, and nobody knows whose ids these are. */
	bool is_there = *inside->uid_map && *inside->gid_map && is_in_container(pid, id);
	if (is_there) {
		read_file(root, "etc/passwd", inside->passwd);
		read_file(root, "etc/group", inside->group);
	}
	close(root);
	return is_there;
}
