// SPDX-License-Identifier: Apache-2.0
/* Shapes of the generated tables (build/tables.inc). */
#pragma once
#include "base/types.h"
#include "events.h"

/* A system call of this architecture: its number, its code in captures, the event it gives. */
struct system_call {
	const char *name;
	u16 number;
	u16 format_code;
	u16 event;
};
extern const struct system_call SYSTEM_CALLS[];
extern const unsigned SYSTEM_CALL_COUNT;

/* The native number of a 32-bit system call; 0xffff where there is none. */
u16 native_number(u32 compat_number);
