// SPDX-License-Identifier: Apache-2.0
/*
 * The file: blocks `type:u32 length:u32 body length:u32`, through a buffer, plain or compressed. What stands before
 * its events is its head, put together before the file is begun.
 */
#pragma once
#include "base/types.h"

/* Between the two, blocks are kept for the head of the next file, behind those that are there. */
void begin_head(void);
void end_head(void);
/* Takes the name of the next file for the head; what the file has in it stays as it is until begin_file. */
void claim_file(void);
/* Number of the file that was claimed last, from 1; 0 before. */
u32 file_number(void);
/* Nothing comes of the claimed file: one that was made for it is removed. */
void abandon_file(void);
void begin_file(void);
void close_file(void);
void flush_file(void);
/* Of the file under way, on disk; 0 without one. */
u64 file_bytes(void);
/* At what size of it the next file begins. */
u64 rotation_limit(void);

void write_block(u32 type, const void *body, u32 size);
void write_event(const u8 *body, u32 size);
/* A record of the recorder's own: parameters one behind the other, their lengths beside. */
struct parameter {
	const void *bytes;
	u32 size;
};
void write_record(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count);
/* The same, counted among the events that were recorded. */
void write_made_event(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count);
