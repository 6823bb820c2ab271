// SPDX-License-Identifier: Apache-2.0
/* Tasks that the first lists came too late for. */
#pragma once
#include "base/types.h"

/* `listed`: by the host's number, PID_LIMIT of them. */
void know_tasks(const u8 *listed);
void end_of_first_lists(void);
/* Whether an event is of such a task. To be asked of each event, in their order. */
bool is_of_stranger(const u8 *event, u32 size);
