// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* The machine itself: kernel modules, BPF, keys, quotas, System V semaphores. */
#include "call.h"
#include "../store/text.h"

FIXED_CALL(bpf)
{
	put_result(event, call);
	put_raw_arg(event, call, 0);
}

GROWING_CALL(init_module)
{
	put_result(event, call);
	put_data(event, arg(call, 0), (__s64)arg(call, 1));
	put_u64_arg(event, call, 1);
	put_text(event, arg(call, 2));
}

GROWING_CALL(finit_module)
{
	put_result(event, call);
	put_fd_arg(event, call, 0);
	put_text(event, arg(call, 1));
	put_raw_arg(event, call, 2);
}

GROWING_CALL(delete_module)
{
	put_result(event, call);
	put_text(event, arg(call, 0));
	put_raw_arg(event, call, 1);
}

/* Which of keyctl's arguments 2 to 5 each operation has: N a number, T a text, . none. */
#define ARGUMENT_KINDS 64
static const char KEYCTL_ARGUMENTS[ARGUMENT_KINDS][5] = {
	"NN..", "T...", "NNN.", "N...", "NNN.", "NN..", "NNN.", "N...", "NN..", "NN..", "NTTN",
	"NNN.", "NNNN", "NNN.", "N...", "NN..", "N...", "NNN.", "....", "NNNN", "NNNN", "N...",
	"NN..", "NNNN", "NNT.", "NTNN", "NTNN", "NTNN", "NTNN", "NTT.", "NNNN", "NN..", "NNN.",
};
#define KEY_NUMBER 0
#define KEY_TEXT 1

INLINE void put_key_argument(struct event *event, char kind, __u64 value)
{
	__u32 begin = event->at;
	append_u8(event, kind == 'T' ? KEY_TEXT : KEY_NUMBER);
	if (kind == 'T')
		append_user_text(event, value, MAX_TEXT);
	else
		append_u64(event, kind == 'N' ? value : 0);
	put_length(event, event->at - begin);
}

GROWING_CALL(keyctl)
{
	__u32 operation = arg(call, 0);
	const char *kinds = KEYCTL_ARGUMENTS[BOUNDED(operation, ARGUMENT_KINDS - 1)];
	put_result(event, call);
	put_raw(event, operation);
	for (int i = 0; i < 4; i++) {
		char kind = operation < ARGUMENT_KINDS ? kinds[i] : '.';
		put_key_argument(event, kind, arg(call, i + 1));
	}
}

FIXED_CALL(semget)
{
	put_result(event, call);
	put_u32_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_raw_arg(event, call, 2);
}

FIXED_CALL(semop)
{
	struct sembuf operations[2] = {};
	__u32 count = arg(call, 2);
	if (!call->ret && count)
		bpf_probe_read_user(operations, count > 1 ? sizeof(operations) : sizeof(operations[0]),
				    (void *)arg(call, 1));
	put_result(event, call);
	put_u32(event, count);
	for (int i = 0; i < 2; i++) {
		put_u16(event, operations[i].sem_num);
		put_u16(event, operations[i].sem_op);
		put_raw(event, (__u16)operations[i].sem_flg);
	}
	put_u32_arg(event, call, 0);
}

#define SETVAL_COMMAND 16

FIXED_CALL(semctl)
{
	__u32 command = arg(call, 2);
	put_result(event, call);
	put_u32_arg(event, call, 0);
	put_u32_arg(event, call, 1);
	put_raw(event, command);
	put_u32(event, command == SETVAL_COMMAND ? arg(call, 3) : 0);
}

/* quotactl's commands, and what of struct if_dqblk and if_dqinfo is valid. */
#define Q_GETFMT 0x800004
#define Q_GETINFO 0x800005
#define Q_SETINFO 0x800006
#define Q_GETQUOTA 0x800007
#define Q_SETQUOTA 0x800008
#define Q_QUOTAON 0x800002
#define Q_XGETQUOTA 0x5803
#define Q_XSETQLIM 0x5804

GROWING_CALL(quotactl)
{
	__u32 whole = arg(call, 0), command = whole >> 8, id = arg(call, 2), format = 0;
	__u64 address = arg(call, 3);
	struct if_dqblk block = {};
	struct if_dqinfo info = {};
	if (command == Q_GETQUOTA || command == Q_SETQUOTA)
		bpf_probe_read_user(&block, sizeof(block), (void *)address);
	if (command == Q_GETINFO || command == Q_SETINFO)
		bpf_probe_read_user(&info, sizeof(info), (void *)address);
	if (command == Q_GETFMT)
		bpf_probe_read_user(&format, sizeof(format), (void *)address);
	bool has_blocks = block.dqb_valid & 1, has_space = block.dqb_valid & 2,
	     has_inodes = block.dqb_valid & 4, has_block_time = block.dqb_valid & 16,
	     has_inode_time = block.dqb_valid & 32;
	put_result(event, call);
	put_text(event, arg(call, 1));
	if (command == Q_QUOTAON)
		put_text(event, address);
	else
		put_empty(event);
	put_u64(event, has_blocks ? block.dqb_bhardlimit : 0);
	put_u64(event, has_blocks ? block.dqb_bsoftlimit : 0);
	put_u64(event, has_space ? block.dqb_curspace : 0);
	put_u64(event, has_inodes ? block.dqb_ihardlimit : 0);
	put_u64(event, has_inodes ? block.dqb_isoftlimit : 0);
	put_u64(event, has_block_time ? block.dqb_btime : 0);
	put_u64(event, has_inode_time ? block.dqb_itime : 0);
	put_u64(event, info.dqi_valid & 1 ? info.dqi_bgrace : 0);
	put_u64(event, info.dqi_valid & 2 ? info.dqi_igrace : 0);
	put_raw(event, info.dqi_valid & 4 ? info.dqi_flags : 0);
	put_raw(event, format);
	put_raw(event, command);
	put_raw(event, whole & 0xff);
	bool has_id = command == Q_GETQUOTA || command == Q_SETQUOTA || command == Q_XGETQUOTA ||
		      command == Q_XSETQLIM;
	put_u32(event, has_id ? id : 0);
	put_raw(event, command == Q_QUOTAON ? id : 0);
}
