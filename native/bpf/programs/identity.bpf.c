// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Who a process is: user and group ids, sessions, capabilities. */
#include "call.h"
#include "../extract/task.h"

#define RESULT_AND_ONE(name)                      \
	FIXED_CALL(name)                          \
	{                                         \
		put_result(event, call);          \
		put_u32_arg(event, call, 0);      \
	}
RESULT_AND_ONE(setuid)
RESULT_AND_ONE(setgid)

#define RESULT_AND_TWO(name)                      \
	FIXED_CALL(name)                          \
	{                                         \
		put_result(event, call);          \
		put_u32_arg(event, call, 0);      \
		put_u32_arg(event, call, 1);      \
	}
RESULT_AND_TWO(setreuid)
RESULT_AND_TWO(setregid)

#define RESULT_AND_THREE(name)                    \
	FIXED_CALL(name)                          \
	{                                         \
		put_result(event, call);          \
		put_u32_arg(event, call, 0);      \
		put_u32_arg(event, call, 1);      \
		put_u32_arg(event, call, 2);      \
	}
RESULT_AND_THREE(setresuid)
RESULT_AND_THREE(setresgid)

#define ONLY_ID(name)                             \
	FIXED_CALL(name)                          \
	{                                         \
		put_u32(event, call->ret);        \
	}
ONLY_ID(getuid)
ONLY_ID(getgid)
ONLY_ID(geteuid)
ONLY_ID(getegid)

INLINE __u32 user_u32(__u64 address)
{
	__u32 value = 0;
	bpf_probe_read_user(&value, sizeof(value), (void *)address);
	return value;
}

#define RESULT_AND_THREE_READ(name)                       \
	FIXED_CALL(name)                                  \
	{                                                 \
		put_result(event, call);                  \
		put_u32(event, user_u32(arg(call, 0)));   \
		put_u32(event, user_u32(arg(call, 1)));   \
		put_u32(event, user_u32(arg(call, 2)));   \
	}
RESULT_AND_THREE_READ(getresuid)
RESULT_AND_THREE_READ(getresgid)

FIXED_CALL(setsid)
{
	put_result(event, call);
}

FIXED_CALL(setpgid)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	put_id(event, arg_int(call, 1));
}

FIXED_CALL(capset)
{
	struct task_struct *task = current_task();
	put_result(event, call);
	put_u64(event, capabilities_of(task, CAPS_INHERITABLE));
	put_u64(event, capabilities_of(task, CAPS_PERMITTED));
	put_u64(event, capabilities_of(task, CAPS_EFFECTIVE));
}
