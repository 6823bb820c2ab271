// SPDX-License-Identifier: Apache-2.0
/*
 * Where the bytes of a capture go: a regular file of this recorder's own, or a pipe or character device. A regular
 * file is looked after: whoever removes, renames, truncates or changes it ends the recording.
 */
#pragma once
#include <sys/types.h>
#include "base/types.h"

/* Which file it was, for whoever finds something under its name later. */
struct file_identity {
	dev_t device;
	ino_t inode;
};

/*
 * Opens `name` ("-": standard output), without following a symbolic link to a file. What a file has in it stays until
 * begin_destination. Ends the program where that is not possible. The name must stay valid while the file is open.
 */
void claim_destination(const char *name);
/* Leaves things as they were before it was claimed: a file that was made is removed. */
void abandon_destination(void);
/* From here on the file is this capture's. */
struct file_identity begin_destination(void);
/* Does nothing once the destination is lost, or its reader is gone. */
void write_bytes(const u8 *bytes, size_t size);
u64 destination_bytes(void);
/* Notices, once, when the file was removed, renamed or changed by somebody else. To be asked now and then. */
void look_after_file(void);
/* It was, or cannot be written: nothing more goes into it, and recording is over. */
bool is_file_lost(void);
/* Ends the program with the reason; `events` had been recorded. */
void fail_for_lost_file(u64 events) __attribute__((noreturn));
/* What is written goes into a pipe that nobody reads any longer. */
bool is_reader_gone(void);
/* Looks after it a last time. */
void close_destination(void);
