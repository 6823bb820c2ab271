// SPDX-License-Identifier: Apache-2.0
/* Events of containers that the front end has not named. */
#pragma once
#include "base/types.h"

/* Whether an event waits for a name. Where it does not, its containers stand in the file before it. */
bool is_of_unnamed_container(const u8 *event, u32 size);
/* A listed process with these control groups; `pid` as /proc has it, `when` its containers stand in the file. */
void note_listed_process(const u8 *cgroups, u32 size, u64 pid, u64 when);
/* The front end named it, or said that it cannot. */
void settle_container(const char *id, size_t length);
