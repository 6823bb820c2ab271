// SPDX-License-Identifier: Apache-2.0
/*
 * The command that is recorded: its process is made early and waits, so that it can be marked and
 * listed; then it becomes the calling user without the recorder's privileges, and runs the command.
 * Under sudo the calling user is the one who called sudo.
 */
#define _GNU_SOURCE
#include "recording/command.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/options.h"
#include "base/report.h"
#include "base/stop.h"

static pid_t command;
static int go[2], refused[2];
static bool is_over;
static int status;

/* In the child: the recorder learns why the command does not run. */
static void refuse(void)
{
	int why = errno;
	if (write(refused[1], &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

/* Like initgroups, from the file itself: a static program cannot load other name services. */
static void join_groups(const char *name, gid_t first)
{
	gid_t groups[256] = {first};
	size_t count = 1;
	FILE *file = fopen("/etc/group", "re");
	struct group *group;
	while (file && name && count < 256 && (group = fgetgrent(file)))
		for (char **member = group->gr_mem; *member; member++)
			if (!strcmp(*member, name) && count < 256)
				groups[count++] = group->gr_gid;
	if (file)
		fclose(file);
	if (setgroups(count, groups))
		refuse();
}

static void drop_to_caller(void)
{
	const char *sudo_user = getenv("SUDO_UID"), *sudo_group = getenv("SUDO_GID"), *name = getenv("SUDO_USER");
	uid_t user = getuid();
	gid_t group = getgid();
	if (!user && sudo_user && sudo_group) {
		user = atoi(sudo_user);
		group = atoi(sudo_group);
		join_groups(name, group);
	}
	if (setresgid(group, group, group) || setresuid(user, user, user))
		refuse();
	if (user) {
		struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
		struct __user_cap_data_struct none[2] = {};
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
		syscall(SYS_capset, &header, none);
	}
}

static void run_command(void)
{
	char byte;
	close(go[1]);
	close(refused[0]);
	if (read(go[0], &byte, 1) != 1)
		_exit(0);
	close(go[0]);
	reset_signals();
	drop_to_caller();
	execvp(options->command[0], options->command);
	refuse();
}

void prepare_command(void)
{
	static const struct error CANNOT = {"RECORD_COMMAND", "The command cannot be run", "check its name and permissions"};
	if (!options->command)
		return;
	if (pipe2(go, O_CLOEXEC) || pipe2(refused, O_CLOEXEC))
		fail(&CANNOT, "pipe: %m");
	command = fork();
	if (command < 0)
		fail(&CANNOT, "fork: %m");
	if (!command)
		run_command();
	close(go[0]);
	close(refused[1]);
}

int command_pid(void)
{
	return command;
}

int start_command(void)
{
	int why = 0;
	ssize_t got;
	if (!command)
		return 0;
	if (write(go[1], "!", 1) != 1)
		return errno;
	close(go[1]);
	/* Closed without a word: execve worked. */
	while ((got = read(refused[0], &why, sizeof(why))) < 0 && errno == EINTR)
		;
	close(refused[0]);
	return got == sizeof(why) ? why : 0;
}

void cancel_command(void)
{
	if (!command)
		return;
	close(go[1]);
	waitpid(command, NULL, 0);
	command = 0;
}

bool is_command_over(void)
{
	if (command && !is_over && waitpid(command, &status, WNOHANG) == command)
		is_over = true;
	return is_over;
}

int running_command(void)
{
	return command && !is_command_over() ? command : 0;
}

int command_status(void)
{
	if (!is_over)
		return 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
