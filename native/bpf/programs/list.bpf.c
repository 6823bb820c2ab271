// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * What the machine was doing when recording began: every task, and every descriptor of every process,
 * straight from the kernel's structures, so that ids, unix sockets' addresses and paths are the same
 * as in events. Rows go to the host side as event bodies (see wire.h). These programs can be interrupted: they have a scratch
 * area of their own, behind those of the CPUs.
 */
#include "call.h"
#include "marks.h"
#include "../store/address.h"

INLINE void send_row(struct event *event, struct seq_file *seq, __u32 code, __u32 params)
{
	*(__u16 *)(event->bytes + HEADER_CODE) = code;
	*(__u32 *)(event->bytes + HEADER_COUNT) = params;
	__u32 size = BOUNDED(event->at, SCRATCH_PAYLOAD - 1);
	*(__u32 *)(event->bytes + HEADER_LENGTH) = size;
	bpf_seq_write(seq, event->bytes, BOUNDED(size, SCRATCH_PAYLOAD - 1));
}

INLINE bool begin_row(struct event *event, __u32 params)
{
	__u32 slot = ring_count;
	struct scratch *scratch = bpf_map_lookup_elem(&scratches, &slot);
	if (!scratch)
		return false;
	event->bytes = scratch->bytes;
	event->cpu = slot;
	event->lengths = HEADER_SIZE;
	event->at = HEADER_SIZE + 2 * params;
	return true;
}

/* The id as the process that reads this list would count: its /proc has these numbers. */
INLINE __s32 id_for_reader(struct pid *pid)
{
	struct pid *reader = pid_of(bpf_get_current_task_btf(), PIDTYPE_PID);
	return id_at_level(pid, pid_level(reader));
}

/* Later lists belong to the next file: the one that is written may not know the task yet. */
INLINE void mark_listed(struct task_struct *task)
{
	__u8 *value = mark(task, MARK_KNOWN);
	if (value && !has_first_list)
		*value = MARK_KNOWN;
}

SEC("iter/task")
int list_tasks(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct event event;
	if (task && mark_by_cgroup && is_in_chosen_cgroup(task))
		mark_listed(task);
	if (!task || (only_marked && !mark_of(task)) || !begin_row(&event, TASK_ROW_PARAMS))
		return 0;
	struct fs_struct *directories = BPF_CORE_READ(task, fs);
	put_i64(&event, 0);
	put_empty(&event); /* exe, args: read from /proc */
	put_empty(&event);
	put_common(&event, task, directories ? &directories->pwd : NULL);
	put_empty(&event); /* environment */
	put_program(&event, task);
	put_empty(&event); /* filename */
	put_id(&event, id_for_reader(pid_of(task, PIDTYPE_PID)));
	put_id(&event, id_for_reader(pid_of(task, PIDTYPE_TGID)));
	put_id(&event, host_id(task, PIDTYPE_SID));
	put_id(&event, own_id(task, PIDTYPE_PID));
	put_id(&event, own_id(task, PIDTYPE_TGID));
	put_u64(&event, namespace_start(task));
	send_row(&event, context->meta->seq, CODE_execve, TASK_ROW_PARAMS);
	return 0;
}

SEC("iter/task_file")
int list_files(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	struct event event;
	if (!task || !file || (only_marked && !mark_of(task)) || !begin_row(&event, FILE_ROW_PARAMS))
		return 0;
	__u32 flags = BPF_CORE_READ(file, f_flags);
	enum layer layer = layer_of(file);
	if (layer == UPPER_LAYER)
		flags |= 1u << 29;
	if (layer == LOWER_LAYER)
		flags |= 1u << 30;
	put_id(&event, BPF_CORE_READ(task, tgid));
	put_id(&event, context->fd);
	put_raw(&event, flags);
	put_u32(&event, device_of(file));
	put_u64(&event, inode_number(file));
	put_u32(&event, BPF_CORE_READ(file, f_inode, i_mode));
	put_file_path(&event, file);

	struct socket *socket = socket_of_file(file);
	struct sock *sock = socket ? BPF_CORE_READ(socket, sk) : NULL;
	__u32 begin = event.at;
	__u16 family = sock ? family_of(sock) : 0, protocol = 0;
	__u8 state = sock ? BPF_CORE_READ(sock, __sk_common.skc_state) : 0;
	if (family == AF_INET)
		append_inet_tuple(&event, sock, false, true, 0);
	else if (family == AF_INET6)
		append_inet_tuple(&event, sock, true, true, 0);
	else if (family == AF_UNIX)
		append_unix_tuple(&event, sock, true, 0);
	else if (sock)
		append_u8(&event, family);
	put_length(&event, event.at - begin);
	if (sock)
		protocol = BPF_CORE_READ_BITFIELD_PROBED(sock, sk_protocol);
	put_u32(&event, protocol);
	put_u8(&event, state);
	if (family == AF_UNIX)
		put_kernel_text(&event, unix_path(sock), UNIX_PATH);
	else
		put_empty(&event);
	send_row(&event, context->meta->seq, FILE_ROW, FILE_ROW_PARAMS);
	return 0;
}

/* Which thread groups the recorder and its parent are, as the kernel counts. */
SEC("raw_tp/who_am_i")
int who_am_i(void *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	own_group = BPF_CORE_READ(task, tgid);
	parent_group = BPF_CORE_READ(task, real_parent, tgid);
	return 0;
}
