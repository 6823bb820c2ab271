// SPDX-License-Identifier: Apache-2.0
/*
 * The file: blocks `type:u32 length:u32 body length:u32`, through a buffer, plain or compressed. On
 * rotation the next file begins with all that a file needs. What is in the file at any moment is
 * whole blocks as far as they were flushed, so a recorder that is killed leaves a usable file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include "recorder.h"
#include "events.h"
#include "body.h"

#define BUFFER_SIZE (1 << 20)
#define SECTION_HEADER 0x0A0D0D0A
#define EVENT_BLOCK 0x216
#define LARGE_EVENT_BLOCK 0x221

static int fd = -1;
static u32 file_number;
static u64 on_disk;
static u8 buffer[BUFFER_SIZE];
static u32 used;
static u8 packed[BUFFER_SIZE + BUFFER_SIZE / 8];
static z_stream gzip;
static ZSTD_CStream *zstd;
/* Blocks of the lists for the next file; they are put together before it is begun. */
static struct body lists;
static bool is_listing;

static const struct error CANNOT_WRITE = {"RECORD_CANNOT_WRITE", "The capture cannot be written",
					  "free some space, or write elsewhere"};

static void write_all(const u8 *bytes, size_t size)
{
	while (size) {
		ssize_t done = write(fd, bytes, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			fail(&CANNOT_WRITE, "%s: %m", options.path);
		bytes += done;
		size -= done;
		on_disk += done;
	}
}

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
		write_all(packed, sizeof(packed) - gzip.avail_out);
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
		write_all(packed, out.pos);
	} while (how ? left : in.pos < in.size);
}

static void write_buffer(int how)
{
	if (options.compression == COMPRESS_GZIP)
		write_gzip(how);
	else if (options.compression == COMPRESS_ZSTD)
		write_zstd(how);
	else
		write_all(buffer, used);
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
	u32 padding = -size & 3, head[2] = {type, size + padding + 12};
	if (is_listing) {
		body_bytes(&lists, head, 8);
		body_bytes(&lists, body, size);
		body_bytes(&lists, &PADDING, padding);
		body_bytes(&lists, &head[1], 4);
		return;
	}
	append(head, 8);
	append(body, size);
	append(&PADDING, padding);
	append(&head[1], 4);
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

void write_made_event(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count)
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
	u8 *body = malloc(size), *at = body + sizeof(head);
	head.length = size - 2;
	memcpy(body, &head, sizeof(head));
	for (u32 i = 0; i < count; i++, at += width)
		memcpy(at, &parameters[i].size, width);
	for (u32 i = 0; i < count; at += parameters[i].size, i++)
		memcpy(at, parameters[i].bytes, parameters[i].size);
	write_block(is_large ? LARGE_EVENT_BLOCK : EVENT_BLOCK, body, size);
	free(body);
	totals.events++;
}

static void name_file(char *name, size_t size, u32 number)
{
	size_t stem = strlen(options.path);
	if (!options.rotate_bytes) {
		snprintf(name, size, "%s", options.path);
		return;
	}
	/* NAME.scap becomes NAME.0001.scap */
	const char *ending = strstr(options.path, ".scap");
	if (ending)
		stem = ending - options.path;
	snprintf(name, size, "%.*s.%04u%s", (int)stem, options.path, number, options.path + stem);
}

static void begin_compression(void)
{
	if (options.compression == COMPRESS_GZIP) {
		memset(&gzip, 0, sizeof(gzip));
		deflateInit2(&gzip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	} else if (options.compression == COMPRESS_ZSTD) {
		zstd = ZSTD_createCStream();
		ZSTD_initCStream(zstd, 1);
	}
}

void list_machine(void)
{
	is_listing = true;
	write_machine();
	write_interfaces();
	write_processes();
	write_descriptors();
	write_users();
	is_listing = false;
}

void open_file(void)
{
	static const struct error THERE = {"RECORD_FILE_EXISTS", "The capture would replace a file",
					   "give another name, or --force"};
	char name[4096];
	struct __attribute__((packed)) {
		u32 magic;
		u16 major, minor;
		u64 length;
	} section = {0x1A2B3C4D, 1, 2, ~0ULL};
	name_file(name, sizeof(name), ++file_number);
	fd = !strcmp(name, "-") ? dup(1) :
				  open(name, O_WRONLY | O_CREAT | O_CLOEXEC | (options.is_forced ? O_TRUNC : O_EXCL), 0600);
	if (fd < 0 && errno == EEXIST)
		fail(&THERE, "%s is there", name);
	if (fd < 0)
		fail(&CANNOT_WRITE, "%s: %m", name);
	fchmod(fd, 0600);
	on_disk = 0;
	begin_compression();
	totals.files++;
	write_block(SECTION_HEADER, &section, sizeof(section));
	append(lists.bytes, lists.size);
	body_free(&lists);
	write_containers();
	flush_file();
	if (options.keep_files && file_number > options.keep_files) {
		name_file(name, sizeof(name), file_number - options.keep_files);
		unlink(name);
	}
}

void close_file(void)
{
	if (fd < 0)
		return;
	write_buffer(2);
	if (options.compression == COMPRESS_GZIP)
		deflateEnd(&gzip);
	if (options.compression == COMPRESS_ZSTD)
		ZSTD_freeCStream(zstd);
	if (close(fd))
		fail(&CANNOT_WRITE, "%s: %m", options.path);
	fd = -1;
	totals.bytes += on_disk;
	on_disk = 0;
}

void flush_file(void)
{
	if (fd >= 0)
		write_buffer(1);
}

u64 file_bytes(void)
{
	return on_disk + (options.compression == COMPRESS_NONE ? used : 0);
}
