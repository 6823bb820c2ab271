// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Facts about open files: the file behind a descriptor of the current task, its inode and device,
 * its layer in an overlay, whether a task could write to it.
 */
#pragma once
#include "task.h"

enum layer { NO_LAYER, UPPER_LAYER, LOWER_LAYER };

INLINE struct file *file_of(__s32 fd)
{
	struct file *file = NULL;
	if (fd < 0)
		return NULL;
	struct fdtable *table = BPF_CORE_READ(current_task(), files, fdt);
	if (!table || (__u32)fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	struct file **files = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

INLINE __u64 inode_number(struct file *file)
{
	return file ? BPF_CORE_READ(file, f_inode, i_ino) : 0;
}

INLINE __u32 device_of(struct file *file)
{
	return file ? encode_device(BPF_CORE_READ(file, f_inode, i_sb, s_dev)) : 0;
}

INLINE bool is_created(struct file *file)
{
	return file && (BPF_CORE_READ(file, f_mode) & FMODE_CREATED);
}

/* In an overlay's inode, the pointer to the upper layer's dentry follows the plain inode. */
INLINE enum layer layer_of(struct file *file)
{
	if (!file)
		return NO_LAYER;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	if (BPF_CORE_READ(dentry, d_sb, s_magic) != OVERLAYFS_MAGIC)
		return NO_LAYER;
	char *inode = (char *)BPF_CORE_READ(dentry, d_inode);
	struct dentry *upper = NULL;
	bpf_probe_read_kernel(&upper, sizeof(upper), inode + bpf_core_type_size(struct inode));
	if (upper && BPF_CORE_READ(upper, d_inode, i_ino))
		return UPPER_LAYER;
	return LOWER_LAYER;
}

INLINE __u64 nanoseconds(const struct timespec64 *time)
{
	return time->tv_sec < 0 ? 0 : time->tv_sec * 1000000000ULL + time->tv_nsec;
}

INLINE __u64 status_changed_at(struct inode *inode)
{
	struct timespec64 time = {};
	if (bpf_core_field_exists(struct inode___until_6_5, i_ctime)) {
		bpf_core_read(&time, sizeof(time), &((struct inode___until_6_5 *)inode)->i_ctime);
	} else if (bpf_core_field_exists(struct inode___of_6_6, __i_ctime)) {
		bpf_core_read(&time, sizeof(time), &((struct inode___of_6_6 *)inode)->__i_ctime);
	} else {
		time.tv_sec = BPF_CORE_READ(inode, i_ctime_sec);
		time.tv_nsec = BPF_CORE_READ(inode, i_ctime_nsec);
	}
	return nanoseconds(&time);
}

INLINE __u64 modified_at(struct inode *inode)
{
	struct timespec64 time = {};
	if (bpf_core_field_exists(struct inode___until_6_5, i_mtime)) {
		bpf_core_read(&time, sizeof(time), &((struct inode___until_6_5 *)inode)->i_mtime);
	} else if (bpf_core_field_exists(struct inode___of_6_7, __i_mtime)) {
		bpf_core_read(&time, sizeof(time), &((struct inode___of_6_7 *)inode)->__i_mtime);
	} else {
		time.tv_sec = BPF_CORE_READ(inode, i_mtime_sec);
		time.tv_nsec = BPF_CORE_READ(inode, i_mtime_nsec);
	}
	return nanoseconds(&time);
}

INLINE struct file *executable_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, exe_file);
}

/* A memfd's dentry has no parent but itself, and a name that begins with "memfd:". */
INLINE bool is_memfd(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	if (!dentry || BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	char name[8] = {};
	bpf_probe_read_kernel(name, 6, BPF_CORE_READ(dentry, d_name.name));
	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' &&
	       name[4] == 'd' && name[5] == ':';
}

INLINE bool is_in_group(const struct cred *cred, __u32 wanted)
{
	if (BPF_CORE_READ(cred, fsgid.val) == wanted)
		return true;
	struct group_info *groups = BPF_CORE_READ(cred, group_info);
	__u32 count = BPF_CORE_READ(groups, ngroups);
	for (__u32 i = 0; i < 64 && i < count; i++) {
		__u32 group = -1;
		bpf_core_read(&group, sizeof(group), &groups->gid[i]);
		if (group == wanted)
			return true;
	}
	return false;
}

/* Whether the task could write to its executable: owner, mode bits, capabilities; no ACLs. */
INLINE bool can_write(struct task_struct *task, struct inode *inode)
{
	__u32 mode = BPF_CORE_READ(inode, i_mode);
	if (BPF_CORE_READ(inode, i_sb, s_flags) & SB_RDONLY)
		return false;
	if (BPF_CORE_READ(inode, i_flags) & S_IMMUTABLE)
		return false;
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u32 owner = BPF_CORE_READ(inode, i_uid.val), group = BPF_CORE_READ(inode, i_gid.val);
	if (owner == (__u32)-1 || group == (__u32)-1)
		return false;
	if (BPF_CORE_READ(cred, fsuid.val) == owner)
		return true;
	__u64 capabilities = capabilities_of(task, CAPS_EFFECTIVE);
	if (capabilities & ((1ULL << CAP_DAC_OVERRIDE) | (1ULL << CAP_FOWNER)))
		return true;
	return mode & (is_in_group(cred, group) ? 0020 : 0002);
}
