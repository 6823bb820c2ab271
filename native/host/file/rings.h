// SPDX-License-Identifier: Apache-2.0
/* Events of all CPUs, in order, from the ring buffers into the file. */
#pragma once
#include "base/types.h"

enum verdict { TAKE, LEAVE_OUT, HOLD };
/* Of an event as the kernel side stored it. Held ones, and all behind them, come again in the next round. */
typedef enum verdict judge(const u8 *event, u32 size);

void open_rings(void);
/* Returns up to when (boot time) the file is complete now: `horizon`, or the time of an event that is held. */
u64 drain_until(u64 horizon, judge *judge);
/* Whether a buffer is half full: nothing may be held any longer. */
bool are_rings_filling(void);
/* Some events are in the buffers that nobody will take: the file says so. */
void give_up_rings(u64 horizon);
