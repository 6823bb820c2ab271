// SPDX-License-Identifier: Apache-2.0
/* Files of /proc/TID. */
#pragma once
#include <sys/types.h>
#include "base/types.h"

/* Up to `size` bytes; 0 where it cannot be read. */
size_t read_proc(u64 tid, const char *what, char *text, size_t size);
