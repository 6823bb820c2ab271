// SPDX-License-Identifier: Apache-2.0
/*
 * The process that looks into containers, with two capabilities and no descriptor of the recorder's. A process, not a
 * thread: a file system that takes a question and never answers makes its reader unkillable, and the recorder must end
 * all the same. Each look is a thread in there; what it sees lies in memory that both share.
 */
#define _GNU_SOURCE
#include "system/looker.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"
#include "base/report.h"
#include "system/privileges.h"

#define LOOKS 4
#define CHANNEL 3

/* Shared; whose turn it is says the channel. */
struct look_job {
	u64 pid;
	char id[65];
	bool is_seen;
	struct inside inside;
};
static struct look_job *jobs;

/* ----- in the looker ----- */

static void *look(void *argument)
{
	struct look_job *job = argument;
	u8 number = job - jobs;
	job->is_seen = read_inside(job->pid, job->id, &job->inside);
	send(CHANNEL, &number, 1, MSG_NOSIGNAL);
	return NULL;
}

static void begin_thread(u8 number)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, look, &jobs[number]))
		send(CHANNEL, &number, 1, MSG_NOSIGNAL);
	else
		pthread_detach(thread);
}

/* Ends when the recorder does, whose signals from the terminal are not for it. */
static void serve(int channel)
{
	static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	u8 number;
	for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++)
		signal(SIGNALS[i], SIG_IGN);
	/* As the recorder itself will be: a busy machine must not make names late. */
	setpriority(PRIO_PROCESS, 0, -10);
	/* The channel is none of the first four then, whatever was open. */
	channel = fcntl(channel, F_DUPFD, CHANNEL + 1);
	int nothing = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < CHANNEL; fd++)
		if (dup2(nothing, fd) < 0)
			_exit(1);
	if (dup2(channel, CHANNEL) < 0 || syscall(SYS_close_range, CHANNEL + 1, ~0U, 0) || chdir("/") ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !keep_rights_to_look())
		_exit(1);
	prctl(PR_SET_NAME, "tiercel-looker");
	while (recv(CHANNEL, &number, 1, 0) == 1)
		begin_thread(number);
	_exit(0);
}

/* ----- in the recorder ----- */

enum state { FREE, UNDER_WAY, OVER, LEFT_ALONE };
static enum state states[LOOKS];
static int channel = -1;
static pid_t looker;

void start_looker(void)
{
	int ends[2];
	/* Only containers that a driver reports are looked into. */
	if (options->control_fd < 0)
		return;
	jobs = mmap(NULL, LOOKS * sizeof(*jobs), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (jobs == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return;
	looker = fork();
	if (!looker)
		serve(ends[1]);
	close(ends[1]);
	channel = ends[0];
}

int looker_pid(void)
{
	return looker > 0 ? looker : 0;
}

void stop_looker(void)
{
	if (looker <= 0)
		return;
	close(channel);
	channel = -1;
	kill(looker, SIGKILL);
	/* Normally it is gone at once; one that nothing can kill is left to init. */
	for (int i = 0; i < 50 && !waitpid(looker, NULL, WNOHANG); i++)
		nanosleep(&(struct timespec){0, MILLISECOND}, NULL);
}

static void take_answer(int timeout_ms)
{
	struct pollfd ready = {channel, POLLIN, 0};
	u8 number;
	if (poll(&ready, 1, timeout_ms) <= 0)
		return;
	if (recv(channel, &number, 1, 0) != 1) {
		close(channel);
		channel = -1;
		notice("names of users in containers are not known from now on: the process that reads them ended");
	} else if (number < LOOKS) {
		states[number] = states[number] == UNDER_WAY ? OVER : FREE;
	}
}

static int find_free(void)
{
	for (int i = 0; i < LOOKS; i++)
		if (states[i] == FREE)
			return i;
	return -1;
}

int begin_look(u64 pid, const char *id)
{
	int number = find_free();
	/* One that was left alone may be over at last. */
	if (number < 0 && channel >= 0)
		take_answer(0);
	if (number < 0)
		number = find_free();
	if (number < 0 || channel < 0)
		return -1;
	struct look_job *job = &jobs[number];
	*job->inside.passwd = *job->inside.group = 0;
	job->pid = pid;
	job->is_seen = false;
	snprintf(job->id, sizeof(job->id), "%.64s", id);
	u8 question = number;
	if (send(channel, &question, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		return -1;
	states[number] = UNDER_WAY;
	return number;
}

enum look await_look(int number, u64 *patience, bool (*is_urgent)(void), struct inside **inside)
{
	u64 began = boot_time(), took = 0;
	take_answer(0);
	while (states[number] == UNDER_WAY && channel >= 0 && took < *patience && !is_urgent()) {
		take_answer(5);
		took = boot_time() - began;
	}
	*patience -= took < *patience ? took : *patience;
	if (states[number] == UNDER_WAY)
		return channel < 0 ? LOOK_NOT_YET : LOOK_PENDING;
	struct look_job *job = &jobs[number];
	*inside = &job->inside;
	job->inside.passwd[INSIDE_FILE - 1] = job->inside.group[INSIDE_FILE - 1] = 0;
	job->inside.uid_map[INSIDE_MAP - 1] = job->inside.gid_map[INSIDE_MAP - 1] = 0;
	return job->is_seen ? LOOK_DONE : LOOK_NOT_YET;
}

void end_look(int number)
{
	states[number] = states[number] == UNDER_WAY ? LEFT_ALONE : FREE;
}
