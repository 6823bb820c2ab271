// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * What every program needs of the kernel: its types, libbpf's helpers, the few constants that are
 * macros there and so are not in BTF, and "flavours" of structures that changed between kernels.
 */
#pragma once
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>
#include "wire.h"

#define INLINE static __always_inline

/* A value with a bound that the verifier sees, and that the compiler cannot think away. */
#define BOUNDED(value, mask)                \
	({                                  \
		__u64 bounded = (value);    \
		barrier_var(bounded);       \
		bounded & (mask);           \
	})

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFIFO 0010000
#define S_IFSOCK 0140000
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define EINPROGRESS 115
#define PF_EXITING 0x4
#define FMODE_CREATED 0x100000
#define OVERLAYFS_MAGIC 0x794c7630
#define SB_RDONLY 1
#define S_IMMUTABLE 8
#define CAP_DAC_OVERRIDE 1
#define CAP_FOWNER 3
#define COMPAT_CALL 0x0002         /* thread_info.status of a 32-bit call on x86-64 */
#define COMPAT_THREAD (1ul << 22) /* thread_info.flags of a 32-bit program on arm64 */

/* Before 6.15 (there it is __parent). */
struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
} __attribute__((preserve_access_index));

/* Inode times: until 6.5; of 6.6 to 6.10. */
struct inode___until_6_5 {
	struct timespec64 i_mtime;
	struct timespec64 i_ctime;
} __attribute__((preserve_access_index));
struct inode___of_6_6 {
	struct timespec64 i_mtime;
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));
struct inode___of_6_7 {
	struct timespec64 __i_mtime;
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));

/* Memory counters until 6.1. */
struct mm_rss_stat___until_6_1 {
	atomic_long_t count[4];
} __attribute__((preserve_access_index));
struct mm_struct___until_6_1 {
	struct mm_rss_stat___until_6_1 rss_stat;
} __attribute__((preserve_access_index));

/* arm64 registers, so that the same source compiles there. */
struct pt_regs___of_arm64 {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
	__u64 orig_x0;
	__s32 syscallno;
} __attribute__((preserve_access_index));
