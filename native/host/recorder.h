// SPDX-License-Identifier: Apache-2.0
/*
 * What the parts of the recorder's host side share: options, errors, the loaded kernel side, the
 * file being written. One recording is one process, so there is one of each.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t i64;

/* Numbers of tasks are below it, on 64-bit machines. */
#define PID_LIMIT (4 << 20)
/* cpu:u16 time:u64 tid:u64 length:u32 code:u16 parameters:u32, in front of an event's parameter lengths. */
#define HEADER_SIZE 28

enum compression { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD };

struct options {
	const char *path;
	double duration_seconds;  /* 0: until told to stop */
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
	bool is_forced;           /* write over a file that is there */
	int report_fd;            /* JSON lines for the program that drives this one; -1: text on stderr */
	int control_fd;           /* lines from that program; -1: none */
	u32 hidden_pid;           /* another process whose calls are not recorded; 0: none */
	bool hides_parent;
	char **command;           /* NULL: none */
};
extern struct options options;

void read_options(int count, char **words);

/* report.c: what the outside is told. An error ends the program. */
struct error {
	const char *code; /* RECORD_..., never changes meaning */
	const char *what;
	const char *fix;
};
void fail(const struct error *error, const char *why, ...) __attribute__((noreturn, format(printf, 2, 3)));
void notice(const char *text, ...) __attribute__((format(printf, 1, 2)));
/* From now on nothing is lost. */
void report_start(void);
void report_progress(void);
/* Ask the driving program for a container; `id` are 64 digits. */
void ask_for_container(const char *id);
void report_summary(const char *reason);
/* Called once before an error ends the program: what is still worth knowing then. */
void before_failure(void (*hook)(void));
/* Adds text to a line of JSON of `size` bytes, escaped; what has no room is left out. */
void append_json(char *line, size_t size, const char *text);

/* stop.c: being asked to stop, by a signal, by the front end, or by its end. */
void catch_signals(void);
/* For a process that becomes another program. */
void reset_signals(void);
void ask_to_stop(void);
bool is_asked_to_stop(void);
/* A second signal, some time after the first: whatever has not been written stays unwritten. */
bool is_cut_short(void);
/* The front end closed its end of the control pipe, by will or because it died. False where there is none. */
bool is_front_end_gone(void);

/* privileges.c */
void check_privileges(void);
void drop_privileges(void);
/* For a process that only reads other processes' files; its other rights are gone then. */
bool keep_rights_to_look(void);

/* kernel.c: the kernel side. */
struct losses {
	u64 buffer_full;
	u64 scratch;
	u64 first; /* boot time in ns of the first one since the last look; 0: none */
	u64 last;
};
void load_kernel_side(void);
void start_recording(void);
/* To be told when the lists of the first file are made. */
void end_first_list(void);
void stop_recording(void);
void unload_kernel_side(void);
void read_losses(struct losses *losses);
int ring_fd(u32 cpu);
u32 ring_total(void);
int open_task_list(void);
int open_file_list(void);
void mark_process(int pid);
void mark_cgroup(u64 hierarchy, u64 id);
/* While listing: the host's number of a process that we know by ours, which may be one of the recorder's. */
void note_reader_pid(u64 ours, u64 hosts);

/* clock.c: event times are boot time in the kernel, time of day in the file. */
u64 boot_time(void);
u64 time_of_day(u64 boot_nanoseconds);

/* drain.c: events of all CPUs, in order, up to a moment of boot time. */
/* Everything written, by all files of a rotation; files under way are in `files`, their bytes in file_bytes(). */
struct totals {
	u64 events;
	u64 bytes;
	u64 lost;
	u32 files;
	/* Of these, what went with the files that a rotation removed. */
	struct removed {
		u64 events;
		u64 bytes;
		u32 files;
	} removed;
};
extern struct totals totals;
void open_rings(void);
/* Returns up to when the file is complete now: `horizon`, or the time of an event that is held. */
u64 drain_until(u64 horizon);
/* Whether a buffer is half full: nothing may be held any longer. */
bool are_rings_filling(void);

