// SPDX-License-Identifier: Apache-2.0
/* Event times are boot time in the kernel, time of day in the file. */
#pragma once
#include "base/types.h"

u64 boot_time(void);
u64 time_of_day(u64 boot_nanoseconds);
