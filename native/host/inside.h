// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "recorder.h"

/* Of the container of a process, as the container has it: hostile bytes, NUL behind them. Ids are its own. */
struct inside {
	char *passwd, *group;      /* NULL: there is none */
	char uid_map[16384], gid_map[16384]; /* as /proc has them */
};

enum look { LOOK_DONE, LOOK_NOT_YET, LOOK_NEVER };

/*
 * Look into the root directory of process `pid`, if it is in the container `id` (64 digits). LOOK_NOT_YET: the
 * process is gone, or still sees the host's root. LOOK_NEVER: a file does not answer.
 */
enum look look_inside(u64 pid, const char *id, struct inside *inside);
