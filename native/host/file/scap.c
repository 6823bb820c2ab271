// SPDX-License-Identifier: Apache-2.0
/*
 * What is in the file at any moment is whole blocks as far as they were flushed, so a recorder that is killed leaves
 * a usable file.
 */
#include "file/scap.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/report.h"
#include "file/body.h"
#include "file/rotation.h"
#include "file/totals.h"
#include "events.h"

#define BUFFER_SIZE (1 << 20)
#define SECTION_HEADER 0x0A0D0D0A
#define EVENT_BLOCK 0x216
#define LARGE_EVENT_BLOCK 0x221

static u32 number; /* of the file, from 1 */
static u8 buffer[BUFFER_SIZE];
static u32 used;
static u8 packed[BUFFER_SIZE + BUFFER_SIZE / 8];
static z_stream gzip;
static ZSTD_CStream *zstd;
static bool is_open;
/* Blocks that the next file begins with; they are put together before it is begun. */
static struct body head;
static bool is_heading;
/* Bytes on disk that the file began with. */
static u64 head_bytes;

/* `how`: 0 as the compressor likes, 1 everything so far readable, 2 the end. */
static void write_gzip(int how)
{
	static const int MODES[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH};
	gzip.next_in = buffer;
	gzip.avail_in = used;
	do {
		gzip.next_out = packed;
		gzip.avail_out = sizeof(packed);
		deflate(&gzip, MODES[how]);
		write_bytes(packed, sizeof(packed) - gzip.avail_out);
	} while (!gzip.avail_out);
}

static void write_zstd(int how)
{
	static const ZSTD_EndDirective MODES[] = {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end};
	ZSTD_inBuffer in = {buffer, used, 0};
	size_t left;
	do {
		ZSTD_outBuffer out = {packed, sizeof(packed), 0};
		left = ZSTD_compressStream2(zstd, &out, &in, MODES[how]);
		write_bytes(packed, out.pos);
	} while (how ? left : in.pos < in.size);
}

static void write_buffer(int how)
{
	if (options->compression == COMPRESS_GZIP)
		write_gzip(how);
	else if (options->compression == COMPRESS_ZSTD)
		write_zstd(how);
	else
		write_bytes(buffer, used);
	used = 0;
}

static void append(const void *bytes, u32 size)
{
	while (size) {
		if (used == BUFFER_SIZE)
			write_buffer(0);
		u32 room = BUFFER_SIZE - used, part = size < room ? size : room;
		memcpy(buffer + used, bytes, part);
		used += part;
		bytes = (const u8 *)bytes + part;
		size -= part;
	}
}

void write_block(u32 type, const void *body, u32 size)
{
	static const u32 PADDING = 0;
	u32 padding = -size & 3, frame[2] = {type, size + padding + 12};
	if (is_heading) {
		body_bytes(&head, frame, 8);
		body_bytes(&head, body, size);
		body_bytes(&head, &PADDING, padding);
		body_bytes(&head, &frame[1], 4);
		return;
	}
	append(frame, 8);
	append(body, size);
	append(&PADDING, padding);
	append(&frame[1], 4);
}

void write_event(const u8 *body, u32 size)
{
	u32 padding = -size & 3, head[2] = {EVENT_BLOCK, size + padding + 12};
	if (used + size + 16 > BUFFER_SIZE)
		write_buffer(0);
	memcpy(buffer + used, head, 8);
	memcpy(buffer + used + 8, body, size);
	memset(buffer + used + 8 + size, 0, padding);
	memcpy(buffer + used + 8 + size + padding, &head[1], 4);
	used += size + padding + 12;
}

