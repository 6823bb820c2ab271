// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The one program on every system call's exit: decides whether the call is recorded and jumps to the
 * program of that call. Calls that the event table does not know go to call_generic.
 */
#include "call.h"
#include "marks.h"

#define SLOT(number) BOUNDED(number, SYSCALL_SLOTS - 1)

/* x86-64 number of the call, whoever made it. */
INLINE __u32 native_number(struct pt_regs *regs)
{
	__u32 number = call_number(regs);
	if (is_compat_call()) {
		if (number >= SYSCALL_SLOTS)
			return -1;
		number = SLOT(number);
		return native_numbers[number];
	}
	return number;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	if (!recording || is_hidden_group() || !is_wanted_task())
		return 0;
	bpf_tail_call(ctx, &calls, native_number(regs));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(call_generic, struct pt_regs *regs, long ret)
{
	__u32 number = native_number(regs);
	struct event event;
	if (number >= SYSCALL_SLOTS || !reserve_event(&event, CODE_generic, PARAMS_generic, BYTES_generic))
		return 0;
	put_u16(&event, format_codes[SLOT(number)]);
	put_u16(&event, number);
	submit_reserved(&event);
	return 0;
}
