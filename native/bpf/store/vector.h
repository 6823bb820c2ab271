// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Scattered data (iovec) and message headers, of 64-bit and 32-bit callers. */
#pragma once
#include "path.h"

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

struct gathering {
	__u64 vectors, total;
	__u32 at, copied, limit;
	bool is_compat, is_torn;
};

static long gather_one(__u32 index, void *context)
{
	struct scratch *scratch = *(struct scratch **)context;
	struct gathering *all = STATE(scratch);
	__u64 pair[2] = {};
	if (all->is_compat) {
		__u32 narrow[2] = {};
		if (bpf_probe_read_user(narrow, 8, (void *)(all->vectors + index * 8)))
			return STOP;
		pair[0] = narrow[0];
		pair[1] = narrow[1];
	} else if (bpf_probe_read_user(pair, 16, (void *)(all->vectors + index * 16))) {
		return STOP;
	}
	all->total += pair[1];
	if (all->copied >= all->limit || all->is_torn)
		return GO_ON;
	__u64 size = all->limit - all->copied;
	if (pair[1] < size)
		size = pair[1];
	if (bpf_probe_read_user(scratch->bytes + BOUNDED(all->at + all->copied, SCRATCH_PAYLOAD - 1),
				BOUNDED(size, 0xffff), (void *)pair[0]))
		all->is_torn = true;
	else
		all->copied += size;
	return GO_ON;
}

/*
 * Copy up to `limit` bytes of the vectors' data to `at` of the scratch area. Upper half of the
 * result: bytes that all vectors hold together (saturated); lower half: bytes copied.
 */
__noinline __u64 gather(__u64 vectors, __u32 count_and_width, __u32 slot, __u32 at, __u32 limit)
{
	struct scratch *scratch = scratch_of(slot);
	if (!scratch)
		return 0;
	struct gathering *all = STATE(scratch);
	all->vectors = vectors;
	all->total = 0;
	all->at = at;
	all->copied = 0;
	all->limit = limit;
	all->is_compat = count_and_width >> 31;
	all->is_torn = false;
	bpf_loop(count_and_width & 0x7fffffff, gather_one, &scratch, 0);
	if (all->total > 0xffffffff)
		all->total = 0xffffffff;
	return all->total << 32 | all->copied;
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
