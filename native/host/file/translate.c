// SPDX-License-Identifier: Apache-2.0
/*
 * An event as the kernel side stored it -> as the format has it: flags and enumerations get the
 * format's own values and widths. The tables are generated from the event table: constants of the
 * kernel's headers are found by the names that the format's tables have.
 */
#include "file/translate.h"
#include <asm/fcntl.h>
#include <asm/ioctls.h>
#include <asm/mman.h>
#if defined(__x86_64__)
#include <asm/ptrace-abi.h>
#endif
#include <asm/resource.h>
#include <asm/socket.h>
#include <asm/unistd.h>
#include <linux/close_range.h>
#include <linux/dqblk_xfs.h>
#include <linux/eventpoll.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/ipc.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/openat2.h>
#include <linux/pidfd.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/sched.h>
#include <linux/sem.h>
#include <string.h>
#include "system/tables.h"
#include "wire.h"

/* What the kernel side adds in bits that no flag has; see programs/files and programs/processes. */
#define O_F_CREATED (1u << 28)
#define FD_UPPER_LAYER (1u << 29)
#define FD_LOWER_LAYER (1u << 30)
#define CLONE_CHILD_IN_PIDNS 1
/* Names that are no macros in the headers, or other ones. */
#define SOL_TCP 6
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define V1_DQF_RSQUASH 1
#define IORING_SETUP_ATTACH_RW IORING_SETUP_ATTACH_WQ
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define SPLICE_F_MORE 4
#define SPLICE_F_GIFT 8
#ifndef F_GETLK64
#define F_GETLK64 12
#define F_SETLK64 13
#define F_SETLKW64 14
#endif
#ifndef F_CANCELLK
#define F_CANCELLK (F_LINUX_SPECIFIC_BASE + 5)
#endif
#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif
#undef IORING_SQ_NEED_WAKEUP /* a bit of the ring, not of its making */
#undef PTRACE_OLDSETOPTIONS  /* an old number of PTRACE_SETOPTIONS */

enum translation_kind {
	BITS, ENUMERATION, OPENING_FLAGS, SOCKET_OPTION, PERMISSIONS, NODE_MODE, NARROWED, POLLED_LIST,
};
struct named_bits {
	u32 kernel, format;
};
struct translation {
	u16 event;
	u8 parameter;
	u8 kind;
	u8 size; /* of the parameter in the format */
	const struct named_bits *names;
	u16 count;
	u32 other; /* for values that have no name */
};
#include "tables.inc"

#define TRANSLATION_COUNT (sizeof(TRANSLATIONS) / sizeof(TRANSLATIONS[0]))
#define EVENTS 512
/* Rows of each event lie together: the first, and how many. */
static u16 first_row[EVENTS], row_count[EVENTS];

void prepare_translations(void)
{
	for (u32 i = TRANSLATION_COUNT; i-- > 0;) {
		first_row[TRANSLATIONS[i].event] = i;
		row_count[TRANSLATIONS[i].event]++;
	}
}

static u32 translate_bits(const struct translation *row, u32 value)
{
	u32 result = 0;
	for (u32 i = 0; i < row->count; i++) {
		u32 bits = row->names[i].kernel;
		if (bits && (value & bits) == bits)
			result |= row->names[i].format;
	}
	return result;
}

static u32 translate_value(const struct translation *row, u32 value)
{
	for (u32 i = 0; i < row->count; i++)
		if (row->names[i].kernel == value)
			return row->names[i].format;
	return row->other;
}

/* O_RDONLY is 0 for the kernel, but a bit of its own in the format. */
static u32 translate_opening(const struct translation *row, u32 value)
{
	static const u32 ACCESS[] = {1, 2, 3, 1};
	return (translate_bits(row, value & ~(u32)O_ACCMODE) & ~3u) | ACCESS[value & O_ACCMODE];
}

u32 translate_open_flags(u32 flags)
{
	static const struct translation OPENING = {0, 0, OPENING_FLAGS, 4, file_flags, COUNT_file_flags, 0};
	return translate_opening(&OPENING, flags);
}

static u32 translate_number(const struct translation *row, u32 value, u32 previous)
{
	switch (row->kind) {
	case BITS:
		return translate_bits(row, value);
	case ENUMERATION:
		return translate_value(row, value);
	case OPENING_FLAGS:
		return translate_opening(row, value);
	case SOCKET_OPTION: /* only those of SOL_SOCKET have numbers in the format */
		return previous == SOL_SOCKET ? translate_value(row, value) : 0;
	case PERMISSIONS:
		return value & 07777;
	case NODE_MODE: /* no type means a regular file */
		return (value & 07777) | (value & 0170000 ? value & 0170000 : 0100000);
	default:
		return value;
	}
}

static void translate_polled(const struct translation *row, u8 *list, u32 size)
{
	for (u32 at = 2; at + 10 <= size; at += 10) {
		u16 bits;
		memcpy(&bits, list + at + 8, 2);
		bits = translate_bits(row, bits);
		memcpy(list + at + 8, &bits, 2);
	}
}

static u16 read_u16(const u8 *at)
{
	u16 value;
	memcpy(&value, at, 2);
	return value;
}

u32 translate_event(const u8 *from, u32 size, u8 *to)
{
	u16 code = read_u16(from + HEADER_CODE);
	u32 rows = code < EVENTS ? row_count[code] : 0;
	if (!rows) {
		memcpy(to, from, size);
		return size;
	}
	const struct translation *row = &TRANSLATIONS[first_row[code]], *end = row + rows;
	u32 count = read_u16(from + HEADER_COUNT), lengths = HEADER_SIZE, at = HEADER_SIZE + 2 * count, out = at, previous = 0;
	memcpy(to, from, at);
	for (u32 i = 0; i < count; i++, lengths += 2) {
		u16 length = read_u16(from + lengths);
		u32 value = 0;
		if (length == 4)
			memcpy(&value, from + at, 4);
		if (row < end && row->parameter == i) {
			if (row->kind == POLLED_LIST) {
				memcpy(to + out, from + at, length);
				translate_polled(row, to + out, length);
				out += length;
			} else if (length == 4) {
				u32 result = translate_number(row, value, previous);
				u16 narrow = row->size;
				memcpy(to + out, &result, row->size);
				memcpy(to + lengths, &narrow, 2);
				out += row->size;
			}
			row++;
		} else {
			memcpy(to + out, from + at, length);
			out += length;
		}
		previous = value;
		at += length;
	}
	return out;
}

