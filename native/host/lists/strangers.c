// SPDX-License-Identifier: Apache-2.0
/*
 * Tasks that began before the recording and ended before the lists could name them: churn of a few
 * milliseconds. What they did in between has no process, so it is not part of the capture, which begins
 * with the lists. A task that begins later is known by its clone.
 */
#include "lists/strangers.h"
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/memory.h"
#include "wire.h"

static u8 *known;
static u64 lists_end; /* boot time */

void know_tasks(const u8 *listed)
{
	known = memory(PID_LIMIT);
	memcpy(known, listed, PID_LIMIT);
	lists_end = ~0ULL;
}

void end_of_first_lists(void)
{
	lists_end = boot_time();
}

static bool is_birth(const u8 *event, u32 size)
{
	u16 code, count;
	i64 result;
	memcpy(&code, event + HEADER_CODE, 2);
	if (code != CODE_clone && code != CODE_clone3 && code != CODE_fork && code != CODE_vfork)
		return false;
	memcpy(&count, event + HEADER_COUNT, 2);
	u32 at = HEADER_SIZE + 2 * count;
	if (at + 8 > size)
		return false;
	memcpy(&result, event + at, 8);
	return result == 0;
}

bool is_of_stranger(const u8 *event, u32 size)
{
	u64 when, tid;
	if (!known)
		return false;
	memcpy(&when, event + HEADER_TIME, 8);
	if (when > lists_end) {
		free(known);
		known = NULL;
		return false;
	}
	memcpy(&tid, event + HEADER_TID, 8);
	if (tid == 0 || tid >= PID_LIMIT)
		return false;
	if (is_birth(event, size))
		known[tid] = 1;
	return !known[tid];
}
