// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * What is no system call: a program that was started, the end of a task, signals, and on request
 * context switches and page faults. And marks, which children inherit.
 */
#include "call.h"
#include "marks.h"

INLINE bool is_skipped(void)
{
	return !recording || is_hidden_group() || !is_wanted_task();
}

/* A successful execve or execveat; both are reported as execve. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
	struct event event;
	if (BPF_CORE_READ(task, tgid) == waiting_group)
		waiting_group = 0;
	if (is_skipped() || !begin_event(&event, CODE_execve, PARAMS_execve))
		return 0;
	put_i64(&event, 0);
	put_command_line(&event, task);
	put_common(&event, task, NULL);
	put_environment(&event, task);
	put_program(&event, task);
	put_kernel_text(&event, BPF_CORE_READ(program, filename), MAX_TEXT);
	output_event(&event, CODE_execve, PARAMS_execve);
	return 0;
}

/* On arm64 the child's return from clone passes no tracepoint: it is reported when the child is made. */
#if defined(__TARGET_ARCH_x86)
#define CHILD_RETURNS_UNSEEN false
#else
#define CHILD_RETURNS_UNSEEN true
#endif

#define SHARED_AS(flag, field) \
	(BPF_CORE_READ(parent, field) == BPF_CORE_READ(child, field) ? flag : 0)

/* By what the two have in common; CLONE_VFORK and those for namespaces and signals: by the parent's return only. */
INLINE __u64 flags_of_clone(struct task_struct *parent, struct task_struct *child)
{
	return SHARED_AS(CLONE_VM, mm) | SHARED_AS(CLONE_FS, fs) | SHARED_AS(CLONE_FILES, files) |
	       SHARED_AS(CLONE_SIGHAND, sighand) | SHARED_AS(CLONE_THREAD, tgid);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	bool is_recorded = recording && !is_hidden_group(), is_wanted = true;
	if (only_marked) {
		if (is_recorded) /* whoever entered is reported before its children */
			is_wanted_task();
		is_wanted = mark_of(parent) || (mark_by_cgroup && is_in_chosen_cgroup(child));
		if (is_wanted)
			mark(child, MARK_KNOWN);
	}
	if (CHILD_RETURNS_UNSEEN && is_recorded && is_wanted)
		output_child(child, flags_of_clone(parent, child));
	return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach, struct cgroup *group, const char *path, struct task_struct *task,
	     bool whole_process)
{
	if (mark_by_cgroup && is_chosen_cgroup(group))
		mark(task, MARK_ENTERED);
	return 0;
}

#define THREADS 30
#define ANCESTORS 40

/* Another thread of the group that is not about to end; 0: none, -1: too many to look at. */
INLINE __s32 living_thread(struct task_struct *of)
{
	struct signal_struct *signal = BPF_CORE_READ(of, signal);
	struct list_head *head = &signal->thread_head;
	struct list_head *link = BPF_CORE_READ(head, next);
	for (int i = 0; i < THREADS; i++) {
		if (!link || link == head)
			return 0;
		struct task_struct *thread =
			(void *)link - bpf_core_field_offset(struct task_struct, thread_node);
		if (!(BPF_CORE_READ(thread, flags) & PF_EXITING))
			return BPF_CORE_READ(thread, pid);
		link = BPF_CORE_READ(link, next);
	}
	return -1;
}

