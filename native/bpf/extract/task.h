// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Facts about a task: ids in the host's and in its own numbering, credentials, memory, terminal.
 * Memory is reported in kB.
 */
#pragma once
#include "../base/kernel.h"

#define PAGE_KB(pages) ((__u32)((pages) * 4))

INLINE struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

INLINE struct pid *pid_of(struct task_struct *task, enum pid_type type)
{
	struct pid *pid = NULL;
	if (type == PIDTYPE_PID)
		return BPF_CORE_READ(task, thread_pid);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	bpf_core_read(&pid, sizeof(pid), &signal->pids[type]);
	return pid;
}

INLINE __u32 pid_level(struct pid *pid)
{
	return BPF_CORE_READ(pid, level);
}

/* The id as the namespace of `level` counts; level 0 is the host. 0 where it is not seen there. */
INLINE __s32 id_at_level(struct pid *pid, __u32 level)
{
	if (!pid || level > pid_level(pid))
		return 0;
	__s32 id = 0;
	struct upid *upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			    level * bpf_core_type_size(struct upid);
	bpf_core_read(&id, sizeof(id), &upid->nr);
	return id;
}

/* The id as the task itself sees it. */
INLINE __s32 own_id(struct task_struct *task, enum pid_type type)
{
	struct pid *pid = pid_of(task, type);
	struct pid *self = pid_of(task, PIDTYPE_PID);
	return id_at_level(pid, pid_level(self));
}

INLINE __s32 host_id(struct task_struct *task, enum pid_type type)
{
	return id_at_level(pid_of(task, type), 0);
}

INLINE struct pid_namespace *pid_namespace_of(struct task_struct *task)
{
	struct pid *pid = pid_of(task, PIDTYPE_PID);
	struct pid_namespace *namespace = NULL;
	struct upid *upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			    pid_level(pid) * bpf_core_type_size(struct upid);
	bpf_core_read(&namespace, sizeof(namespace), &upid->ns);
	return namespace;
}

/* When the first process of the task's pid namespace began: nanoseconds since boot. */
INLINE __u64 namespace_start(struct task_struct *task)
{
	return BPF_CORE_READ(pid_namespace_of(task), child_reaper, start_time);
}

INLINE __u64 descriptor_limit(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, rlim[7].rlim_cur); /* RLIMIT_NOFILE */
}

INLINE __s64 memory_counter(struct mm_struct *mm, int which)
{
	__s64 pages = 0;
	if (!mm)
		return 0;
	if (bpf_core_field_exists(((struct mm_struct___until_6_1 *)0)->rss_stat.count)) {
		struct mm_struct___until_6_1 *old = (void *)mm;
		bpf_core_read(&pages, sizeof(pages), &old->rss_stat.count[which].counter);
	} else {
		bpf_core_read(&pages, sizeof(pages), &mm->rss_stat[which].count);
	}
	return pages < 0 ? 0 : pages;
}

INLINE __u32 virtual_memory(struct task_struct *task)
{
	return PAGE_KB(BPF_CORE_READ(task, mm, total_vm));
}

INLINE __u32 resident_memory(struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	return PAGE_KB(memory_counter(mm, MM_FILEPAGES) + memory_counter(mm, MM_ANONPAGES) +
		       memory_counter(mm, MM_SHMEMPAGES));
}

INLINE __u32 swapped_memory(struct task_struct *task)
{
	return PAGE_KB(memory_counter(BPF_CORE_READ(task, mm), MM_SWAPENTS));
}

/* Device numbers as stat(2) of the old layout has them: minor in the low and high bits. */
INLINE __u32 encode_device(__u32 device)
{
	__u32 major = device >> 20, minor = device & 0xfffff;
	return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

INLINE __u32 terminal_of(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	if (!tty)
		return 0;
	__u32 major = BPF_CORE_READ(tty, driver, major);
	__u32 minor = BPF_CORE_READ(tty, driver, minor_start);
	return encode_device(((major << 20) | minor) + BPF_CORE_READ(tty, index));
}

INLINE __u32 login_user(struct task_struct *task)
{
	__u32 user = -1;
	if (bpf_core_field_exists(task->loginuid))
		bpf_core_read(&user, sizeof(user), &task->loginuid);
	return user;
}

enum capability_set { CAPS_INHERITABLE, CAPS_PERMITTED, CAPS_EFFECTIVE };

/* A capability set is 8 bytes whatever the kernel's structure around them is called. */
INLINE __u64 capabilities_of(struct task_struct *task, enum capability_set set)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 bits = 0;
	const void *at = set == CAPS_INHERITABLE ? (const void *)&cred->cap_inheritable :
			 set == CAPS_PERMITTED   ? (const void *)&cred->cap_permitted :
					      (const void *)&cred->cap_effective;
	bpf_probe_read_kernel(&bits, sizeof(bits), __builtin_preserve_access_index(at));
	return bits;
}

INLINE __u32 effective_user(struct task_struct *task)
{
	return BPF_CORE_READ(task, cred, euid.val);
}

INLINE __u32 effective_group(struct task_struct *task)
{
	return BPF_CORE_READ(task, cred, egid.val);
}
