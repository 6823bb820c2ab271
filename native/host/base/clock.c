// SPDX-License-Identifier: Apache-2.0
/*
 * Time: the kernel side stamps events with boot time, the file has time of day. The distance is
 * measured once, so that times within a capture never jump.
 */
#include "base/clock.h"
#include <time.h>

static u64 read_clock(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

u64 boot_time(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

u64 time_of_day(u64 boot_nanoseconds)
{
	static u64 distance;
	/* The closest of several pairs: the process may be interrupted between the two readings. */
	for (u64 best = ~0ULL, i = 0; !distance || (best != ~0ULL && i < 16); i++) {
		u64 before = boot_time(), day = read_clock(CLOCK_REALTIME), after = boot_time();
		if (after - before < best) {
			best = after - before;
			distance = day - (before + (after - before) / 2);
		}
	}
	return boot_nanoseconds + distance;
}
