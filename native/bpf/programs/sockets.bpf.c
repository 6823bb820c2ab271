// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Sockets: making, binding, connecting, accepting, sending, receiving, options. */
#include "call.h"
#include "../store/address.h"
#include "../store/vector.h"

#define OUTBOUND true
#define INBOUND false
/* socket type: what is beside these bits are flags (SOCK_NONBLOCK, SOCK_CLOEXEC = O_*). */
#define SOCKET_FLAGS (04000 | 02000000)

FIXED_CALL(socket)
{
	put_result(event, call);
	put_raw_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_u32_arg(event, call, 2);
	put_raw(event, arg(call, 1) & SOCKET_FLAGS);
}

FIXED_CALL(socketpair)
{
	__s32 ends[2] = {-1, -1};
	struct sock *source = NULL, *peer = NULL;
	if (!call->ret) {
		bpf_probe_read_user(ends, sizeof(ends), (void *)arg(call, 3));
		source = sock_of(ends[0]);
		if (source && family_of(source) == AF_UNIX)
			peer = unix_peer(source);
	}
	put_result(event, call);
	put_fd(event, ends[0]);
	put_fd(event, ends[1]);
	put_u64(event, (__u64)source);
	put_u64(event, (__u64)peer);
	put_raw_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(bind)
{
	put_result(event, call);
	put_sockaddr(event, arg(call, 1), arg(call, 2));
	put_fd_arg(event, call, 0);
}

GROWING_CALL(connect)
{
	put_result(event, call);
	if (!call->ret || call->ret == -EINPROGRESS)
		put_tuple(event, arg_int(call, 0), OUTBOUND, arg(call, 1));
	else
		put_empty(event);
	put_fd_arg(event, call, 0);
	put_sockaddr(event, arg(call, 1), arg(call, 2));
}

FIXED_CALL(listen)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 1);
}

FIXED_CALL(shutdown)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
}

/* The format has no parameters for these two. */
FIXED_CALL(getsockname)
{
}

FIXED_CALL(getpeername)
{
}

INLINE void put_accepted(struct event *event, const struct call *call)
{
	__u32 waiting = 0, room = 0;
	put_result(event, call);
	if (call->ret >= 0) {
		put_tuple(event, call->ret, INBOUND, 0);
		struct sock *listener = sock_of(arg_int(call, 0));
		if (listener) {
			waiting = BPF_CORE_READ(listener, sk_ack_backlog);
			room = BPF_CORE_READ(listener, sk_max_ack_backlog);
		}
	} else {
		put_empty(event);
	}
	put_u8(event, room ? (__u64)waiting * 100 / room : 0);
	put_u32(event, waiting);
	put_u32(event, room);
}

GROWING_CALL(accept)
{
	put_accepted(event, call);
}

GROWING_CALL(accept4)
{
	put_accepted(event, call);
	put_raw_arg(event, call, 3);
}

GROWING_CALL(sendto)
{
	__u32 size = arg(call, 2);
	put_result(event, call);
	put_data(event, arg(call, 1), call->ret > 0 ? call->ret : (__s64)size);
	put_fd_arg(event, call, 0);
	put_u32(event, size);
	if (call->ret >= 0)
		put_tuple(event, arg_int(call, 0), OUTBOUND, arg(call, 4));
	else
		put_empty(event);
}

