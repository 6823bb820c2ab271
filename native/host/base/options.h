// SPDX-License-Identifier: Apache-2.0
/* What this recording is asked for: read once from the command line, then constant. */
#pragma once
#include "base/types.h"

enum compression { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD };

struct options {
	const char *path;
	double duration_seconds;  /* 0: until it is asked to stop */
	u64 max_events;           /* 0: no limit */
	u64 max_bytes;            /* 0: no limit; bytes on disk */
	u64 rotate_bytes;         /* 0: one file */
	u32 keep_files;           /* 0: all */
	u32 snap_length;
	u32 buffer_bytes;         /* per CPU, a power of two */
	const char *system_calls; /* comma-separated; NULL: all */
	bool is_all;              /* context switches and page faults too */
	bool is_only_command;
	const char *container;    /* id, or its beginning; NULL: the whole machine */
	enum compression compression;
	bool is_quiet;
	bool is_forced;           /* write over an existing file */
	int report_fd;            /* JSON lines for the front end, which drives this program; -1: text on stderr */
	int control_fd;           /* lines from the front end; -1: there is none */
	u32 hidden_pid;           /* another process whose calls are not recorded; 0: none */
	bool hides_parent;
	char **command;           /* NULL: none */
};
extern const struct options *const options;

/* To be called first. Ends the program where the command line is not understood. */
void read_options(int count, char **words);
/* Whether only a part of the machine is recorded, so that its lists are parts too. */
bool is_restricted(void);
