// SPDX-License-Identifier: Apache-2.0
/* What a container says of itself, read through the root of one of its processes. */
#pragma once
#include "base/types.h"

/* Room for one of a container's files; what is longer is read up to its last whole line before. */
#define INSIDE_FILE (64 << 10)
#define INSIDE_MAP (16 << 10)

/* Of the container of a process, as the container has it: hostile bytes, NUL behind them. Ids are its own. */
struct inside {
	char passwd[INSIDE_FILE], group[INSIDE_FILE]; /* empty: there is none */
	char uid_map[INSIDE_MAP], gid_map[INSIDE_MAP]; /* as /proc has them */
};

/* True if process `pid` is in the container `id` (64 digits), sees its root, and could be looked at. */
bool read_inside(u64 pid, const char *id, struct inside *inside);
