/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the kernel side and the host side hand each other, defined once: the header of an event, the rows of the
 * lists, the counters of losses. Both include generated events.h for codes and parameters.
 */
#pragma once
#if !defined(__bpf__)
#include <linux/types.h>
#endif
#include "events.h"

/*
 * In front of an event's parameter lengths (u16 each) and its parameters: the body of an event block of the file, so
 * that the host side copies and does not encode. Offsets in bytes; nothing is aligned.
 */
#define HEADER_CPU 0     /* u16 */
#define HEADER_TIME 2    /* u64: boot time; the host side makes it a time of day */
#define HEADER_TID 10    /* u64 */
#define HEADER_LENGTH 18 /* u32: without the first two bytes; the host side fills it in */
#define HEADER_CODE 22   /* u16 */
#define HEADER_COUNT 24  /* u32: parameters */
#define HEADER_SIZE 28

/* Why events were lost. Monotonic, per CPU; the host side sums up. */
struct counters {
	__u64 lost_buffer_full;
	__u64 lost_scratch;
	__u64 first_loss; /* boot time; 0: none */
	__u64 last_loss;
};

/* A row of the list of tasks: the parameters of execve, and these. */
enum task_row {
	TASK_READER_TID = PARAMS_execve, /* as the reader of /proc counts */
	TASK_READER_PID,
	TASK_SID,
	TASK_VTID,
	TASK_VPID,
	TASK_NAMESPACE_START, /* boot time at which its pid namespace began */
	TASK_ROW_PARAMS,
};

/* A row of the list of descriptors. */
enum file_row {
	FILE_TGID,
	FILE_FD,
	FILE_FLAGS,
	FILE_DEVICE,
	FILE_INODE,
	FILE_MODE,
	FILE_PATH,
	FILE_TUPLE,
	FILE_PROTOCOL,
	FILE_STATE, /* of a socket: is it listening */
	FILE_NAME,  /* of a unix socket: its own path */
	FILE_ROW_PARAMS,
};
#define FILE_ROW 1 /* the code of such a row */
