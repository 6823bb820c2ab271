// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * What the host side decides before loading: constants to the verifier, so that a feature that is
 * off costs nothing. And what it may change, or read, while recording.
 */
#pragma once
#include "kernel.h"

/* Bytes of data kept of one read or write. */
const volatile __u32 snap_length = 80;
/* Thread groups that are never recorded (host numbering): the recorder, and who drives it. */
const volatile __u32 hidden_group_a = 0;
const volatile __u32 hidden_group_b = 0;
/* Record only marked tasks and their descendants. */
const volatile bool only_marked = false;
/* Mark tasks that are moved into a chosen cgroup. */
const volatile bool mark_by_cgroup = false;
/* Number of ring buffers (possible CPUs). */
const volatile __u32 ring_count = 1;
/* Format's code of each system call, by number. */
const volatile __u16 format_codes[SYSCALL_SLOTS] = {};
/* x86-64 number of each 32-bit system call; 0xffff where there is none. */
const volatile __u16 native_numbers[SYSCALL_SLOTS] = {};

/* Off until the machine is about to be listed, off again when the last event is taken. */
volatile bool recording = false;
/* The lists of the first file are made: those that follow are the next file's. */
volatile bool has_first_list = false;
/* The command's process until it runs the command: it is still the recorder. 0: there is none. */
volatile __u32 waiting_group = 0;
/* The recorder's process that looks into containers. 0: there is none. */
volatile __u32 looking_group = 0;
/* Filled by who_am_i. */
__u32 own_group = 0;
__u32 parent_group = 0;
