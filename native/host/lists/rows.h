// SPDX-License-Identifier: Apache-2.0
/* A row of the kernel side's lists: an event body, taken apart. */
#pragma once
#include <string.h>
#include "base/types.h"
#include "wire.h"

static inline u32 row_parameters(const u8 *row)
{
	u32 count;
	memcpy(&count, row + HEADER_COUNT, 4);
	return count;
}

static inline u32 row_size(const u8 *row)
{
	u32 size;
	memcpy(&size, row + HEADER_LENGTH, 4);
	return size;
}

static inline u16 row_length(const u8 *row, u32 index)
{
	u16 length;
	memcpy(&length, row + HEADER_SIZE + 2 * index, 2);
	return length;
}

static inline const u8 *row_bytes(const u8 *row, u32 index)
{
	const u8 *at = row + HEADER_SIZE + 2 * row_parameters(row);
	for (u32 i = 0; i < index; i++)
		at += row_length(row, i);
	return at;
}

/* Numbers of any size, without sign. */
static inline u64 row_number(const u8 *row, u32 index)
{
	u64 number = 0;
	u16 length = row_length(row, index);
	memcpy(&number, row_bytes(row, index), length > 8 ? 8 : length);
	return number;
}

/* Text without the NUL behind it. */
static inline u32 row_text_length(const u8 *row, u32 index)
{
	u16 length = row_length(row, index);
	return length && !row_bytes(row, index)[length - 1] ? length - 1 : length;
}

/* All bytes that a list's descriptor gives; the caller frees them. */
u8 *read_whole(int fd, size_t *size);
