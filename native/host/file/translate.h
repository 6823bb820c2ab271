// SPDX-License-Identifier: Apache-2.0
/* An event as the kernel side stored it -> as the format has it. */
#pragma once
#include "base/types.h"

void prepare_translations(void);
/* Returns the size of what is at `to`. */
u32 translate_event(const u8 *from, u32 size, u8 *to);
u32 translate_open_flags(u32 flags);
