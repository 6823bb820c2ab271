// SPDX-License-Identifier: Apache-2.0
/* The files of a recording, one behind the other: their names, what is in each, and which --keep removes. */
#pragma once
#include "file/destination.h"

/* The name of file `number`, from 1; valid until the next call. Without --rotate the one that was asked for. */
const char *next_name(u32 number);
void note_file(struct file_identity identity);
void note_end_of_file(u64 bytes);
void remove_oldest(void);
