// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The parameters that execve, clone and the list of processes share. Command line and environment
 * come from the process's memory when it runs, from the caller's arrays when an execve failed, and
 * are left out (the host side reads them from /proc) when a process is listed.
 */
#pragma once
#include "cgroups.h"

#define POINTERS 1024

struct string_walk {
	__u64 array;
	__u32 at, size, width;
};

static long copy_string(__u32 index, void *context)
{
	struct scratch *scratch = *(struct scratch **)context;
	struct string_walk *walk = STATE(scratch);
	__u64 pointer = 0, from = walk->array + (__u64)index * walk->width;
	if (walk->size >= MAX_TEXT ||
	    bpf_probe_read_user(&pointer, walk->width == 4 ? 4 : 8, (void *)from) || !pointer)
		return STOP;
	long length = bpf_probe_read_user_str(
		scratch->bytes + BOUNDED(walk->at + walk->size, SCRATCH_PAYLOAD - 1), MAX_TEXT,
		(void *)pointer);
	if (length <= 0)
		return STOP;
	walk->size += length;
	return GO_ON;
}

/* Strings that an array of user pointers points to, one after the other; returns their size. */
__noinline int copy_string_array(__u64 array, __u32 slot, __u32 at, __u32 width)
{
	struct scratch *scratch = scratch_of(slot);
	if (!scratch || !array)
		return 0;
	struct string_walk *walk = STATE(scratch);
	walk->array = array;
	walk->at = at;
	walk->size = 0;
	walk->width = width;
	bpf_loop(POINTERS, copy_string, &scratch, 0);
	return walk->size > MAX_TEXT ? MAX_TEXT : walk->size;
}

INLINE void put_string_array(struct event *event, __u64 array, __u32 skip, bool is_compat)
{
	__u32 width = is_compat ? 4 : 8;
	__u64 from = array ? array + (__u64)skip * width : 0;
	int size = copy_string_array(from, event->cpu, event->at, width);
	if (size > 0) {
		event->at += size;
		event->bytes[BOUNDED(event->at - 1, SCRATCH_PAYLOAD - 1)] = 0;
	}
	put_length(event, size);
}

/* NUL-separated strings between two user addresses. */
INLINE void put_strings_between(struct event *event, __u64 start, __u64 end)
{
	__u64 size = end > start ? end - start : 0;
	if (size > MAX_TEXT)
		size = MAX_TEXT;
	if (size && append_user_bytes(event, start, size))
		event->bytes[BOUNDED(event->at - 1, SCRATCH_PAYLOAD - 1)] = 0;
	else
		size = 0;
	put_length(event, size);
}

/* exe and args of the running program, from its memory. */
INLINE void put_command_line(struct event *event, struct task_struct *task)
{
	__u64 start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
	__u32 length = append_user_text(event, start, MAX_TEXT);
	put_length(event, length);
	put_strings_between(event, start + length, end);
}

INLINE void put_environment(struct event *event, struct task_struct *task)
{
	put_strings_between(event, BPF_CORE_READ(task, mm, env_start),
			    BPF_CORE_READ(task, mm, env_end));
}

/* tid, pid, ptid, cwd, fdlimit, faults, memory, comm, cgroups: parameters 4 to 15. */
INLINE void put_common(struct event *event, struct task_struct *task, const struct path *directory)
{
	put_id(event, BPF_CORE_READ(task, pid));
	put_id(event, BPF_CORE_READ(task, tgid));
	put_id(event, BPF_CORE_READ(task, real_parent, pid));
	if (directory)
		put_path(event, directory);
	else
		put_empty(event);
	put_u64(event, descriptor_limit(task));
	put_u64(event, BPF_CORE_READ(task, maj_flt));
	put_u64(event, BPF_CORE_READ(task, min_flt));
	put_u32(event, virtual_memory(task));
	put_u32(event, resident_memory(task));
	put_u32(event, swapped_memory(task));
	put_kernel_text(event, &task->comm, 16);
	put_cgroups(event, task);
}

#define EXE_WRITABLE 1
#define EXE_UPPER_LAYER 2
#define EXE_FROM_MEMFD 4
#define EXE_LOWER_LAYER 8

/* tty to gid: parameters 17 to 30 of execve. */
INLINE void put_program(struct event *event, struct task_struct *task)
{
	struct file *file = executable_of(task);
	struct inode *inode = file ? BPF_CORE_READ(file, f_inode) : NULL;
	__u32 flags = 0;
	put_u32(event, terminal_of(task));
	put_id(event, own_id(task, PIDTYPE_PGID));
	put_u32(event, login_user(task));
	if (inode) {
		enum layer layer = layer_of(file);
		if (can_write(task, inode))
			flags |= EXE_WRITABLE;
		if (layer == UPPER_LAYER)
			flags |= EXE_UPPER_LAYER;
		if (layer == LOWER_LAYER)
			flags |= EXE_LOWER_LAYER;
		if (is_memfd(file))
			flags |= EXE_FROM_MEMFD;
	}
	put_raw(event, flags);
	put_u64(event, capabilities_of(task, CAPS_INHERITABLE));
	put_u64(event, capabilities_of(task, CAPS_PERMITTED));
	put_u64(event, capabilities_of(task, CAPS_EFFECTIVE));
	put_u64(event, inode ? BPF_CORE_READ(inode, i_ino) : 0);
	put_u64(event, inode ? status_changed_at(inode) : 0);
	put_u64(event, inode ? modified_at(inode) : 0);
	put_u32(event, effective_user(task));
	put_file_path(event, file);
	put_id(event, host_id(task, PIDTYPE_PGID));
	put_u32(event, effective_group(task));
}

/* Reported with the clone flags, in a bit that belongs to the exit signal there. */
#define CHILD_IN_PID_NAMESPACE 1
#define EXIT_SIGNAL 0xff

INLINE bool is_in_pid_namespace(struct task_struct *task)
{
	struct pid_namespace *own = pid_namespace_of(task);
	return BPF_CORE_READ(own, level) || BPF_CORE_READ(task, nsproxy, pid_ns_for_children) != own;
}

/* All of clone and its kind; `result`: of the call, 0 in the child. */
INLINE void put_child(struct event *event, struct task_struct *task, __s64 result, __u64 flags)
{
	__u64 told = flags & ~(__u64)EXIT_SIGNAL;
	if (is_in_pid_namespace(task))
		told |= CHILD_IN_PID_NAMESPACE;
	put_i64(event, result);
	if (result >= 0) {
		put_command_line(event, task);
	} else {
		put_empty(event);
		put_empty(event);
	}
	put_common(event, task, NULL);
	put_raw(event, told);
	put_u32(event, effective_user(task));
	put_u32(event, effective_group(task));
	put_id(event, own_id(task, PIDTYPE_PID));
	put_id(event, own_id(task, PIDTYPE_TGID));
	put_u64(event, result ? 0 : namespace_start(task));
}

#define CLONE_VM 0x100
#define CLONE_FS 0x200
#define CLONE_FILES 0x400
#define CLONE_SIGHAND 0x800
#define CLONE_THREAD 0x10000
#define CLONES_OF_THREADS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

/* Return from clone in the child, whoever runs. */
INLINE void output_child(struct task_struct *child, __u64 flags)
{
	struct event event;
	if (!begin_event(&event, CODE_clone, PARAMS_clone))
		return;
	put_child(&event, child, 0, flags);
	output_event_of(&event, BPF_CORE_READ(child, pid), CODE_clone, PARAMS_clone);
}