/* Who inherits the children: a thread of the group, a subreaper above, or the namespace's init. */
INLINE __s32 reaper_of(struct task_struct *task)
{
	__s32 thread = living_thread(task);
	if (thread)
		return thread;
	struct pid *pid = pid_of(task, PIDTYPE_PID);
	struct task_struct *init = BPF_CORE_READ(pid_namespace_of(task), child_reaper);
	__s32 init_id = BPF_CORE_READ(init, pid);
	if (init == task)
		return 0;
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	if (!BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper))
		return init_id;
	__u32 level = pid_level(pid);
	struct task_struct *above = BPF_CORE_READ(task, real_parent);
	for (int i = 0; i < ANCESTORS; i++) {
		if (above == init || pid_level(pid_of(above, PIDTYPE_PID)) != level)
			return init_id;
		signal = BPF_CORE_READ(above, signal);
		if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper)) {
			thread = living_thread(above);
			if (thread)
				return thread;
		}
		above = BPF_CORE_READ(above, real_parent);
	}
	return -1;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct event event;
	if (is_skipped())
		return 0;
	__s32 status = BPF_CORE_READ(task, exit_code), reaper = 0;
	if (BPF_CORE_READ(task, children.next) != &task->children)
		reaper = reaper_of(task);
	if (!reserve_event(&event, CODE_procexit, PARAMS_procexit, BYTES_procexit))
		return 0;
	put_i64(&event, status);
	put_i64(&event, (status >> 8) & 0xff);
	put_u8(&event, status & 0x7f);
	put_u8(&event, (status & 0x80) != 0);
	put_id(&event, reaper);
	submit_reserved(&event);
	return 0;
}

#define FIRST_REALTIME 32

/* The sender, where the signal's record has one. */
INLINE __s32 sender_of(int signal, struct kernel_siginfo *info)
{
	if ((unsigned long)info < 4096) /* SEND_SIG_NOINFO and SEND_SIG_PRIV are no pointers */
		return 0;
	if (signal == 17)
		return BPF_CORE_READ(info, _sifields._sigchld._pid);
	if (signal >= FIRST_REALTIME)
		return BPF_CORE_READ(info, _sifields._rt._pid);
	if (signal == 9)
		return BPF_CORE_READ(info, _sifields._kill._pid);
	if (signal == 15 || signal == 1 || signal == 2 || signal == 3 || signal == 20 ||
	    signal == 10 || signal == 12)
		return BPF_CORE_READ(info, si_code) <= 0 ? BPF_CORE_READ(info, _sifields._kill._pid) : 0;
	return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signal, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	struct event event;
	if (is_skipped() ||
	    !reserve_event(&event, CODE_signaldeliver, PARAMS_signaldeliver, BYTES_signaldeliver))
		return 0;
	put_id(&event, sender_of(signal, info));
	put_id(&event, bpf_get_current_pid_tgid());
	put_u8(&event, signal);
	submit_reserved(&event);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *from, struct task_struct *to)
{
	struct event event;
	if (is_skipped() || !reserve_event(&event, CODE_switch, PARAMS_switch, BYTES_switch))
		return 0;
	put_id(&event, BPF_CORE_READ(to, pid));
	put_u64(&event, BPF_CORE_READ(from, maj_flt));
	put_u64(&event, BPF_CORE_READ(from, min_flt));
	put_u32(&event, virtual_memory(from));
	put_u32(&event, resident_memory(from));
	put_u32(&event, swapped_memory(from));
	submit_reserved(&event);
	return 0;
}

/* The format has each answer as a bit of its own: protection or absence, write or read, who. */
INLINE __u32 fault_bits(unsigned long error)
{
	return (error & 1 ? 1 : 2) | (error & 2 ? 4 : 8) | (error & 4 ? 16 : 32) |
	       (error & 8 ? 64 : 0) | (error & 16 ? 128 : 0);
}

INLINE int output_fault(unsigned long address, __u64 instruction, unsigned long error)
{
	struct event event;
	if (is_skipped() ||
	    !reserve_event(&event, CODE_page_fault, PARAMS_page_fault, BYTES_page_fault))
		return 0;
	put_u64(&event, address);
	put_u64(&event, instruction);
	put_raw(&event, fault_bits(error));
	submit_reserved(&event);
	return 0;
}

#if defined(__TARGET_ARCH_x86)
SEC("tp_btf/page_fault_user")
int BPF_PROG(on_user_fault, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	return output_fault(address, regs->ip, error);
}

SEC("tp_btf/page_fault_kernel")
int BPF_PROG(on_kernel_fault, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	return output_fault(address, regs->ip, error);
}
#endif
