// SPDX-License-Identifier: Apache-2.0
/* How much was recorded. */
#pragma once
#include "base/types.h"

/* Everything written, by all files of a rotation; the bytes of the file under way are in file_bytes(). */
struct totals {
	u64 events;
	u64 bytes;
	u32 files;
	/* Of these, what went with the files that a rotation removed. */
	struct removed {
		u64 events;
		u64 bytes;
		u32 files;
	} removed;
};
extern struct totals totals;
