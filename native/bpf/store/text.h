// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Strings and data into a growing event. A string that cannot be read is stored with length 0,
 * which readers show as absent. Paths and environments are cut at 4096 bytes.
 */
#pragma once
#include "../base/event.h"
#include "../extract/call.h"

#define MAX_TEXT 4096

INLINE __u32 append_user_text(struct event *event, __u64 address, __u32 limit)
{
	long length = bpf_probe_read_user_str(event->bytes + AT(event), limit, (void *)address);
	if (length <= 0)
		return 0;
	event->at += length;
	return length;
}

INLINE __u32 append_kernel_text(struct event *event, const void *address, __u32 limit)
{
	long length = bpf_probe_read_kernel_str(event->bytes + AT(event), limit, address);
	if (length <= 0)
		return 0;
	event->at += length;
	return length;
}

INLINE void put_text(struct event *event, __u64 address)
{
	put_length(event, append_user_text(event, address, MAX_TEXT));
}

INLINE void put_kernel_text(struct event *event, const void *address, __u32 limit)
{
	put_length(event, append_kernel_text(event, address, limit));
}

INLINE __u32 append_user_bytes(struct event *event, __u64 address, __u32 size)
{
	size &= 0xffff;
	if (bpf_probe_read_user(event->bytes + AT(event), BOUNDED(size, 0xffff), (void *)address))
		return 0;
	event->at += size;
	return size;
}

/* Data of a read or a write: `available` bytes of it exist, the snap length limits it. */
INLINE void put_data(struct event *event, __u64 address, __s64 available)
{
	__u32 size = snap_length;
	if (available <= 0) {
		put_empty(event);
		return;
	}
	if (available < size)
		size = available;
	put_length(event, append_user_bytes(event, address, size));
}
