// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "recorder.h"

/* Room for one of a container's files; what is longer is read up to its last whole line before. */
#define INSIDE_FILE (64 << 10)
#define INSIDE_MAP (16 << 10)

/* Of the container of a process, as the container has it: hostile bytes, NUL behind them. Ids are its own. */
struct inside {
	char passwd[INSIDE_FILE], group[INSIDE_FILE]; /* empty: there is none */
	char uid_map[INSIDE_MAP], gid_map[INSIDE_MAP]; /* as /proc has them */
};

/* inside.c: true if process `pid` is in the container `id` (64 digits), sees its root, and could be looked at. */
bool read_inside(u64 pid, const char *id, struct inside *inside);

/* looker.c: the same, in a process of its own. */
enum look {
	LOOK_DONE,
	LOOK_NOT_YET, /* the process is gone, or still sees the host's root */
	LOOK_PENDING, /* a file has not answered yet */
};
/* Number of a look that is under way; -1 where none can be begun. */
int begin_look(u64 pid, const char *id);
/*
 * Waits for the look up to `patience` (ns, less then by what it took), or until buffers fill. LOOK_DONE: `inside` has
 * what was seen, up to end_look.
 */
enum look await_look(int number, u64 *patience, struct inside **inside);
/* To be called for each look; one that is pending is left alone. */
void end_look(int number);
