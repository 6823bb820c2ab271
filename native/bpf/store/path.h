// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Paths that the kernel knows: of an open file, by walking dentries and mounts up to the root of the
 * mount namespace (so a container's paths are as the container sees them); of a control group. Both
 * grow backwards from the end of a temporary area. Global functions: verified once, not per caller.
 */
#pragma once
#include "text.h"
#include "../extract/file.h"

#define PATH_ROOM 0x2000
#define PATH_AT SCRATCH_TEMPORARY
#define NAME_AT (SCRATCH_TEMPORARY + PATH_ROOM + 0x100)
#define PATH_PARTS 64
#define STATE_AT (SCRATCH_TEMPORARY + PATH_ROOM + 0x800)
#define STATE(scratch) ((void *)((scratch)->bytes + STATE_AT))

INLINE struct scratch *scratch_of(__u32 slot)
{
	return bpf_map_lookup_elem(&scratches, &slot);
}

/*
 * A walk from a leaf to a root. Its state lies in the scratch area, not on the stack: the verifier
 * does not follow values there, so it looks at one step instead of at every number of them.
 */
struct walk {
	struct dentry *dentry;
	struct vfsmount *mount;
	struct kernfs_node *node;
	__u32 start;
};

INLINE void prepend(struct scratch *scratch, struct walk *walk, const void *name, __u32 length)
{
	walk->start -= length;
	bpf_probe_read_kernel(scratch->bytes + PATH_AT + BOUNDED(walk->start, PATH_ROOM - 1),
			      BOUNDED(length, 0xff), name);
}

INLINE void prepend_slash(struct scratch *scratch, struct walk *walk)
{
	walk->start--;
	scratch->bytes[PATH_AT + BOUNDED(walk->start, PATH_ROOM - 1)] = '/';
}

#define STOP 1
#define GO_ON 0

static long walk_dentry(__u32 index, void *context)
{
	struct scratch *scratch = *(struct scratch **)context;
	struct walk *walk = STATE(scratch);
	struct dentry *dentry = walk->dentry;
	struct vfsmount *mount = walk->mount;
	if (walk->start < 0x200)
		return STOP;
	if (dentry == BPF_CORE_READ(mount, mnt_root)) {
		struct mount *self =
			(void *)mount - bpf_core_field_offset(struct mount, mnt);
		struct mount *above = BPF_CORE_READ(self, mnt_parent);
		if (above == self)
			return STOP;
		walk->dentry = BPF_CORE_READ(self, mnt_mountpoint);
		walk->mount = (void *)above + bpf_core_field_offset(struct mount, mnt);
		return GO_ON;
	}
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	prepend(scratch, walk, BPF_CORE_READ(dentry, d_name.name), BPF_CORE_READ(dentry, d_name.len) & 0xff);
	walk->dentry = parent;
	/* No parent and no mount: a memfd, say. It has a name, but no place. */
	if (parent == dentry) {
		walk->mount = NULL;
		return STOP;
	}
	prepend_slash(scratch, walk);
	return GO_ON;
}

/* Length of the path that now ends at PATH_AT + PATH_ROOM; 0 when there is none. */
__noinline int build_path(__u64 dentry, __u64 mount, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	if (!scratch || !dentry)
		return 0;
	struct walk *walk = STATE(scratch);
	walk->dentry = (void *)dentry;
	walk->mount = (void *)mount;
	walk->start = PATH_ROOM;
	bpf_loop(PATH_PARTS, walk_dentry, &scratch, 0);
	if (walk->start == PATH_ROOM && walk->mount)
		prepend_slash(scratch, walk);
	return PATH_ROOM - walk->start;
}

INLINE struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	if (bpf_core_field_exists(node->__parent))
		return BPF_CORE_READ(node, __parent);
	return BPF_CORE_READ((struct kernfs_node___before_6_15 *)node, parent);
}

static long walk_group(__u32 index, void *context)
{
	struct scratch *scratch = *(struct scratch **)context;
	struct walk *walk = STATE(scratch);
	struct kernfs_node *node = walk->node, *parent = kernfs_parent(node);
	if (!parent || walk->start < 0x200)
		return STOP;
	__u8 *name = scratch->bytes + NAME_AT;
	long length = bpf_probe_read_kernel_str(name, 256, BPF_CORE_READ(node, name));
	if (length <= 0)
		return STOP;
	prepend(scratch, walk, name, (length - 1) & 0xff);
	prepend_slash(scratch, walk);
	walk->node = parent;
	return GO_ON;
}

__noinline int build_cgroup_path(__u64 node, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	if (!scratch || !node)
		return 0;
	struct walk *walk = STATE(scratch);
	walk->node = (void *)node;
	walk->start = PATH_ROOM;
	bpf_loop(PATH_PARTS, walk_group, &scratch, 0);
	if (walk->start == PATH_ROOM)
		prepend_slash(scratch, walk);
	return PATH_ROOM - walk->start;
}

/* Append what a builder left, with a NUL behind it. */
INLINE __u32 append_built(struct event *event, __u32 length)
{
	if (!length || length >= PATH_ROOM)
		return 0;
	bpf_probe_read_kernel(event->bytes + AT(event), BOUNDED(length, PATH_ROOM - 1),
			      event->bytes + PATH_AT + BOUNDED(PATH_ROOM - length, PATH_ROOM - 1));
	event->at += length;
	event->bytes[AT(event)] = 0;
	event->at++;
	return length + 1;
}

INLINE void put_path(struct event *event, const struct path *path)
{
	int length = build_path((__u64)BPF_CORE_READ(path, dentry), (__u64)BPF_CORE_READ(path, mnt),
				event->cpu);
	put_length(event, append_built(event, length));
}

INLINE void put_file_path(struct event *event, struct file *file)
{
	int length = 0;
	if (file)
		length = build_path((__u64)BPF_CORE_READ(file, f_path.dentry),
				    (__u64)BPF_CORE_READ(file, f_path.mnt), event->cpu);
	put_length(event, append_built(event, length));
}
