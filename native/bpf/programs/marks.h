// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Which tasks --only-command and --container record: those that are marked. A mark is set by the
 * host side, inherited over fork, and set when a task is moved into a chosen control group. Such a
 * task began elsewhere, where it was not recorded: in front of its first event stands what its clone
 * would have reported it now.
 */
#pragma once
#include "../store/process.h"

/* Reported by a list, or by its own clone. */
#define MARK_KNOWN 1
/* Came from outside, and has no event yet. */
#define MARK_ENTERED 2

INLINE __u8 *mark_of(struct task_struct *task)
{
	return bpf_task_storage_get(&marked, task, 0, 0);
}

INLINE __u8 *mark(struct task_struct *task, __u8 value)
{
	return bpf_task_storage_get(&marked, task, &value, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

struct cgroup_walk {
	struct kernfs_node *node;
	struct chosen_cgroup key;
	bool is_found;
};

/* A callback, not a loop: clang would move a relocation in front of the question whether its field exists. */
static long look_at_group(__u32 index, void *context)
{
	struct cgroup_walk *walk = context;
	struct kernfs_node *node = walk->node;
	if (!node)
		return STOP;
	walk->key.id = BPF_CORE_READ(node, id);
	if (bpf_map_lookup_elem(&marked_cgroups, &walk->key)) {
		walk->is_found = true;
		return STOP;
	}
	walk->node = kernfs_parent(node);
	return GO_ON;
}

#define CGROUP_LEVELS 32

/* The group or one of those above it was chosen. */
INLINE bool is_chosen_cgroup(struct cgroup *group)
{
	struct cgroup_walk walk = {
		BPF_CORE_READ(group, kn),
		{BPF_CORE_READ(group, root, hierarchy_id), 0},
		false,
	};
	bpf_loop(CGROUP_LEVELS, look_at_group, &walk, 0);
	return walk.is_found;
}

INLINE bool is_chosen_state(struct cgroup_subsys_state *state)
{
	return state && is_chosen_cgroup(BPF_CORE_READ(state, cgroup));
}

#define IS_IN_CHOSEN(id)                                          \
	(bpf_core_enum_value_exists(enum cgroup_subsys_id, id) && \
	 is_chosen_state(CONTROLLER_STATE(sets, id)))

/* Whether the task is in a chosen group now, by what its events would say. */
INLINE bool is_in_chosen_cgroup(struct task_struct *task)
{
	struct css_set *sets = BPF_CORE_READ(task, cgroups);
	return is_chosen_cgroup(BPF_CORE_READ(sets, dfl_cgrp)) || IS_IN_CHOSEN(memory_cgrp_id) ||
	       IS_IN_CHOSEN(cpuset_cgrp_id) || IS_IN_CHOSEN(cpu_cgrp_id) ||
	       IS_IN_CHOSEN(io_cgrp_id) || IS_IN_CHOSEN(cpuacct_cgrp_id);
}

/* Reports the current task, as its clone would have. */
INLINE void announce(void)
{
	struct task_struct *task = current_task();
	bool is_thread = BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid);
	output_child(task, is_thread ? CLONES_OF_THREADS : 0);
}

/* When a whole process is moved the kernel names its main thread alone. */
INLINE __u8 *mark_like_process(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	if (leader == task || !mark_of(leader) || !is_in_chosen_cgroup(task))
		return NULL;
	return mark(task, MARK_ENTERED);
}

/* Whether the current task is recorded; to be asked right before an event of it is stored. */
INLINE bool is_wanted_task(void)
{
	if (!only_marked)
		return true;
	struct task_struct *task = bpf_get_current_task_btf();
	__u8 *value = mark_of(task);
	if (!value && mark_by_cgroup)
		value = mark_like_process(task);
	if (!value)
		return false;
	if (mark_by_cgroup && *value == MARK_ENTERED) {
		*value = MARK_KNOWN;
		announce();
	}
	return true;
}

INLINE bool is_hidden_group(void)
{
	__u32 group = bpf_get_current_pid_tgid() >> 32;
	return group == hidden_group_a || group == hidden_group_b || group == waiting_group ||
	       group == looking_group;
}
