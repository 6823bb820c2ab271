// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Address space: mmap, brk, mprotect, locking, and other processes' memory. */
#include "call.h"
#include "../store/vector.h"

INLINE void put_memory(struct event *event)
{
	struct task_struct *task = current_task();
	put_u32(event, virtual_memory(task));
	put_u32(event, resident_memory(task));
	put_u32(event, swapped_memory(task));
}

FIXED_CALL(mmap)
{
	put_result(event, call);
	put_memory(event);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_raw_arg(event, call, 2);
	put_raw_arg(event, call, 3);
	put_fd_arg(event, call, 4);
	put_u64_arg(event, call, 5);
}

FIXED_CALL(munmap)
{
	put_result(event, call);
	put_memory(event);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
}

FIXED_CALL(brk)
{
	put_result(event, call);
	put_memory(event);
	put_u64_arg(event, call, 0);
}

FIXED_CALL(mprotect)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}

FIXED_CALL(mlock)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
}

FIXED_CALL(munlock)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
}

FIXED_CALL(mlock2)
{
	put_result(event, call);
	put_u64_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}

FIXED_CALL(mlockall)
{
	put_result(event, call);
	put_raw_arg(event, call, 0);
}

FIXED_CALL(munlockall)
{
	put_result(event, call);
}

/* The local side of the transfer holds the data, whichever way it went. */
INLINE void put_foreign_memory(struct event *event, const struct call *call)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	if (call->ret > 0)
		put_vectors(event, call, arg(call, 1), arg(call, 2), call->ret);
	else
		put_empty(event);
}

GROWING_CALL(process_vm_readv)
{
	put_foreign_memory(event, call);
}

GROWING_CALL(process_vm_writev)
{
	put_foreign_memory(event, call);
}