/* strangers.c: tasks that the first lists came too late for. `listed`: by the host's number. */
void know_tasks(const u8 *listed);
void end_of_first_lists(void);
/* Whether an event is of such a task. To be asked of each event, in their order. */
bool is_of_stranger(const u8 *event, u32 size);

/* translate.c: an event as the kernel side stored it -> as the format has it. Returns its size. */
void prepare_translations(void);
u32 translate_event(const u8 *from, u32 size, u8 *to);

/* scap.c: the file. */
/* What stands before the events of the next file, as it is now. */
void list_machine(void);
/* Takes the name of the next file; what is there already stays as it is until begin_file. */
void claim_file(void);
/* Nothing comes of the claimed file: one that was made for it is removed. */
void abandon_file(void);
void begin_file(void);
void close_file(void);
/* Notices, once, when the file was removed, renamed or changed by somebody else. To be asked now and then. */
void look_after_file(void);
/* It was, or cannot be written: nothing more goes into it, and recording is over. */
bool is_file_lost(void);
/* Ends the program with the reason. */
void fail_for_lost_file(void) __attribute__((noreturn));
/* What is written goes into a pipe that nobody reads any longer. */
bool is_reader_gone(void);
/* At what size of it the next file begins. */
u64 rotation_limit(void);
void flush_file(void);
u64 file_bytes(void);
void write_block(u32 type, const void *body, u32 size);
void write_event(const u8 *body, u32 size);
/* An event of the recorder's own: parameters one behind the other, their lengths beside. */
struct parameter {
	const void *bytes;
	u32 size;
};
void write_record(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count);
/* The same, counted among the events that were recorded. */
void write_made_event(u16 code, u64 boot_nanoseconds, const struct parameter *parameters, u32 count);

/* machine.c, processes.c, descriptors.c: what stands before the events of each file. */
void write_machine(void);
void write_interfaces(void);
void write_users(void);
/* Processes and descriptors as they are now; what is gone when the machine is listed is listed too. */
void list_early(void);
void list_early_descriptors(void);
void write_processes(void);
void write_descriptors(void);
void choose_container(void);
u32 translate_open_flags(u32 flags);
bool is_listed_user(u32 uid);
bool is_listed_group(u32 gid);

/* containers.c: lines from the driving program. */
void read_control(void);
/* The front end went away. */
bool is_recording_abandoned(void);
void write_containers(void);
/* A process that is recorded is in it. */
void need_container(const char *id, size_t length, u64 when);
void await_begin(void);
/* Boot time up to which events are in the file. */
u64 last_horizon(void);

/* accounts.c: users that containers have of their own; `id`: 64 digits. */
/* The driving program told of the container: so its users are worth reading. */
void expect_accounts(const char *id, size_t length);
/* A process (by the number that /proc has) is in the container; true if that told its users. */
bool learn_accounts(const char *id, u64 pid);
/* Look again at processes that were on their way into a container. */
void look_for_accounts(void);
void write_accounts(const char *id, u64 when);
void write_all_accounts(u64 when);

/* looker.c: the process that looks into containers. To be started before there is anything that it should not have. */
void start_looker(void);
void stop_looker(void);
int looker_pid(void);

/* unnamed.c: events of containers that the driving program has not told of. */
bool is_of_unnamed_container(const u8 *event, u32 size);
/* A listed process with these control groups; `pid` as /proc has it. */
void note_listed_process(const u8 *cgroups, u32 size, u64 pid);
/* It told of it, or said that it cannot. */
void settle_container(const char *id, size_t length);

/* command.c */
void prepare_command(void);
int command_pid(void);
/* Returns why it cannot be run, as errno has it; 0 if it runs. */
int start_command(void);
/* Its process is not to become the command; there is none then. */
void cancel_command(void);
bool is_command_over(void);
/* Process id of the command while it runs; 0 when it ended, or there is none. */
int running_command(void);
int command_status(void);

/* statement.c: what this recording leaves out, as the capture says it. */
void write_statement(u32 file_number);
