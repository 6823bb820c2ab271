// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * A task's control groups as the format lists them: `controller=path`, NUL-separated, for five
 * controllers. Where the task's place in the unified hierarchy is not the root it is listed too,
 * without a controller's name, as a container may be reported by nothing else there.
 */
#pragma once
#include "path.h"

INLINE __u32 append_cgroup(struct event *event, struct kernfs_node *node, const char *name)
{
	__u32 size = append_kernel_text(event, name, 64);
	if (!size)
		return 0;
	event->bytes[BOUNDED(event->at - 1, SCRATCH_PAYLOAD - 1)] = '=';
	return size + append_built(event, build_cgroup_path((__u64)node, event->cpu));
}

/* Place in the hierarchy of a controller; its number differs from kernel to kernel. */
#define CONTROLLER_STATE(sets, id)                                                                  \
	({                                                                                          \
		struct cgroup_subsys_state *found = NULL;                                           \
		bpf_core_read(&found, sizeof(found),                                                \
			      &(sets)->subsys[bpf_core_enum_value(enum cgroup_subsys_id, id)]);     \
		found;                                                                              \
	})

#define APPEND_CONTROLLER(id)                                                                       \
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, id)) {                                \
		struct cgroup_subsys_state *state = CONTROLLER_STATE(sets, id);                     \
		if (state)                                                                          \
			size += append_cgroup(event, BPF_CORE_READ(state, cgroup, kn),              \
					      BPF_CORE_READ(state, ss, name));                      \
	}

INLINE void put_cgroups(struct event *event, struct task_struct *task)
{
	struct css_set *sets = BPF_CORE_READ(task, cgroups);
	__u32 size = 0;
	APPEND_CONTROLLER(cpuset_cgrp_id)
	APPEND_CONTROLLER(cpu_cgrp_id)
	APPEND_CONTROLLER(cpuacct_cgrp_id)
	APPEND_CONTROLLER(io_cgrp_id)
	APPEND_CONTROLLER(memory_cgrp_id)
	struct kernfs_node *unified = BPF_CORE_READ(sets, dfl_cgrp, kn);
	if (unified && kernfs_parent(unified)) {
		event->bytes[AT(event)] = '=';
		event->at++;
		size += 1 + append_built(event, build_cgroup_path((__u64)unified, event->cpu));
	}
	put_length(event, size);
}
