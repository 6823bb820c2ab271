// SPDX-License-Identifier: Apache-2.0
/*
 * Looking into a container: its passwd and group, through the root of one of its processes. Nothing in there
 * is trusted: links are resolved within that root, only regular files are opened, so much of them is read,
 * and a thread does it, which is left alone when a file system in there does not answer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include "inside.h"

#define MAX_FILE (64 << 10)
#define PATIENCE_MS 200
#define MAX_STUCK 4

struct job {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool is_over, is_abandoned;
	u64 pid;
	char id[65];
	enum look result;
	struct inside inside;
};
static u32 stuck;

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

static char *read_inside(int root, const char *name)
{
	int file = open_regular(root, name);
	if (file < 0)
		return NULL;
	char *text = malloc(MAX_FILE);
	if (!text)
		abort();
	/* A line that is cut off says something else. */
	if (read_up_to(file, text, MAX_FILE) == MAX_FILE - 1) {
		char *end = memrchr(text, '\n', MAX_FILE - 1);
		*(end ? end : text) = 0;
	}
	return text;
}

static void free_inside(struct inside *inside)
{
	free(inside->passwd);
	free(inside->group);
}

static void *work(void *argument)
{
	struct job *job = argument;
	struct inside *inside = &job->inside;
	enum look result = LOOK_NOT_YET;
	int root = keep_rights_to_look() ? open_root(job->pid) : -1;
	if (root >= 0 && is_in_container(job->pid, job->id)) {
		inside->passwd = read_inside(root, "etc/passwd");
		inside->group = read_inside(root, "etc/group");
		read_up_to(open_process_file(job->pid, "uid_map", O_RDONLY), inside->uid_map, sizeof(inside->uid_map));
		read_up_to(open_process_file(job->pid, "gid_map", O_RDONLY), inside->gid_map, sizeof(inside->gid_map));
		/* Without its maps it ended meanwhile, and nobody knows whose ids these are. */
		result = *inside->uid_map && *inside->gid_map ? LOOK_DONE : LOOK_NOT_YET;
	}
	if (root >= 0)
		close(root);
	pthread_mutex_lock(&job->lock);
	bool is_abandoned = job->is_abandoned;
	job->result = result;
	job->is_over = true;
	pthread_cond_signal(&job->ended);
	pthread_mutex_unlock(&job->lock);
	if (is_abandoned) {
		free_inside(inside);
		free(job);
	}
	return NULL;
}

static struct timespec deadline(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_nsec += PATIENCE_MS * 1000000L;
	time.tv_sec += time.tv_nsec / 1000000000L;
	time.tv_nsec %= 1000000000L;
	return time;
}

/* Whether the thread was done in time; if not, it is left alone, and frees what it has. */
static bool await(struct job *job)
{
	struct timespec until = deadline();
	int result = 0;
	pthread_mutex_lock(&job->lock);
	while (!job->is_over && result != ETIMEDOUT)
		result = pthread_cond_clockwait(&job->ended, &job->lock, CLOCK_MONOTONIC, &until);
	bool is_over = job->is_over;
	job->is_abandoned = !is_over;
	pthread_mutex_unlock(&job->lock);
	return is_over;
}

static bool start(struct job *job)
{
	pthread_t thread;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	int result = pthread_create(&thread, &attributes, work, job);
	pthread_attr_destroy(&attributes);
	return !result;
}

enum look look_inside(u64 pid, const char *id, struct inside *inside)
{
	if (stuck == MAX_STUCK)
		return LOOK_NEVER;
	struct job *job = calloc(1, sizeof(*job));
	if (!job)
		abort();
	snprintf(job->id, sizeof(job->id), "%.64s", id);
	if (!is_in_container(pid, job->id)) {
		free(job);
		return LOOK_NOT_YET;
	}
	pthread_mutex_init(&job->lock, NULL);
	pthread_cond_init(&job->ended, NULL);
	job->pid = pid;
	if (!start(job)) {
		free(job);
		return LOOK_NOT_YET;
	}
	if (!await(job)) {
		stuck++;
		notice("names of users in container %.12s are not known: its files do not answer", id);
		return LOOK_NEVER;
	}
	enum look result = job->result;
	if (result == LOOK_DONE)
		memcpy(inside, &job->inside, sizeof(*inside));
	else
		free_inside(&job->inside);
	free(job);
	return result;
}
