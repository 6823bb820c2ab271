// SPDX-License-Identifier: Apache-2.0
/* The list of descriptors: rows of the kernel side's file list, grouped by process. */
#include "lists/descriptors.h"
#include <stdio.h>
#include <unistd.h>
#include "base/memory.h"
#include "file/body.h"
#include "file/scap.h"
#include "file/translate.h"
#include "lists/rows.h"
#include "system/kernel.h"

#define FD_LIST 0x218

enum fd_type { DIRECTORY = 2, IPV4 = 3, IPV6 = 4, IPV4_SERVER = 5, IPV6_SERVER = 6, FIFO = 7, UNIX = 8, EVENT = 9,
	       UNSUPPORTED = 10, SIGNAL = 11, EVENTPOLL = 12, INOTIFY = 13, TIMER = 14, NETLINK = 15, FILE_V2 = 16,
	       BPF = 17, USERFAULT = 18, IO_URING = 19, MEMFD = 20, PIDFD = 21 };

static const struct {
	const char *begin;
	enum fd_type type;
} ANONYMOUS[] = {
	{"[eventfd", EVENT}, {"[eventpoll]", EVENTPOLL}, {"[signalfd", SIGNAL}, {"[timerfd", TIMER},
	{"inotify", INOTIFY}, {"[inotify", INOTIFY}, {"bpf", BPF}, {"[bpf", BPF}, {"[userfaultfd]", USERFAULT},
	{"[io_uring]", IO_URING}, {"[pidfd", PIDFD}, {"pidfd:", PIDFD},
};

static u8 l4_protocol(u64 protocol)
{
	switch (protocol) {
	case 6: return 2;   /* TCP */
	case 17: return 3;  /* UDP */
	case 1:
	case 58: return 4;  /* ICMP */
	default: return 5;  /* raw */
	}
}

static size_t begin_fd(struct body *body, const u8 *row, enum fd_type type)
{
	size_t entry = body_begin_entry(body);
	body_u64(body, row_number(row, FILE_FD));
	body_u64(body, row_number(row, FILE_INODE));
	body_u8(body, type);
	return entry;
}

/* Tuple: family, local address, local port, remote address, remote port. */
static void append_inet(struct body *body, const u8 *row, u32 address_size)
{
	bool is_v6 = address_size == 16;
	const u8 *local = row_bytes(row, FILE_TUPLE) + 1, *remote = local + address_size + 2;
	u16 local_port, remote_port;
	memcpy(&local_port, local + address_size, 2);
	memcpy(&remote_port, remote + address_size, 2);
	bool is_server = !remote_port;
	size_t entry = begin_fd(body, row, is_server ? (is_v6 ? IPV6_SERVER : IPV4_SERVER) : (is_v6 ? IPV6 : IPV4));
	body_bytes(body, local, address_size);
	if (!is_server)
		body_bytes(body, remote, address_size);
	body_u16(body, local_port);
	if (!is_server)
		body_u16(body, remote_port);
	body_u8(body, l4_protocol(row_number(row, FILE_PROTOCOL)));
	body_end_entry(body, entry);
}

/* Tuple: family, peer, own address in the kernel, path of the peer; the name is the own path. */
static void append_unix(struct body *body, const u8 *row)
{
	const u8 *tuple = row_bytes(row, FILE_TUPLE);
	size_t entry = begin_fd(body, row, UNIX);
	body_bytes(body, tuple + 9, 8);
	body_bytes(body, tuple + 1, 8);
	if (row_text_length(row, FILE_NAME))
		body_string(body, row_bytes(row, FILE_NAME), row_text_length(row, FILE_NAME));
	else
		body_string(body, tuple + 17, row_length(row, FILE_TUPLE) - 18);
	body_end_entry(body, entry);
}

static void append_named(struct body *body, const u8 *row, enum fd_type type, const char *name)
{
	size_t entry = begin_fd(body, row, type);
	body_text(body, name);
	body_end_entry(body, entry);
}

static void append_socket(struct body *body, const u8 *row)
{
	u16 size = row_length(row, FILE_TUPLE);
	u8 family = size ? *row_bytes(row, FILE_TUPLE) : 0;
	char name[64];
	snprintf(name, sizeof(name), "socket:[%llu]", (unsigned long long)row_number(row, FILE_INODE));
	if (family == 2 && size == 13)
		append_inet(body, row, 4);
	else if (family == 10 && size == 37)
		append_inet(body, row, 16);
	else if (family == 1 && size >= 18)
		append_unix(body, row);
	else
		append_named(body, row, family == 16 ? NETLINK : UNSUPPORTED, name);
}

