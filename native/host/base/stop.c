// SPDX-License-Identifier: Apache-2.0
/*
 * Being asked to stop. The first signal ends the recording in order; a second one cuts it short. Signals that
 * come within a moment are one: a terminal or timeout(1) may send the same to a whole group and to its leader.
 */
#define _GNU_SOURCE
#include "base/stop.h"
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"

#define ONE_MOMENT 300000000ULL /* ns */
/* An orderly end of what is cut short has so many seconds: a write may never return. */
#define LAST_CHANCE 1

static volatile sig_atomic_t is_stopping, is_cutting;
static volatile u64 first_signal; /* boot time */

static void interrupt(int number)
{
	(void)number;
	u64 now = boot_time();
	if (!first_signal)
		first_signal = now;
	/* An order to stop counts as the first one. */
	if (is_stopping && now - first_signal >= ONE_MOMENT) {
		is_cutting = true;
		alarm(LAST_CHANCE);
	}
	is_stopping = true;
}

static void give_up(int number)
{
	static const char TEXT[] = "tiercel-recorder: cut short: the file ends in the middle of what was being written\n";
	(void)number;
	if (!options->is_quiet && write(2, TEXT, sizeof(TEXT) - 1) < 0)
		_exit(130);
	_exit(130);
}

static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU};
/* The calls that they are about say so themselves. */
static const int IGNORED[] = {SIGPIPE, SIGXFSZ};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

void catch_signals(void)
{
	struct sigaction action = {.sa_handler = interrupt}, last = {.sa_handler = give_up}, before;
	for (size_t i = 0; i < COUNT(ENDING); i++) {
		/* nohup(1) asks for a recording that outlives the terminal. */
		bool is_kept = ENDING[i] == SIGHUP && !sigaction(SIGHUP, NULL, &before) && before.sa_handler == SIG_IGN;
		if (!is_kept)
			sigaction(ENDING[i], &action, NULL);
	}
	for (size_t i = 0; i < COUNT(IGNORED); i++)
		signal(IGNORED[i], SIG_IGN);
	sigaction(SIGALRM, &last, NULL);
}

void reset_signals(void)
{
	for (size_t i = 0; i < COUNT(IGNORED); i++)
		signal(IGNORED[i], SIG_DFL);
}

void ask_to_stop(void)
{
	if (!first_signal)
		first_signal = boot_time();
	is_stopping = true;
}

bool is_asked_to_stop(void)
{
	return is_stopping;
}

bool is_cut_short(void)
{
	return is_cutting;
}

bool is_front_end_gone(void)
{
	struct pollfd pipe = {options->control_fd, POLLRDHUP, 0};
	return options->control_fd >= 0 && poll(&pipe, 1, 0) > 0 && (pipe.revents & (POLLHUP | POLLRDHUP | POLLERR));
}
