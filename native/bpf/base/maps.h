// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Maps: a ring buffer and a scratch area per CPU, counters, and the table of programs by system
 * call. Scratch areas are an array indexed by CPU, not a per-CPU map: those are limited to 32 KiB.
 */
#pragma once
#include "config.h"

/* Payloads grow below SCRATCH_PAYLOAD; what is above is room for temporary things. */
#define SCRATCH_PAYLOAD 0x20000
#define SCRATCH_TEMPORARY (SCRATCH_PAYLOAD + 0x10000)
#define SCRATCH_SIZE (SCRATCH_PAYLOAD + 0x20000)

struct scratch {
	__u8 bytes[SCRATCH_SIZE];
};

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALL_SLOTS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} calls SEC(".maps");

/* Tasks that --only-command and --container follow: MARK_ values of programs/marks.h. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u8);
} marked SEC(".maps");

/* Cgroups that --container follows. Each hierarchy counts its ids from 1. */
struct chosen_cgroup {
	__u64 hierarchy;
	__u64 id;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct chosen_cgroup);
	__type(value, __u8);
} marked_cgroups SEC(".maps");
