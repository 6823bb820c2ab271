// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Calls that name files without opening them: stat, mkdir, rename, chmod, mount and their kind. */
#include "call.h"
#include "../store/text.h"
#include "../extract/task.h"

/* The many calls that are "result, path": and "result, directory, path". */
INLINE void put_path_at(struct event *event, const struct call *call, int fd_index)
{
	put_fd_arg(event, call, fd_index);
	put_text(event, arg(call, fd_index + 1));
}

#define RESULT_AND_PATH(name)                     \
	GROWING_CALL(name)                        \
	{                                         \
		put_result(event, call);          \
		put_text(event, arg(call, 0));    \
	}
RESULT_AND_PATH(stat)
RESULT_AND_PATH(lstat)
RESULT_AND_PATH(chdir)
RESULT_AND_PATH(chroot)
RESULT_AND_PATH(rmdir)
RESULT_AND_PATH(unlink)

#define RESULT_AND_TWO_PATHS(name)                \
	GROWING_CALL(name)                        \
	{                                         \
		put_result(event, call);          \
		put_text(event, arg(call, 0));    \
		put_text(event, arg(call, 1));    \
	}
RESULT_AND_TWO_PATHS(rename)
RESULT_AND_TWO_PATHS(link)
RESULT_AND_TWO_PATHS(symlink)

GROWING_CALL(newfstatat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_raw_arg(event, call, 3);
}

GROWING_CALL(access)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
}

GROWING_CALL(getcwd)
{
	put_result(event, call);
	if (call->ret >= 0)
		put_text(event, arg(call, 0));
	else
		put_empty(event);
}

GROWING_CALL(mkdir)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_u32_arg(event, call, 1);
}

GROWING_CALL(mkdirat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(unlinkat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_raw_arg(event, call, 2);
}

GROWING_CALL(renameat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_path_at(event, call, 2);
}

GROWING_CALL(renameat2)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_path_at(event, call, 2);
	put_raw_arg(event, call, 4);
}

GROWING_CALL(linkat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_path_at(event, call, 2);
	put_raw_arg(event, call, 4);
}

GROWING_CALL(symlinkat)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_path_at(event, call, 1);
}

GROWING_CALL(mknod)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(mknodat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_raw_arg(event, call, 2);
	put_u32_arg(event, call, 3);
}

GROWING_CALL(chmod)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
}

FIXED_CALL(fchmod)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw_arg(event, call, 1);
}

GROWING_CALL(fchmodat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_raw_arg(event, call, 2);
}

#define RESULT_PATH_AND_OWNER(name)               \
	GROWING_CALL(name)                        \
	{                                         \
		put_result(event, call);          \
		put_text(event, arg(call, 0));    \
		put_u32_arg(event, call, 1);      \
		put_u32_arg(event, call, 2);      \
	}
RESULT_PATH_AND_OWNER(chown)
RESULT_PATH_AND_OWNER(lchown)

FIXED_CALL(fchown)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_u32_arg(event, call, 2);
}

GROWING_CALL(fchownat)
{
	put_result(event, call);
	put_path_at(event, call, 0);
	put_u32_arg(event, call, 2);
	put_u32_arg(event, call, 3);
	put_raw_arg(event, call, 4);
}

/* An old caller's magic number in the upper half is no flag. */
#define MOUNT_MAGIC 0xc0ed0000
#define MOUNT_MAGIC_MASK 0xffff0000

GROWING_CALL(mount)
{
	__u32 flags = arg(call, 3);
	if ((flags & MOUNT_MAGIC_MASK) == MOUNT_MAGIC)
		flags &= ~MOUNT_MAGIC_MASK;
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_text(event, arg(call, 1));
	put_text(event, arg(call, 2));
	put_raw(event, flags);
}

GROWING_CALL(umount2)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
}

GROWING_CALL(fsconfig)
{
	__u32 command = arg(call, 1);
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_raw(event, command);
	put_text(event, arg(call, 2));
	/* Commands: 1 a string, 2 bytes (as many as the last argument says), 3 and 4 a path. */
	if (call->ret >= 0 && command == 2)
		put_data(event, arg(call, 3), arg_int(call, 4));
	else
		put_empty(event);
	if (call->ret >= 0 && (command == 1 || command == 3 || command == 4))
		put_text(event, arg(call, 3));
	else
		put_empty(event);
	put_u32_arg(event, call, 4);
}
