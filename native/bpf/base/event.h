// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * One event being written: a header (see wire.h), the lengths of its parameters, their bytes.
 *
 * Two ways: events of a known size are written straight into the ring buffer; others grow in the
 * CPU's scratch area and are copied when they are complete. Numbers that the format translates
 * (flags, enumerations, modes) are stored as the kernel has them, always 4 bytes wide: the host side
 * translates and narrows them with tables made from the event table.
 */
#pragma once
#include "maps.h"

#define NO_WAKEUP 1 /* BPF_RB_NO_WAKEUP: the host side drains by the clock */

struct event {
	__u8 *bytes;
	__u32 at;     /* where the next payload byte goes */
	__u32 lengths; /* where the next parameter's length goes */
	__u32 cpu;
};

INLINE __u32 current_cpu(void)
{
	return bpf_get_smp_processor_id();
}

INLINE struct counters *counters_of(__u32 cpu)
{
	return bpf_map_lookup_elem(&counts, &cpu);
}

INLINE void count_loss(__u32 cpu, bool by_full_buffer)
{
	struct counters *counters = counters_of(cpu);
	if (!counters)
		return;
	__u64 now = bpf_ktime_get_boot_ns();
	if (by_full_buffer)
		counters->lost_buffer_full++;
	else
		counters->lost_scratch++;
	if (!counters->first_loss)
		counters->first_loss = now;
	counters->last_loss = now;
}

INLINE __u32 current_tid(void)
{
	return bpf_get_current_pid_tgid();
}

INLINE void write_header(__u8 *bytes, __u32 cpu, __u32 tid, __u32 code, __u32 params)
{
	*(__u16 *)(bytes + HEADER_CPU) = cpu;
	*(__u64 *)(bytes + HEADER_TIME) = bpf_ktime_get_boot_ns();
	*(__u64 *)(bytes + HEADER_TID) = tid;
	*(__u32 *)(bytes + HEADER_LENGTH) = 0;
	*(__u16 *)(bytes + HEADER_CODE) = code;
	*(__u32 *)(bytes + HEADER_COUNT) = params;
}

/* An event of a size that is known: `size` is the constant size of its payload. */
INLINE bool reserve_event(struct event *event, __u32 code, __u32 params, __u32 size)
{
	__u32 cpu = current_cpu();
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	if (!ring)
		return false;
	__u8 *bytes = bpf_ringbuf_reserve(ring, HEADER_SIZE + 2 * params + size, 0);
	if (!bytes) {
		count_loss(cpu, true);
		return false;
	}
	write_header(bytes, cpu, current_tid(), code, params);
	event->bytes = bytes;
	event->cpu = cpu;
	event->lengths = HEADER_SIZE;
	event->at = HEADER_SIZE + 2 * params;
	return true;
}

INLINE void submit_reserved(struct event *event)
{
	bpf_ringbuf_submit(event->bytes, NO_WAKEUP);
}

/* An event that grows in the scratch area. */
INLINE bool begin_event(struct event *event, __u32 code, __u32 params)
{
	__u32 cpu = current_cpu();
	struct scratch *scratch = bpf_map_lookup_elem(&scratches, &cpu);
	if (!scratch) {
		count_loss(cpu, false);
		return false;
	}
	event->bytes = scratch->bytes;
	event->cpu = cpu;
	event->lengths = HEADER_SIZE;
	event->at = HEADER_SIZE + 2 * params;
	*(__u16 *)(scratch->bytes + HEADER_CODE) = code;
	*(__u32 *)(scratch->bytes + HEADER_COUNT) = params;
	return true;
}

INLINE void output_event_of(struct event *event, __u32 tid, __u32 code, __u32 params)
{
	/* The time is taken last: records of one buffer are then in the order of time. */
	write_header(event->bytes, event->cpu, tid, code, params);
	void *ring = bpf_map_lookup_elem(&rings, &event->cpu);
	if (!ring)
		return;
	if (bpf_ringbuf_output(ring, event->bytes, BOUNDED(event->at, SCRATCH_PAYLOAD - 1), NO_WAKEUP))
		count_loss(event->cpu, true);
}

INLINE void output_event(struct event *event, __u32 code, __u32 params)
{
	output_event_of(event, current_tid(), code, params);
}

/*
 * The scratch area is far larger than any event; the mask is what the verifier wants to see. Where
 * the place is known when compiling (always, in reserved events) it stays a constant.
 */
#define AT(event) \
	(__builtin_constant_p((event)->at) ? (event)->at : BOUNDED((event)->at, SCRATCH_PAYLOAD - 1))
#define LENGTHS_AT(event) \
	(__builtin_constant_p((event)->lengths) ? (event)->lengths : BOUNDED((event)->lengths, 0xfff))

INLINE void put_length(struct event *event, __u16 length)
{
	*(__u16 *)(event->bytes + LENGTHS_AT(event)) = length;
	event->lengths += 2;
}

/* append_: a piece of a parameter; put_: a whole one. */
#define DEFINE_PUT(suffix, type)                                     \
	INLINE void append_##suffix(struct event *event, type value) \
	{                                                            \
		*(type *)(event->bytes + AT(event)) = value;         \
		event->at += sizeof(type);                           \
	}                                                            \
	INLINE void put_##suffix(struct event *event, type value)    \
	{                                                            \
		append_##suffix(event, value);                       \
		put_length(event, sizeof(type));                     \
	}
DEFINE_PUT(u8, __u8)
DEFINE_PUT(u16, __u16)
DEFINE_PUT(u32, __u32)
DEFINE_PUT(u64, __u64)

INLINE void put_i64(struct event *event, __s64 value)
{
	put_u64(event, value);
}

/* Descriptors and process ids are 64 bits wide in the format, 32 in the kernel. */
INLINE void put_id(struct event *event, __s32 id)
{
	put_u64(event, (__s64)id);
}

/* A directory descriptor: "the working directory" is -100 in the kernel and in the format. */
#define put_fd put_id

/* Flags, an enumeration or a mode, as the kernel has it; see above. */
INLINE void put_raw(struct event *event, __u32 value)
{
	put_u32(event, value);
}

INLINE void put_empty(struct event *event)
{
	put_length(event, 0);
}
