// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Socket addresses. `sockaddr`: family u8, then ip and port, or a unix path. `socktuple`: family
 * u8, then both ends, the one that the data comes from first; of unix sockets the kernel addresses
 * of both ends, then a path.
 */
#pragma once
#include "text.h"
#include "../extract/socket.h"

#define UNIX_PATH 109

struct user_address {
	__u16 family;
	__u8 rest[126];
};

INLINE void append_bytes(struct event *event, const void *from, __u32 size)
{
	__builtin_memcpy(event->bytes + AT(event), from, size);
	event->at += size;
}

INLINE void put_sockaddr(struct event *event, __u64 address, __u32 size)
{
	struct user_address copy = {};
	__u32 begin = event->at;
	if (size > sizeof(copy) - 1)
		size = sizeof(copy) - 1;
	if (!size || bpf_probe_read_user(&copy, BOUNDED(size, 0x7f), (void *)address)) {
		put_empty(event);
		return;
	}
	if (copy.family == AF_INET) {
		append_u8(event, AF_INET);
		append_bytes(event, copy.rest + 2, 4);
		append_u16(event, bpf_ntohs(*(__u16 *)copy.rest));
	} else if (copy.family == AF_INET6) {
		append_u8(event, AF_INET6);
		append_bytes(event, copy.rest + 6, 16);
		append_u16(event, bpf_ntohs(*(__u16 *)copy.rest));
	} else if (copy.family == AF_UNIX) {
		append_u8(event, AF_UNIX);
		append_kernel_text(event, copy.rest[0] ? copy.rest : copy.rest + 1, UNIX_PATH);
	}
	put_length(event, event->at - begin);
}

/* Where the kernel does not know the other end (unconnected datagrams), what the caller says. */
INLINE void fill_remote(struct inet_ends *ends, bool is_v6, __u64 address)
{
	struct user_address copy = {};
	if (ends->remote_port || !address || bpf_probe_read_user(&copy, 28, (void *)address))
		return;
	ends->remote_port = bpf_ntohs(*(__u16 *)copy.rest);
	if (is_v6)
		__builtin_memcpy(ends->remote_address, copy.rest + 6, 16);
	else
		__builtin_memcpy(ends->remote_address, copy.rest + 2, 4);
}

INLINE void append_inet_end(struct event *event, const __u8 *address, __u16 port, bool is_v6)
{
	if (is_v6)
		append_bytes(event, address, 16);
	else
		append_bytes(event, address, 4);
	append_u16(event, port);
}

INLINE void append_inet_tuple(struct event *event, struct sock *sock, bool is_v6, bool is_outbound,
			      __u64 named)
{
	struct inet_ends ends = {};
	read_inet_ends(sock, is_v6, &ends);
	fill_remote(&ends, is_v6, named);
	append_u8(event, is_v6 ? AF_INET6 : AF_INET);
	if (is_outbound) {
		append_inet_end(event, ends.local_address, ends.local_port, is_v6);
		append_inet_end(event, ends.remote_address, ends.remote_port, is_v6);
	} else {
		append_inet_end(event, ends.remote_address, ends.remote_port, is_v6);
		append_inet_end(event, ends.local_address, ends.local_port, is_v6);
	}
}

INLINE void append_unix_tuple(struct event *event, struct sock *sock, bool is_outbound, __u64 named)
{
	struct sock *peer = unix_peer(sock);
	append_u8(event, AF_UNIX);
	append_u64(event, (__u64)(is_outbound ? peer : sock));
	append_u64(event, (__u64)(is_outbound ? sock : peer));
	if (is_outbound && !peer && named) {
		char first = 0;
		bpf_probe_read_user(&first, 1, (void *)(named + 2));
		if (append_user_text(event, named + (first ? 2 : 3), UNIX_PATH))
			return;
	} else {
		const char *path = unix_path(is_outbound ? peer : sock);
		if (path && append_kernel_text(event, path, UNIX_PATH))
			return;
	}
	append_u8(event, 0);
}

/* `named`: the address that the caller gave or got, where it can matter; else 0. */
INLINE void put_tuple(struct event *event, __s32 fd, bool is_outbound, __u64 named)
{
	struct sock *sock = sock_of(fd);
	__u32 begin = event->at;
	if (sock) {
		__u16 family = family_of(sock);
		if (family == AF_INET)
			append_inet_tuple(event, sock, false, is_outbound, named);
		else if (family == AF_INET6)
			append_inet_tuple(event, sock, true, is_outbound, named);
		else if (family == AF_UNIX)
			append_unix_tuple(event, sock, is_outbound, named);
	}
	put_length(event, event->at - begin);
}
