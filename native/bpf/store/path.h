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

INLINE struct scratch *scratch_of(__u32 slot)
{
	return bpf_map_lookup_elem(&scratches, &slot);
}

/* Length of the path that now ends at PATH_AT + PATH_ROOM; 0 when there is none. */
__noinline int build_path(__u64 dentry_address, __u64 mount_address, __u32 slot)
{
	struct dentry *dentry = (void *)dentry_address;
	struct vfsmount *mount = (void *)mount_address;
	struct scratch *scratch = scratch_of(slot);
	__u32 start = PATH_ROOM;
	if (!scratch || !dentry)
		return 0;
	for (int i = 0; i < PATH_PARTS && start > 0x200; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		bool is_mount_root = dentry == BPF_CORE_READ(mount, mnt_root);
		if (is_mount_root) {
			struct mount *self = (void *)mount - bpf_core_field_offset(struct mount, mnt);
			struct mount *above = BPF_CORE_READ(self, mnt_parent);
			if (above == self)
				break;
			dentry = BPF_CORE_READ(self, mnt_mountpoint);
			mount = (void *)above + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		__u32 length = BPF_CORE_READ(dentry, d_name.len) & 0xff;
		start -= length;
		bpf_probe_read_kernel(scratch->bytes + PATH_AT + (start & (PATH_ROOM - 1)), length,
				      BPF_CORE_READ(dentry, d_name.name));
		/* No parent and no mount: a memfd, say. It has a name, but no place. */
		if (parent == dentry)
			return PATH_ROOM - start;
		start--;
		scratch->bytes[PATH_AT + (start & (PATH_ROOM - 1))] = '/';
		dentry = parent;
	}
	if (start == PATH_ROOM) {
		start--;
		scratch->bytes[PATH_AT + (start & (PATH_ROOM - 1))] = '/';
	}
	return PATH_ROOM - start;
}

INLINE struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	if (bpf_core_field_exists(node->__parent))
		return BPF_CORE_READ(node, __parent);
	return BPF_CORE_READ((struct kernfs_node___before_6_15 *)node, parent);
}

__noinline int build_cgroup_path(__u64 node_address, __u32 slot)
{
	struct kernfs_node *node = (void *)node_address;
	struct scratch *scratch = scratch_of(slot);
	__u32 start = PATH_ROOM;
	if (!scratch || !node)
		return 0;
	for (int i = 0; i < 24 && start > 0x200; i++) {
		struct kernfs_node *parent = kernfs_parent(node);
		if (!parent)
			break;
		long length = bpf_probe_read_kernel_str(scratch->bytes + NAME_AT, 256,
							BPF_CORE_READ(node, name));
		if (length <= 0)
			break;
		length = (length - 1) & 0xff;
		start -= length;
		bpf_probe_read_kernel(scratch->bytes + PATH_AT + (start & (PATH_ROOM - 1)), length,
				      scratch->bytes + NAME_AT);
		start--;
		scratch->bytes[PATH_AT + (start & (PATH_ROOM - 1))] = '/';
		node = parent;
	}
	if (start == PATH_ROOM) {
		start--;
		scratch->bytes[PATH_AT + (start & (PATH_ROOM - 1))] = '/';
	}
	return PATH_ROOM - start;
}

/* Append what a builder left, with a NUL behind it. */
INLINE __u32 append_built(struct event *event, __u32 length)
{
	if (!length || length >= PATH_ROOM)
		return 0;
	bpf_probe_read_kernel(event->bytes + AT(event), length & (PATH_ROOM - 1),
			      event->bytes + PATH_AT + ((PATH_ROOM - length) & (PATH_ROOM - 1)));
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
