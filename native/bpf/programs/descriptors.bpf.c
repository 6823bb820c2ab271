// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Making, copying, closing and asking descriptors: close, dup, pipe, fcntl, poll, epoll, *fd calls. */
#include "call.h"
#include "../store/path.h"

#define RESULT_AND_FD(name)                       \
	FIXED_CALL(name)                          \
	{                                         \
		put_result(event, call);          \
		put_fd_arg(event, call, 0);       \
	}
RESULT_AND_FD(close)
RESULT_AND_FD(dup)
RESULT_AND_FD(fstat)
RESULT_AND_FD(fchdir)
RESULT_AND_FD(getdents)
RESULT_AND_FD(getdents64)

FIXED_CALL(close_range)
{
	put_result(event, call);
	put_u32_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}

FIXED_CALL(dup2)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_fd_arg(event, call, 1);
}

FIXED_CALL(dup3)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_fd_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}

INLINE void put_pipe(struct event *event, const struct call *call)
{
	__s32 ends[2] = {-1, -1};
	if (!call->ret && bpf_probe_read_user(ends, sizeof(ends), (void *)arg(call, 0)))
		ends[0] = ends[1] = -1;
	put_result(event, call);
	put_fd(event, ends[0]);
	put_fd(event, ends[1]);
	put_u64(event, inode_number(file_of(ends[0])));
}

FIXED_CALL(pipe)
{
	put_pipe(event, call);
}

FIXED_CALL(pipe2)
{
	put_pipe(event, call);
	put_raw_arg(event, call, 1);
}

FIXED_CALL(fcntl)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
	put_u64_arg(event, call, 2);
}

FIXED_CALL(ioctl)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_u64_arg(event, call, 2);
}

FIXED_CALL(flock)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
}

FIXED_CALL(eventfd)
{
	put_result(event, call);
	put_u64(event, (__u32)arg(call, 0));
	put_u32(event, 0);
}

FIXED_CALL(eventfd2)
{
	put_result(event, call);
	put_raw_arg(event, call, 1);
	put_u64(event, (__u32)arg(call, 0));
}

/* Signal masks of signalfd are not recorded: the format's place for them is always 0. */
FIXED_CALL(signalfd)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u32(event, 0);
	put_u8(event, 0);
}

FIXED_CALL(signalfd4)
{
	put_result(event, call);
	put_raw_arg(event, call, 3);
	put_fd_arg(event, call, 0);
	put_u32(event, 0);
}

/* The format's place for the flags is one byte: O_NONBLOCK is 64 there, O_CLOEXEC does not fit. */
FIXED_CALL(timerfd_create)
{
	put_result(event, call);
	put_u8(event, arg(call, 0));
	put_u8(event, arg(call, 1) & 04000 ? 64 : 0);
}

FIXED_CALL(inotify_init)
{
	put_result(event, call);
	put_u8(event, 0);
}

#define RESULT_AND_RAW(name)                      \
	FIXED_CALL(name)                          \
	{                                         \
		put_result(event, call);          \
		put_raw_arg(event, call, 0);      \
	}
RESULT_AND_RAW(inotify_init1)
RESULT_AND_RAW(epoll_create1)
RESULT_AND_RAW(userfaultfd)

FIXED_CALL(epoll_create)
{
	put_result(event, call);
	put_u32_arg(event, call, 0);
}

FIXED_CALL(epoll_wait)
{
	put_result(event, call);
	put_id(event, arg_int(call, 2));
}

FIXED_CALL(select)
{
	put_result(event, call);
}

#define POLLED 16

/* Count, then for each descriptor (fd i64, what happened u16); the bits are translated later. */
INLINE void put_polled(struct event *event, __u64 address, __u32 count)
{
	struct {
		__s32 fd;
		__u16 wanted;
		__u16 happened;
	} one;
	__u32 begin = event->at;
	__u32 kept = count < POLLED ? count : POLLED;
	append_u16(event, 0);
	for (__u32 i = 0; i < POLLED && i < kept; i++) {
		if (bpf_probe_read_user(&one, sizeof(one), (void *)(address + i * sizeof(one)))) {
			kept = i;
			break;
		}
		append_u64(event, (__s64)one.fd);
		append_u16(event, one.happened);
	}
	*(__u16 *)(event->bytes + BOUNDED(begin, SCRATCH_PAYLOAD - 1)) = kept;
	put_length(event, event->at - begin);
}

GROWING_CALL(poll)
{
	put_result(event, call);
	put_polled(event, arg(call, 0), arg(call, 1));
	put_i64(event, arg_int(call, 2));
}

GROWING_CALL(ppoll)
{
	__u32 mask = 0;
	put_result(event, call);
	put_polled(event, arg(call, 0), arg(call, 1));
	put_u64(event, user_timespec(call, arg(call, 2)));
	bpf_probe_read_user(&mask, sizeof(mask), (void *)arg(call, 3));
	put_u32(event, mask);
}

GROWING_CALL(memfd_create)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
}

FIXED_CALL(pidfd_open)
{
	put_result(event, call);
	put_id(event, arg_int(call, 0));
	put_raw_arg(event, call, 1);
}

FIXED_CALL(pidfd_getfd)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_fd_arg(event, call, 1);
	put_u32_arg(event, call, 2);
}

FIXED_CALL(io_uring_setup)
{
	struct io_uring_params params = {};
	bpf_probe_read_user(&params, sizeof(params), (void *)arg(call, 1));
	put_result(event, call);
	put_u32_arg(event, call, 0);
	put_u32(event, params.sq_entries);
	put_u32(event, params.cq_entries);
	put_raw(event, params.flags);
	put_u32(event, params.sq_thread_cpu);
	put_u32(event, params.sq_thread_idle);
	put_raw(event, params.features);
}

FIXED_CALL(io_uring_enter)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_u32_arg(event, call, 2);
	put_raw_arg(event, call, 3);
	put_u32_arg(event, call, 4);
}

FIXED_CALL(io_uring_register)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
	put_u64_arg(event, call, 2);
	put_u32_arg(event, call, 3);
}
