// SPDX-License-Identifier: Apache-2.0
/* Processes as they are now; what is gone when the machine is listed is listed too. */
#pragma once
#include "base/types.h"

void list_early(void);
/* Called for each listed process, with its control groups and its number as /proc has it. */
typedef void listed_process(const u8 *cgroups, u32 size, u64 pid);
void write_processes(listed_process *note);
/* Whether a listed process has it; of a whole machine, all are listed. */
bool is_listed_user(u32 uid);
bool is_listed_group(u32 gid);
