// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Facts about sockets: the socket behind a descriptor, its two ends. */
#pragma once
#include "file.h"

struct inet_ends {
	__u8 local_address[16], remote_address[16];
	__u16 local_port, remote_port; /* host byte order */
};

INLINE struct socket *socket_of_file(struct file *file)
{
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

INLINE struct sock *sock_of(__s32 fd)
{
	struct socket *socket = socket_of_file(file_of(fd));
	return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

INLINE __u16 family_of(struct sock *sock)
{
	return BPF_CORE_READ(sock, __sk_common.skc_family);
}

/* IPv4 addresses take the first 4 bytes. */
INLINE void read_inet_ends(struct sock *sock, bool is_v6, struct inet_ends *ends)
{
	struct inet_sock *inet = (struct inet_sock *)sock;
	ends->local_port = bpf_ntohs(BPF_CORE_READ(inet, inet_sport));
	ends->remote_port = bpf_ntohs(BPF_CORE_READ(sock, __sk_common.skc_dport));
	if (is_v6) {
		struct ipv6_pinfo *v6 = BPF_CORE_READ(inet, pinet6);
		bpf_core_read(ends->local_address, 16, &v6->saddr);
		bpf_core_read(ends->remote_address, 16, &sock->__sk_common.skc_v6_daddr);
	} else {
		bpf_core_read(ends->local_address, 4, &inet->inet_saddr);
		bpf_core_read(ends->remote_address, 4, &sock->__sk_common.skc_daddr);
	}
}

INLINE struct sock *unix_peer(struct sock *sock)
{
	return BPF_CORE_READ((struct unix_sock *)sock, peer);
}

/* Where a bound unix socket's path begins in kernel memory (behind the NUL of an abstract name). */
INLINE const char *unix_path(struct sock *sock)
{
	char first = 0;
	if (!sock)
		return NULL;
	struct unix_address *address = BPF_CORE_READ((struct unix_sock *)sock, addr);
	if (!address)
		return NULL;
	/* name[0].sun_path: the family's two bytes lie in front of it. */
	const char *path = (const char *)address +
			   bpf_core_field_offset(struct unix_address, name) + 2;
	bpf_probe_read_kernel(&first, 1, path);
	return first ? path : path + 1;
}
