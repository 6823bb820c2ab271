// SPDX-License-Identifier: Apache-2.0
/* The kernel side: loading, settings, counters, lists. */
#pragma once
#include "base/types.h"

struct losses {
	u64 buffer_full;
	u64 scratch;
	u64 first; /* boot time in ns of the first one; 0: none */
	u64 last;
};
void load_kernel_side(void);
void start_recording(void);
/* The lists of the first file are complete. */
void end_first_list(void);
void stop_recording(void);
void unload_kernel_side(void);
/* Keeps its answer once the kernel side is gone. */
void read_losses(struct losses *losses);
int ring_fd(u32 cpu);
u32 ring_total(void);
int open_task_list(void);
int open_file_list(void);
void mark_process(int pid);
void mark_cgroup(u64 hierarchy, u64 id);
/* Processes of the recorder's own that are not recorded, by our numbers; 0: there is none. */
void hide_processes(u64 command_pid, u64 looker_pid);
/* While listing: the host's number of a process that we know by ours, which may be one of the hidden ones. */
void note_reader_pid(u64 ours, u64 hosts);