void write_record(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count)
{
	struct __attribute__((packed)) {
		u16 cpu;
		u64 time, tid;
		u32 length;
		u16 code;
		u32 count;
	} head = {0, time_of_day(boot_nanoseconds), -1ULL, 0, code, count};
	/* The reference takes the width of lengths from the kind of event, and does not open a capture where it is another. */
	bool is_large = code == CODE_asyncevent;
	size_t size = sizeof(head);
	for (u32 i = 0; i < count; i++)
		is_large |= parameters[i].size > 0xffff;
	u32 width = is_large ? 4 : 2;
	for (u32 i = 0; i < count; i++)
		size += width + parameters[i].size;
	u8 *body = memory(size), *at = body + sizeof(head);
	head.length = size - 2;
	memcpy(body, &head, sizeof(head));
	for (u32 i = 0; i < count; i++, at += width)
		memcpy(at, &parameters[i].size, width);
	for (u32 i = 0; i < count; at += parameters[i].size, i++)
		memcpy(at, parameters[i].bytes, parameters[i].size);
	write_block(is_large ? LARGE_EVENT_BLOCK : EVENT_BLOCK, body, size);
	free(body);
}

void write_made_event(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count)
{
	write_record(code, boot_nanoseconds, parameters, count);
	totals.events++;
}

static void begin_compression(void)
{
	if (options->compression == COMPRESS_GZIP) {
		memset(&gzip, 0, sizeof(gzip));
		deflateInit2(&gzip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	} else if (options->compression == COMPRESS_ZSTD) {
		zstd = ZSTD_createCStream();
		ZSTD_initCStream(zstd, 1);
	}
}

static void end_compression(void)
{
	if (options->compression == COMPRESS_GZIP)
		deflateEnd(&gzip);
	if (options->compression == COMPRESS_ZSTD)
		ZSTD_freeCStream(zstd);
}

void begin_head(void)
{
	static const struct __attribute__((packed)) {
		u32 magic;
		u16 major, minor;
		u64 length;
	} SECTION = {0x1A2B3C4D, 1, 2, ~0ULL};
	is_heading = true;
	if (!head.size)
		write_block(SECTION_HEADER, &SECTION, sizeof(SECTION));
}

void end_head(void)
{
	is_heading = false;
}

/* What has been put together so far, as it will lie on disk. */
static u64 packed_head_bytes(void)
{
	u64 size = head.size;
	if (options->compression == COMPRESS_NONE)
		return size;
	bool is_zstd = options->compression == COMPRESS_ZSTD;
	size_t room = is_zstd ? ZSTD_compressBound(size) : compressBound(size);
	u8 *result = memory(room);
	uLongf result_size = room;
	if (is_zstd)
		size = ZSTD_compress(result, room, head.bytes, head.size, 1);
	else if (compress2(result, &result_size, head.bytes, head.size, 1) == Z_OK)
		size = result_size;
	free(result);
	return size;
}

static void check_rotation(void)
{
	static const struct error SMALL = {"RECORD_ROTATE_SMALL", "The files of this rotation would hold nothing but lists",
					   "give a larger --rotate"};
	u64 bytes = packed_head_bytes();
	if (options->rotate_bytes && bytes >= options->rotate_bytes)
		fail(&SMALL,
		     "each file begins with the lists of processes and descriptors, now %llu bytes, and --rotate is %llu",
		     (unsigned long long)bytes, (unsigned long long)options->rotate_bytes);
}

u32 file_number(void)
{
	return number;
}

void claim_file(void)
{
	if (!number++)
		check_rotation();
	claim_destination(next_name(number));
}

void abandon_file(void)
{
	abandon_destination();
	body_free(&head);
}

void begin_file(void)
{
	note_file(begin_destination());
	begin_compression();
	is_open = true;
	totals.files++;
	append(head.bytes, head.size);
	body_free(&head);
	flush_file();
	head_bytes = file_bytes();
	remove_oldest();
}

void close_file(void)
{
	if (!is_open)
		return;
	write_buffer(2);
	end_compression();
	close_destination();
	is_open = false;
	note_end_of_file(destination_bytes());
	totals.bytes += destination_bytes();
}

void flush_file(void)
{
	if (is_open)
		write_buffer(1);
}

u64 file_bytes(void)
{
	if (!is_open)
		return 0;
	return destination_bytes() + (options->compression == COMPRESS_NONE ? used : 0);
}

u64 rotation_limit(void)
{
	/* Lists grow with the machine; a file must have room for events too. */
	return head_bytes < options->rotate_bytes ? options->rotate_bytes : 2 * head_bytes;
}
