// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Which tasks --only-command and --container record: those that are marked. A mark is set by the
 * host side, inherited over fork, and set when a task is moved into a chosen control group.
 */
#pragma once
#include "../base/maps.h"
#include "../store/path.h"

INLINE bool is_marked(struct task_struct *task)
{
	return bpf_task_storage_get(&marked, task, 0, 0) != NULL;
}

INLINE void mark(struct task_struct *task)
{
	bpf_task_storage_get(&marked, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

INLINE bool is_wanted_task(void)
{
	return !only_marked || is_marked(bpf_get_current_task_btf());
}

INLINE bool is_hidden_group(void)
{
	__u32 group = bpf_get_current_pid_tgid() >> 32;
	return group == hidden_group_a || group == hidden_group_b || group == waiting_group;
}

/* The group or one of those above it was chosen. */
INLINE bool is_chosen_cgroup(struct kernfs_node *node)
{
	for (int i = 0; i < 8 && node; i++) {
		__u64 id = BPF_CORE_READ(node, id);
		if (bpf_map_lookup_elem(&marked_cgroups, &id))
			return true;
		node = kernfs_parent(node);
	}
	return false;
}

#define IS_IN_CHOSEN(id)                                                                          \
	(bpf_core_enum_value_exists(enum cgroup_subsys_id, id) &&                                 \
	 is_chosen_cgroup(BPF_CORE_READ(sets, subsys[id], cgroup, kn)))

/* Whether the task is in a chosen group now, whichever hierarchy tells. */
INLINE bool is_in_chosen_cgroup(struct task_struct *task)
{
	struct css_set *sets = BPF_CORE_READ(task, cgroups);
	return is_chosen_cgroup(BPF_CORE_READ(sets, dfl_cgrp, kn)) || IS_IN_CHOSEN(memory_cgrp_id) ||
	       IS_IN_CHOSEN(cpuset_cgrp_id);
}
