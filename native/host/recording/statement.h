// SPDX-License-Identifier: Apache-2.0
/* What this recording leaves out, as the capture says it. */
#pragma once
#include "base/types.h"

void write_statement(u32 file_number);