static void append_file(struct body *body, const u8 *row, const char *path)
{
	size_t entry = begin_fd(body, row, FILE_V2);
	body_u32(body, translate_open_flags(row_number(row, FILE_FLAGS)));
	body_text(body, path);
	body_u32(body, row_number(row, FILE_DEVICE));
	body_end_entry(body, entry);
}

static void append_descriptor(struct body *body, const u8 *row)
{
	char path[4200], name[4300];
	u32 length = row_text_length(row, FILE_PATH), mode = row_number(row, FILE_MODE);
	snprintf(path, sizeof(path), "%.*s", (int)length, (const char *)row_bytes(row, FILE_PATH));
	if ((mode & 0170000) == 0140000) {
		append_socket(body, row);
		return;
	}
	if ((mode & 0170000) == 0010000) {
		snprintf(name, sizeof(name), "pipe:[%llu]", (unsigned long long)row_number(row, FILE_INODE));
		append_named(body, row, FIFO, *path == '/' ? path : name);
		return;
	}
	if (!strncmp(path, "memfd:", 6)) {
		snprintf(name, sizeof(name), "/%s (deleted)", path);
		append_named(body, row, MEMFD, name);
		return;
	}
	if (*path == '/') {
		if ((mode & 0170000) == 0040000)
			append_named(body, row, DIRECTORY, path);
		else
			append_file(body, row, path);
		return;
	}
	snprintf(name, sizeof(name), "anon_inode:%s", path);
	for (size_t i = 0; i < sizeof(ANONYMOUS) / sizeof(ANONYMOUS[0]); i++) {
		if (!strncmp(path, ANONYMOUS[i].begin, strlen(ANONYMOUS[i].begin))) {
			append_named(body, row, ANONYMOUS[i].type, name);
			return;
		}
	}
	append_named(body, row, UNSUPPORTED, name);
}

/* Rows from just before; of these, what was closed while the list was made is written too. */
static struct {
	u8 *rows;
	size_t size;
} early;

void list_early_descriptors(void)
{
	free(early.rows);
	early.rows = read_whole(open_file_list(), &early.size);
}

static u64 key_of(const u8 *row)
{
	return row_number(row, FILE_TGID) << 32 | (u32)row_number(row, FILE_FD);
}

static int compare_keys(const void *a, const void *b)
{
	u64 first = *(const u64 *)a, second = *(const u64 *)b;
	return first < second ? -1 : first > second;
}

struct keys {
	u64 *sorted;
	size_t count;
};

static struct keys keys_of(const u8 *rows, size_t size)
{
	struct keys keys = {};
	size_t room = 0;
	for (size_t at = 0; at + HEADER_SIZE < size; at += row_size(rows + at)) {
		if (keys.count == room)
			keys.sorted = more_memory(keys.sorted, (room = 2 * room + 1024) * sizeof(u64));
		keys.sorted[keys.count++] = key_of(rows + at);
	}
	if (keys.count)
		qsort(keys.sorted, keys.count, sizeof(u64), compare_keys);
	return keys;
}

/* A block for each process; without those that are in `known`. */
static void write_rows(const u8 *rows, size_t size, const struct keys *known)
{
	struct body body = {};
	u64 process = 0;
	for (size_t at = 0; at + HEADER_SIZE < size; at += row_size(rows + at)) {
		const u8 *row = rows + at;
		u64 key = key_of(row);
		if (known->count && bsearch(&key, known->sorted, known->count, sizeof(u64), compare_keys))
			continue;
		if (body.size && key >> 32 != process) {
			write_block(FD_LIST, body.bytes, body.size);
			body.size = 0;
		}
		if (!body.size) {
			process = key >> 32;
			body_u64(&body, process);
		}
		append_descriptor(&body, row);
	}
	if (body.size)
		write_block(FD_LIST, body.bytes, body.size);
	body_free(&body);
}

void write_descriptors(void)
{
	size_t size;
	u8 *rows = read_whole(open_file_list(), &size);
	struct keys listed = keys_of(rows, size);
	write_rows(early.rows, early.size, &listed);
	write_rows(rows, size, &(struct keys){});
	free(listed.sorted);
	free(rows);
	free(early.rows);
	early.rows = NULL;
	early.size = 0;
}
