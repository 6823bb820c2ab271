/*
 * Enters a control group: `enter self GROUP` with two threads, the first of which moves the whole process when the
 * second has its name;
 * `enter child GROUP` makes a child right in it. Whoever is in the group says so by an lseek of descriptor 77.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int named[2], moved[2];

static void *other(void *unused)
{
	char byte;
	prctl(PR_SET_NAME, "other");
	if (write(named[1], "!", 1) == 1 && read(moved[0], &byte, 1) == 1)
		lseek(77, 0, SEEK_SET);
	return unused;
}

int main(int count, char **words)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/cgroup.procs", words[2]);
	if (!strcmp(words[1], "self")) {
		pthread_t thread;
		char byte;
		int group = open(path, O_WRONLY);
		if (pipe(named) || pipe(moved) || pthread_create(&thread, NULL, other, NULL) || read(named[0], &byte, 1) != 1)
			return 1;
		dprintf(group, "%d", getpid());
		lseek(77, 0, SEEK_SET);
		if (write(moved[1], "!", 1) != 1)
			return 1;
		pthread_join(thread, NULL);
	} else {
		struct clone_args arguments = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD,
					       .cgroup = open(words[2], O_RDONLY | O_DIRECTORY)};
		long child = syscall(SYS_clone3, &arguments, sizeof(arguments));
		if (child < 0)
			return 1;
		lseek(77, 0, SEEK_SET);
		if (child)
			wait(NULL);
	}
	return 0;
}
