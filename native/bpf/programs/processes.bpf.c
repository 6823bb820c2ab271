// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Making processes and acting on them: clone and its kind (in parent and child), execve where it
 * failed (a success is reported by sched_process_exec), signals, limits, namespaces, ptrace.
 */
#include "call.h"
#include "../store/process.h"

INLINE void put_clone(struct event *event, const struct call *call, __u64 flags)
{
	put_child(event, current_task(), call->ret, flags);
}

GROWING_CALL(clone)
{
	put_clone(event, call, arg(call, 0));
}

GROWING_CALL(clone3)
{
	__u64 flags = 0;
	bpf_probe_read_user(&flags, sizeof(flags), (void *)arg(call, 0));
	put_clone(event, call, flags);
}

GROWING_CALL(fork)
{
	put_clone(event, call, 0);
}

GROWING_CALL(vfork)
{
	put_clone(event, call, 0);
}

INLINE void put_failed_exec(struct event *event, const struct call *call, int first)
{
	struct task_struct *task = current_task();
	__u64 arguments = arg(call, first + 1), exe = 0;
	put_result(event, call);
	if (arguments)
		bpf_probe_read_user(&exe, call->is_compat ? 4 : 8, (void *)arguments);
	put_text(event, exe);
	put_string_array(event, arguments, 1, call->is_compat);
	put_common(event, task, NULL);
	put_string_array(event, arg(call, first + 2), 0, call->is_compat);
	put_program(event, task);
}

CALL_PROGRAM(execve)
{
	struct call call = {regs, ret, is_compat_call()};
	struct event event;
	if (!ret || !begin_event(&event, CODE_execve, PARAMS_execve))
		return 0;
	put_failed_exec(&event, &call, 0);
	put_text(&event, arg(&call, 0));
	output_event(&event, CODE_execve, PARAMS_execve);
	return 0;
}

CALL_PROGRAM(execveat)
{
	struct call call = {regs, ret, is_compat_call()};
	struct event event;
	if (!ret || !begin_event(&event, CODE_execveat, PARAMS_execveat))
		return 0;
	put_failed_exec(&event, &call, 1);
	output_event(&event, CODE_execveat, PARAMS_execveat);
	return 0;
}

FIXED_CALL(kill)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	put_u8(event, arg(call, 1));
}

FIXED_CALL(tkill)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	put_u8(event, arg(call, 1));
}

FIXED_CALL(tgkill)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	put_id(event, arg_int(call, 1));
	put_u8(event, arg(call, 2));
}

struct limits {
	__s64 current, maximum;
};

INLINE struct limits user_limits(const struct call *call, __u64 address)
{
	struct limits limits = {};
	if (call->is_compat) {
		__u32 pair[2] = {};
		bpf_probe_read_user(pair, sizeof(pair), (void *)address);
		limits.current = pair[0];
		limits.maximum = pair[1];
	} else {
		bpf_probe_read_user(&limits, sizeof(limits), (void *)address);
	}
	return limits;
}

INLINE void put_limits(struct event *event, struct limits limits)
{
	put_i64(event, limits.current);
	put_i64(event, limits.maximum);
}

static const struct limits UNKNOWN_LIMITS = {-1, -1};

FIXED_CALL(getrlimit)
{
	put_result(event, call);
	put_limits(event, call->ret ? UNKNOWN_LIMITS : user_limits(call, arg(call, 1)));
	put_raw_arg(event, call, 0);
}

FIXED_CALL(setrlimit)
{
	put_result(event, call);
	put_limits(event, user_limits(call, arg(call, 1)));
	put_raw_arg(event, call, 0);
}

FIXED_CALL(prlimit64)
{
	struct limits given = {}, old = UNKNOWN_LIMITS;
	put_result(event, call);
	bpf_probe_read_user(&given, sizeof(given), (void *)arg(call, 2));
	if (!call->ret)
		bpf_probe_read_user(&old, sizeof(old), (void *)arg(call, 3));
	put_limits(event, given);
	put_limits(event, old);
	put_id(event, arg_int(call, 0));
	put_raw_arg(event, call, 1);
}

#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_GET_CHILD_SUBREAPER 37

GROWING_CALL(prctl)
{
	__u32 option = arg(call, 0);
	put_result(event, call);
	put_raw(event, option);
	if (option == PR_SET_NAME || option == PR_GET_NAME) {
		put_text(event, arg(call, 1));
		put_i64(event, 0);
		return;
	}
	put_empty(event);
	if (option == PR_GET_CHILD_SUBREAPER) {
		__s32 value = 0;
		bpf_probe_read_user(&value, sizeof(value), (void *)arg(call, 1));
		put_i64(event, value);
	} else {
		put_i64(event, arg(call, 1));
	}
}

/* Alternatives of ptrace's addr and data. */
#define AS_NUMBER 0
#define AS_SIGNAL 1

INLINE void put_number_or_signal(struct event *event, __u64 value, bool is_signal)
{
	if (is_signal) {
		append_u8(event, AS_SIGNAL);
		append_u8(event, value);
		put_length(event, 2);
	} else {
		append_u8(event, AS_NUMBER);
		append_u64(event, value);
		put_length(event, 9);
	}
}

GROWING_CALL(ptrace)
{
	__u64 request = arg(call, 0), data = arg(call, 3);
	bool is_failure = call->ret < 0, is_signal = false;
	if (request >= 1 && request <= 3) { /* PEEK*: the word that was read lies behind the pointer */
		__u64 word = 0;
		bpf_probe_read_user(&word, sizeof(word), (void *)data);
		data = word;
	}
	if (request == 7 || request == 9 || request == 17 || request == 24) /* CONT STEP DETACH SYSCALL */
		is_signal = !is_failure;
	put_result(event, call);
	put_number_or_signal(event, is_failure ? 0 : arg(call, 2), false);
	put_number_or_signal(event, is_failure ? 0 : data, is_signal);
	put_raw(event, request);
	put_id(event, arg_int(call, 1));
}

FIXED_CALL(seccomp)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_u64(event, (__u32)arg(call, 1));
}

FIXED_CALL(unshare)
{
	put_result(event, call);
	put_raw_arg(event, call, 0);
}

FIXED_CALL(setns)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
}

FIXED_CALL(nanosleep)
{
	put_result(event, call);
	put_u64(event, user_timespec(call, arg(call, 0)));
}

FIXED_CALL(futex)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_raw_arg(event, call, 1);
	put_u64_arg(event, call, 2);
}
