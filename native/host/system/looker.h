// SPDX-License-Identifier: Apache-2.0
/* Reading what is inside a container, in a process of its own. */
#pragma once
#include "system/inside.h"

/* To be started before there is anything that it should not have. Does nothing without a front end. */
void start_looker(void);
void stop_looker(void);
/* 0: there is none. */
int looker_pid(void);

enum look {
	LOOK_DONE,
	LOOK_NOT_YET, /* the process is gone, or still sees the host's root */
	LOOK_PENDING, /* a file has not answered yet */
};
/* Number of a look that is under way; -1 where none can be begun. */
int begin_look(u64 pid, const char *id);
/*
 * Waits for the look up to `patience` (ns, less then by what it took), or until `is_urgent` says that nothing may
 * wait. LOOK_DONE: `inside` has what was seen, up to end_look.
 */
enum look await_look(int number, u64 *patience, bool (*is_urgent)(void), struct inside **inside);
/* To be called for each look; one that is pending is left alone. */
void end_look(int number);
