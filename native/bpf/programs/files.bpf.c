// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Opening files and moving data: open to open_by_handle_at, read to pwritev, sendfile, splice. */
#include "call.h"
#include "../store/vector.h"

/* What the kernel found out about an opened file, in bits that no open flag uses. */
#define OPEN_CREATED (1u << 28)
#define OPEN_UPPER_LAYER (1u << 29)
#define OPEN_LOWER_LAYER (1u << 30)
#define O_CREAT_BIT 0x40
#define O_TMPFILE_BIT 0x400000

struct opened {
	struct file *file;
	__u32 device;
	__u64 inode;
	__u32 flags;
};

INLINE void read_opened(const struct call *call, struct opened *opened)
{
	if (call->ret < 0)
		return;
	struct file *file = file_of(call->ret);
	if (!file)
		return;
	enum layer layer = layer_of(file);
	opened->file = file;
	opened->device = device_of(file);
	opened->inode = inode_number(file);
	if (is_created(file))
		opened->flags |= OPEN_CREATED;
	if (layer == UPPER_LAYER)
		opened->flags |= OPEN_UPPER_LAYER;
	if (layer == LOWER_LAYER)
		opened->flags |= OPEN_LOWER_LAYER;
}

/* A mode counts only where a file may be made. */
INLINE __u32 open_mode(__u64 flags, __u64 mode)
{
	return flags & (O_CREAT_BIT | O_TMPFILE_BIT) ? mode & 07777 : 0;
}

GROWING_CALL(open)
{
	struct opened opened = {};
	read_opened(call, &opened);
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw(event, arg(call, 1) | opened.flags);
	put_u32(event, open_mode(arg(call, 1), arg(call, 2)));
	put_u32(event, opened.device);
	put_u64(event, opened.inode);
}

GROWING_CALL(openat)
{
	struct opened opened = {};
	read_opened(call, &opened);
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_text(event, arg(call, 1));
	put_raw(event, arg(call, 2) | opened.flags);
	put_u32(event, open_mode(arg(call, 2), arg(call, 3)));
	put_u32(event, opened.device);
	put_u64(event, opened.inode);
}

GROWING_CALL(openat2)
{
	struct opened opened = {};
	__u64 how[3] = {}; /* flags, mode, resolve */
	read_opened(call, &opened);
	bpf_probe_read_user(how, sizeof(how), (void *)arg(call, 2));
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_text(event, arg(call, 1));
	put_raw(event, how[0] | opened.flags);
	put_u32(event, open_mode(how[0], how[1]));
	put_raw(event, how[2]);
	put_u32(event, opened.device);
	put_u64(event, opened.inode);
}

GROWING_CALL(creat)
{
	struct opened opened = {};
	read_opened(call, &opened);
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_u32(event, arg(call, 1) & 07777);
	put_u32(event, opened.device);
	put_u64(event, opened.inode);
	put_raw(event, opened.flags);
}

GROWING_CALL(open_by_handle_at)
{
	struct opened opened = {};
	read_opened(call, &opened);
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw(event, arg(call, 2) | opened.flags);
	put_file_path(event, opened.file);
	put_u32(event, opened.device);
	put_u64(event, opened.inode);
}

GROWING_CALL(read)
{
	put_result(event, call);
	put_data(event, arg(call, 1), call->ret);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(pread64)
{
	put_result(event, call);
	put_data(event, arg(call, 1), call->ret);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 2);
	put_u64_arg(event, call, 3);
}

/* What was written; of a failed write, what was to be written. */
INLINE __s64 written(const struct call *call, __u64 wanted)
{
	return call->ret > 0 ? call->ret : (__s64)(__u32)wanted;
}

GROWING_CALL(write)
{
	put_result(event, call);
	put_data(event, arg(call, 1), written(call, arg(call, 2)));
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(pwrite64)
{
	put_result(event, call);
	put_data(event, arg(call, 1), written(call, arg(call, 2)));
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 2);
	put_u64_arg(event, call, 3);
}

INLINE void put_scattered_read(struct event *event, const struct call *call)
{
	put_result(event, call);
	put_u32(event, call->ret > 0 ? call->ret : 0);
	if (call->ret > 0)
		put_vectors(event, call, arg(call, 1), arg(call, 2), call->ret);
	else
		put_empty(event);
	put_fd_arg(event, call, 0);
}

INLINE void put_gathered_write(struct event *event, const struct call *call)
{
	put_result(event, call);
	__u32 size = put_vectors(event, call, arg(call, 1), arg(call, 2),
				 call->ret > 0 ? call->ret : -1);
	put_fd_arg(event, call, 0);
	put_u32(event, size);
}

GROWING_CALL(readv)
{
	put_scattered_read(event, call);
}

GROWING_CALL(writev)
{
	put_gathered_write(event, call);
}

GROWING_CALL(preadv)
{
	put_scattered_read(event, call);
	put_u64_arg(event, call, 3);
}

GROWING_CALL(pwritev)
{
	put_gathered_write(event, call);
	put_u64_arg(event, call, 3);
}

FIXED_CALL(sendfile)
{
	__u64 offset = 0;
	bpf_probe_read_user(&offset, call->is_compat ? 4 : 8, (void *)arg(call, 2));
	put_result(event, call);
	put_u64(event, offset);
	put_fd_arg(event, call, 0);
	put_fd_arg(event, call, 1);
	put_u64_arg(event, call, 3);
}

FIXED_CALL(splice)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_fd_arg(event, call, 2);
	put_u64_arg(event, call, 4);
	put_raw_arg(event, call, 5);
}

FIXED_CALL(copy_file_range)
{
	put_result(event, call);
	put_fd_arg(event, call, 2);
	put_u64_arg(event, call, 3);
	put_fd_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_u64_arg(event, call, 4);
}

FIXED_CALL(lseek)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u64_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}
