// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "lists/chosen-container.h"
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/options.h"
#include "base/report.h"
#include "lists/proc.h"
#include "system/kernel.h"

/*
 * Where the hierarchy of these controllers stands among those that events mention; the unified one is the
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

static bool is_full_id(const char *text, size_t length)
{
	return length == CONTAINER_ID_LENGTH && strspn(text, "0123456789abcdef") >= length;
}

static bool begins_with(const char *text, size_t length, const char *beginning)
{
	size_t wanted = strlen(beginning);
	return wanted <= length && !memcmp(text, beginning, wanted);
}

/* What engines put around the id in the name of a control group; their monitors' groups (libpod-conmon-ID) are others. */
static const char *const PREFIXES[] = {"libpod-payload-", "libpod-", "docker-", "crio-", "cri-containerd-", "nerdctl-"};
static const char SUFFIX[] = ".scope";

/* The id that a piece of a path is named after; `length`: of the piece, then of the id. */
static const char *id_of_piece(const char *piece, size_t *length)
{
	size_t suffix = strlen(SUFFIX);
	if (*length > suffix && !memcmp(piece + *length - suffix, SUFFIX, suffix))
		*length -= suffix;
	const char *id = piece, *end = piece + *length, *colon = memrchr(piece, ':', *length);
	if (colon)
		id = colon + 1;
	for (size_t i = 0; i < sizeof(PREFIXES) / sizeof(PREFIXES[0]) && id == piece; i++)
		if (begins_with(piece, *length, PREFIXES[i]))
			id = piece + strlen(PREFIXES[i]);
	*length = end - id;
	return id;
}

/* Whether it is the id that was asked for, or begins with it. Ends the program where two containers are meant. */
static bool is_chosen(const char *id, size_t length)
{
	static const struct error SEVERAL = {"RECORD_NO_CONTAINER", "Cannot record only this container",
					     "give more digits of its id"};
	static char chosen[CONTAINER_ID_LENGTH + 1];
	if (strlen(options->container) == length && !memcmp(id, options->container, length))
		return true;
	if (!is_full_id(id, length) || !begins_with(id, length, options->container))
		return false;
	if (*chosen && memcmp(chosen, id, length))
		fail(&SEVERAL, "the ids of two running containers begin with %s: %s, %.*s", options->container, chosen,
		     (int)length, id);
	memcpy(chosen, id, length);
	return true;
}

/* The path's piece that is named after the chosen container; NULL: there is none. */
static char *chosen_piece(char *group)
{
	for (char *piece = group; piece; piece = strchr(piece, '/')) {
		piece += *piece == '/';
		size_t length = strcspn(piece, "/");
		const char *id = id_of_piece(piece, &length);
		if (length && is_chosen(id, length))
			return piece;
	}
	return NULL;
}

/* Takes the line apart; false if it is not about the chosen container. */
static bool read_membership(char *line, struct membership *found)
{
	char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
	char *piece = group ? chosen_piece(group + 1) : NULL;
	if (!piece)
		return false;
	*controllers++ = *group++ = 0;
	/* The container's own directory, not one that it made below. */
	piece[strcspn(piece, "/")] = 0;
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
		fail(&NONE, "no running process is in a control group of a container %s", options->container);
}
