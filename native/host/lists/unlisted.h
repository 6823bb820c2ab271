// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "file/body.h"

/* Add an entry for each task of /proc whose number (below `count`) is not marked in `listed`. */
void append_unlisted(struct body *body, const u8 *listed, u64 count);
