// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * How a program for one system call is written: its name and what it stores, nothing else.
 *
 *     FIXED_CALL(close)            every parameter is a number: written straight into the ring buffer
 *     {
 *             put_i64(event, call->ret);
 *             put_fd(event, arg_int(call, 0));
 *     }
 *     GROWING_CALL(mkdir)          there are strings or data: grows in the scratch area
 *
 * The loader puts `call_NAME` into the table of calls at the number of NAME. Event code, number of
 * parameters and size come from the event table (CODE_, PARAMS_, BYTES_ in events.h).
 */
#pragma once
#include "../base/event.h"
#include "../extract/call.h"

#define CALL_PROGRAM(name) \
	SEC("tp_btf/sys_exit") int BPF_PROG(call_##name, struct pt_regs *regs, long ret)

#define FIXED_CALL(name)                                                                  \
	INLINE void fill_##name(struct event *event, const struct call *call);            \
	CALL_PROGRAM(name)                                                                \
	{                                                                                 \
		struct call call = {regs, ret, is_compat_call()};                         \
		struct event event;                                                       \
		if (!reserve_event(&event, CODE_##name, PARAMS_##name, BYTES_##name))     \
			return 0;                                                         \
		fill_##name(&event, &call);                                               \
		submit_reserved(&event);                                                  \
		return 0;                                                                 \
	}                                                                                 \
	INLINE void fill_##name(struct event *event, const struct call *call)

#define GROWING_CALL(name)                                                                \
	INLINE void fill_##name(struct event *event, const struct call *call);            \
	CALL_PROGRAM(name)                                                                \
	{                                                                                 \
		struct call call = {regs, ret, is_compat_call()};                         \
		struct event event;                                                       \
		if (!begin_event(&event, CODE_##name, PARAMS_##name))                     \
			return 0;                                                         \
		fill_##name(&event, &call);                                               \
		output_event(&event, CODE_##name, PARAMS_##name);                         \
		return 0;                                                                 \
	}                                                                                 \
	INLINE void fill_##name(struct event *event, const struct call *call)

INLINE void put_result(struct event *event, const struct call *call)
{
	put_i64(event, call->ret);
}

INLINE void put_fd_arg(struct event *event, const struct call *call, int index)
{
	put_fd(event, arg_int(call, index));
}

INLINE void put_raw_arg(struct event *event, const struct call *call, int index)
{
	put_raw(event, arg(call, index));
}

INLINE void put_u32_arg(struct event *event, const struct call *call, int index)
{
	put_u32(event, arg(call, index));
}

INLINE void put_u64_arg(struct event *event, const struct call *call, int index)
{
	put_u64(event, arg(call, index));
}