GROWING_CALL(recvfrom)
{
	put_result(event, call);
	put_data(event, arg(call, 1), call->ret);
	if (call->ret >= 0)
		put_tuple(event, arg_int(call, 0), INBOUND, arg(call, 4));
	else
		put_empty(event);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(sendmsg)
{
	struct message message = {};
	put_result(event, call);
	if (!read_message(call, arg(call, 1), &message)) {
		put_empty(event);
		put_fd_arg(event, call, 0);
		put_empty(event);
		put_empty(event);
		return;
	}
	__u32 size = put_vectors(event, call, message.vectors, message.count,
				 call->ret > 0 ? call->ret : -1);
	put_fd_arg(event, call, 0);
	put_u32(event, size);
	if (call->ret >= 0)
		put_tuple(event, arg_int(call, 0), OUTBOUND, message.name);
	else
		put_empty(event);
}

INLINE void put_control(struct event *event, const struct message *message)
{
	__u32 size = message->control_size > 0x1000 ? 0x1000 : message->control_size;
	if (!message->control || !size)
		put_empty(event);
	else
		put_length(event, append_user_bytes(event, message->control, size));
}

GROWING_CALL(recvmsg)
{
	struct message message = {};
	put_result(event, call);
	put_u32(event, call->ret > 0 ? call->ret : 0);
	if (call->ret >= 0 && read_message(call, arg(call, 1), &message)) {
		put_vectors(event, call, message.vectors, message.count, call->ret);
		put_tuple(event, arg_int(call, 0), INBOUND, message.name);
		put_control(event, &message);
	} else {
		put_empty(event);
		put_empty(event);
		put_empty(event);
	}
	put_fd_arg(event, call, 0);
}

/* sendmmsg and recvmmsg: one event for each message, the first 16 of them. */
#define MESSAGES 16

struct messages {
	struct call call;
	bool is_outbound;
};

INLINE void put_one_message(struct event *event, const struct messages *all, __u32 index)
{
	const struct call *call = &all->call;
	__u32 header_size = call->is_compat ? 28 : sizeof(struct user_msghdr);
	/* In struct mmsghdr the length follows the header, padded to 8 bytes for 64-bit callers. */
	__u64 header = arg(call, 1) + index * (header_size + (call->is_compat ? 4 : 8));
	struct message message = {};
	__u32 length = 0;
	bool is_there = call->ret > 0 && read_message(call, header, &message);
	if (is_there)
		bpf_probe_read_user(&length, sizeof(length), (void *)(header + header_size));
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u32(event, length);
	if (is_there) {
		put_vectors(event, call, message.vectors, message.count, length);
		put_tuple(event, arg_int(call, 0), all->is_outbound, message.name);
	} else {
		put_empty(event);
		put_empty(event);
	}
	if (!all->is_outbound)
		put_control(event, &message);
}

static long output_sent(__u32 index, void *context)
{
	struct event event;
	if (begin_event(&event, CODE_sendmmsg, PARAMS_sendmmsg)) {
		put_one_message(&event, context, index);
		output_event(&event, CODE_sendmmsg, PARAMS_sendmmsg);
	}
	return 0;
}

static long output_received(__u32 index, void *context)
{
	struct event event;
	if (begin_event(&event, CODE_recvmmsg, PARAMS_recvmmsg)) {
		put_one_message(&event, context, index);
		output_event(&event, CODE_recvmmsg, PARAMS_recvmmsg);
	}
	return 0;
}

INLINE __u32 message_count(long ret)
{
	return ret <= 0 ? 1 : ret > MESSAGES ? MESSAGES : ret;
}

CALL_PROGRAM(sendmmsg)
{
	struct messages all = {{regs, ret, is_compat_call()}, OUTBOUND};
	bpf_loop(message_count(ret), output_sent, &all, 0);
	return 0;
}

CALL_PROGRAM(recvmmsg)
{
	struct messages all = {{regs, ret, is_compat_call()}, INBOUND};
	bpf_loop(message_count(ret), output_received, &all, 0);
	return 0;
}

/* Alternatives of an option's value. */
#define AS_BYTES 0
#define AS_ERROR 1
#define AS_U32 2
#define AS_U64 3
#define AS_TIME 4
#define SOL_SOCKET_LEVEL 1

INLINE __u8 option_kind(__u32 option)
{
	switch (option) {
	case 4: /* SO_ERROR */
		return AS_ERROR;
	case 20: /* SO_RCVTIMEO, SO_SNDTIMEO, and their 64-bit twins */
	case 21:
	case 66:
	case 67:
		return AS_TIME;
	case 57: /* SO_COOKIE */
		return AS_U64;
	case 13: /* SO_LINGER, SO_PEERCRED, SO_ATTACH_FILTER, SO_PEERNAME: structures */
	case 17:
	case 26:
	case 28:
	case 31:
	case 50:
	case 51:
	case 55:
	case 59:
		return AS_BYTES;
	default:
		return option <= 49 ? AS_U32 : AS_BYTES;
	}
}

INLINE void put_option(struct event *event, __u32 level, __u32 option, __u64 address, __u32 size)
{
	__u8 kind = level == SOL_SOCKET_LEVEL ? option_kind(option) : AS_BYTES;
	__u32 begin = event->at;
	append_u8(event, kind);
	if (kind == AS_BYTES) {
		append_user_bytes(event, address, size > 0x1000 ? 0x1000 : size);
	} else if (kind == AS_TIME) {
		__u64 pair[2] = {};
		bpf_probe_read_user(pair, sizeof(pair), (void *)address);
		append_u64(event, pair[0] * 1000000000 + pair[1] * 1000);
	} else if (kind == AS_U64) {
		__u64 value = 0;
		bpf_probe_read_user(&value, sizeof(value), (void *)address);
		append_u64(event, value);
	} else {
		__s32 value = 0;
		bpf_probe_read_user(&value, sizeof(value), (void *)address);
		if (kind == AS_ERROR)
			append_u64(event, -(__s64)value);
		else
			append_u32(event, value);
	}
	put_length(event, event->at - begin);
}

GROWING_CALL(setsockopt)
{
	__u32 size = arg(call, 4);
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
	put_raw_arg(event, call, 2);
	put_option(event, arg(call, 1), arg(call, 2), arg(call, 3), size);
	put_u32(event, size);
}

GROWING_CALL(getsockopt)
{
	__u32 size = 0;
	bpf_probe_read_user(&size, sizeof(size), (void *)arg(call, 4));
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
	put_raw_arg(event, call, 2);
	put_option(event, arg(call, 1), arg(call, 2), arg(call, 3), size);
	put_u32(event, size);
}
