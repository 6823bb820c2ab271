// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Scattered data (iovec) and message headers, of 64-bit and 32-bit callers. */
#pragma once
#include "path.h"

#define VECTORS 64
#define VECTORS_AT (SCRATCH_TEMPORARY + 0x4000)

struct message {
	__u64 name;
	__u64 vectors;
	__u64 count;
	__u64 control;
	__u64 control_size;
};

INLINE bool read_message(const struct call *call, __u64 address, struct message *message)
{
	if (call->is_compat) {
		__u32 raw[7] = {}; /* name, namelen, iov, iovlen, control, controllen, flags */
		if (bpf_probe_read_user(raw, sizeof(raw), (void *)address))
			return false;
		message->name = raw[0];
		message->vectors = raw[2];
		message->count = raw[3];
		message->control = raw[4];
		message->control_size = raw[5];
		return true;
	}
	struct user_msghdr raw = {};
	if (bpf_probe_read_user(&raw, sizeof(raw), (void *)address))
		return false;
	message->name = (__u64)raw.msg_name;
	message->vectors = (__u64)raw.msg_iov;
	message->count = raw.msg_iovlen;
	message->control = (__u64)raw.msg_control;
	message->control_size = raw.msg_controllen;
	return true;
}

/*
 * Copy up to `limit` bytes of the vectors' data to `at` of the scratch area. Upper half of the
 * result: bytes that all vectors hold together (saturated); lower half: bytes copied.
 */
__noinline __u64 gather(__u64 vectors, __u32 count_and_width, __u32 slot, __u32 at, __u32 limit)
{
	struct scratch *scratch = scratch_of(slot);
	bool is_compat = count_and_width >> 31;
	__u32 count = count_and_width & 0x7fffffff, copied = 0;
	__u64 total = 0;
	if (!scratch)
		return 0;
	for (__u32 i = 0; i < VECTORS && i < count; i++) {
		__u64 base, length;
		if (is_compat) {
			__u32 pair[2] = {};
			if (bpf_probe_read_user(pair, 8, (void *)(vectors + i * 8)))
				break;
			base = pair[0];
			length = pair[1];
		} else {
			__u64 pair[2] = {};
			if (bpf_probe_read_user(pair, 16, (void *)(vectors + i * 16)))
				break;
			base = pair[0];
			length = pair[1];
		}
		total += length;
		if (copied >= limit)
			continue;
		__u64 size = limit - copied;
		if (length < size)
			size = length;
		size &= 0xffff;
		if (bpf_probe_read_user(scratch->bytes + ((at + copied) & (SCRATCH_PAYLOAD - 1)), size,
					(void *)base))
			break;
		copied += size;
	}
	if (total > 0xffffffff)
		total = 0xffffffff;
	return total << 32 | copied;
}

/* Store the data; `available` < 0: all that the vectors hold. Returns their total size. */
INLINE __u32 put_vectors(struct event *event, const struct call *call, __u64 vectors, __u64 count,
			 __s64 available)
{
	__u32 limit = snap_length;
	if (available >= 0 && available < limit)
		limit = available;
	if (count > 1024)
		count = 1024;
	__u64 result = gather(vectors, (__u32)count | (call->is_compat ? 1u << 31 : 0), event->cpu,
			      event->at, limit);
	__u32 copied = result & 0xffff;
	event->at += copied;
	put_length(event, copied);
	return result >> 32;
}
