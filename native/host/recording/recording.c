// SPDX-License-Identifier: Apache-2.0
/*
 * The course of a recording: list the machine, then let events flow; drain by the clock, in the order of time, until
 * it is enough.
 */
#include "recording/recording.h"
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/options.h"
#include "base/report.h"
#include "base/stop.h"
#include "file/destination.h"
#include "file/rings.h"
#include "file/scap.h"
#include "file/totals.h"
#include "lists/descriptors.h"
#include "lists/machine.h"
#include "lists/processes.h"
#include "lists/strangers.h"
#include "recording/command.h"
#include "recording/control.h"
#include "recording/progress.h"
#include "recording/statement.h"
#include "registry/accounts.h"
#include "registry/containers.h"
#include "registry/unnamed.h"
#include "system/kernel.h"
#include "system/privileges.h"

#define DRAIN_EVERY (8 * MILLISECOND)
/* An event takes microseconds from its time to its buffer; a stolen CPU can make that milliseconds. */
#define SETTLING (6 * MILLISECOND)
#define FLUSH_EVERY (250 * MILLISECOND)
#define REPORT_EVERY (500 * MILLISECOND)

static u64 horizon; /* boot time up to which events are in the file; 0: none yet */

static u64 last_horizon(void)
{
	return horizon ? horizon : boot_time();
}

static enum verdict judge_event(const u8 *event, u32 size)
{
	if (is_of_unnamed_container(event, size))
		return HOLD;
	return is_of_stranger(event, size) ? LEAVE_OUT : TAKE;
}

static void rest(u64 nanoseconds)
{
	struct timespec time = {0, nanoseconds}; /* less when a signal comes */
	nanosleep(&time, NULL);
}

static void note_process(const u8 *cgroups, u32 size, u64 pid)
{
	note_listed_process(cgroups, size, pid, last_horizon());
}

/* What stands before the events of the next file, as it is now. */
static void list_machine(void)
{
	begin_head();
	write_machine();
	write_interfaces();
	write_processes(note_process);
	write_descriptors();
	write_users();
	end_head();
}

static void claim_next_file(void)
{
	begin_head();
	write_statement(file_number() + 1);
	write_containers(last_horizon());
	end_head();
	claim_file();
}

/* Why recording is over; NULL while it is not. */
static const char *reason_to_stop(u64 began)
{
	if (is_asked_to_stop())
		return "interrupted";
	if (is_recording_abandoned())
		return "its front end is gone";
	if (is_file_lost())
		return "the file is lost";
	if (is_reader_gone())
		return "nobody reads it any longer";
	if (is_command_over())
		return "the command ended";
	if (options->duration_seconds > 0 && boot_time() - began >= options->duration_seconds * 1e9)
		return "the duration is over";
	if (options->max_events && totals.events >= options->max_events)
		return "that many events were asked for";
	if (options->max_bytes && totals.bytes + file_bytes() >= options->max_bytes)
		return "the file has its size";
	return NULL;
}

/*
 * The next file begins at the moment of its lists: so what the lists do not have any more has no
 * events in it, but for what ended while they were made.
 */
static void rotate(void)
{
	list_early();
	u64 cut = boot_time();
	list_machine();
	rest(SETTLING);
	horizon = drain_until(cut, judge_event);
	close_file();
	/* What is lost does not go on in the next one. */
	if (is_file_lost())
		return;
	claim_next_file();
	begin_file();
}

const char *record(void)
{
	u64 began = boot_time(), flushed = began, reported = began;
	const char *reason;
	while (!(reason = reason_to_stop(began))) {
		rest(DRAIN_EVERY);
		u64 now = boot_time();
		/* First: what the driver told before an event stands before it. */
		read_control(last_horizon());
		horizon = drain_until(now - SETTLING, judge_event);
		look_for_accounts(last_horizon());
		if (options->rotate_bytes && file_bytes() >= rotation_limit())
			rotate();
		if (now - flushed >= FLUSH_EVERY) {
			flush_file();
			look_after_file();
			flushed = now;
		}
		if (now - reported >= REPORT_EVERY) {
			report_progress();
			reported = now;
		}
	}
	return reason;
}

/* What was going on when it was enough still belongs to the capture, after the names that it waits for. */
static void drain_rest(void)
{
	u64 end = boot_time() + 1000 * MILLISECOND;
	stop_recording();
	rest(SETTLING);
	for (int i = 0; i < 10 && !is_cut_short() && !is_file_lost();) {
		horizon = drain_until(end, judge_event);
		if (horizon == end)
			i++;
		else
			read_control(last_horizon());
		rest(MILLISECOND);
	}
	if (is_cut_short())
		give_up_rings(horizon);
}

static void note_running_command(void)
{
	if (running_command())
		notice("the command goes on, without being recorded: process %d", running_command());
}

/* The file is claimed, and the command runs; or neither. */
static void start_file_and_command(void)
{
	static const struct error CANNOT = {"RECORD_COMMAND", "The command cannot be run", "check its name and permissions"};
	static const struct error ABANDONED = {"RECORD_ABANDONED", "The recording was not begun", "start it again"};
	claim_next_file();
	drop_privileges();
	if (is_front_end_gone()) {
		abandon_file();
		fail(&ABANDONED, "the program that asked for it is gone");
	}
	/* Whoever stops it that early gets a file without events. */
	if (is_asked_to_stop()) {
		cancel_command();
		begin_file();
		return;
	}
	int why = start_command();
	if (why) {
		abandon_file();
		fail(&CANNOT, "%s: %s", options->command[0], strerror(why));
	}
	before_failure(note_running_command);
	begin_file();
}

void begin_recording(void)
{
	list_early();
	start_recording();
	list_machine();
	end_first_list();
	end_of_first_lists();
	start_file_and_command();
	report_start();
}

void end_recording(void)
{
	drain_rest();
	close_file();
	if (is_file_lost())
		fail_for_lost_file(totals.events);
}
