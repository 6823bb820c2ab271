// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The system call that is about to return: its number, its arguments (the registers still hold
 * them), whether a 32-bit program made it.
 */
#pragma once
#include "../base/kernel.h"

struct call {
	struct pt_regs *regs;
	long ret;
	bool is_compat;
};

#if defined(__TARGET_ARCH_x86)

INLINE bool is_compat_call(void)
{
	return bpf_get_current_task_btf()->thread_info.status & COMPAT_CALL;
}

INLINE __u32 call_number(struct pt_regs *regs)
{
	return regs->orig_ax;
}

INLINE __u64 arg(const struct call *call, int index)
{
	struct pt_regs *regs = call->regs;
	if (call->is_compat) {
		switch (index) {
		case 0:
			return (__u32)regs->bx;
		case 1:
			return (__u32)regs->cx;
		case 2:
			return (__u32)regs->dx;
		case 3:
			return (__u32)regs->si;
		case 4:
			return (__u32)regs->di;
		default:
			return (__u32)regs->bp;
		}
	}
	switch (index) {
	case 0:
		return regs->di;
	case 1:
		return regs->si;
	case 2:
		return regs->dx;
	case 3:
		return regs->r10;
	case 4:
		return regs->r8;
	default:
		return regs->r9;
	}
}

#else

/* Their numbers are not known here: they are not recorded. */
INLINE bool is_compat_call(void)
{
	return bpf_get_current_task_btf()->thread_info.flags & COMPAT_THREAD;
}

INLINE __u32 call_number(struct pt_regs *regs)
{
	return BPF_CORE_READ((struct pt_regs___of_arm64 *)regs, syscallno);
}

INLINE __u64 arg(const struct call *call, int index)
{
	struct pt_regs___of_arm64 *regs = (void *)call->regs;
	__u64 value = 0;
	if (index == 0)
		value = BPF_CORE_READ(regs, orig_x0);
	else
		bpf_core_read(&value, sizeof(value), &regs->regs[index]);
	return value;
}

#endif

INLINE __s32 arg_int(const struct call *call, int index)
{
	return (__s32)arg(call, index);
}

/* A timespec at a user address, in nanoseconds; 0 where it cannot be read. */
INLINE __u64 user_timespec(const struct call *call, __u64 address)
{
	if (call->is_compat) {
		__s32 pair[2] = {};
		bpf_probe_read_user(pair, sizeof(pair), (void *)address);
		return (__u64)pair[0] * 1000000000 + pair[1];
	}
	__s64 pair[2] = {};
	bpf_probe_read_user(pair, sizeof(pair), (void *)address);
	return (__u64)pair[0] * 1000000000 + pair[1];
}
