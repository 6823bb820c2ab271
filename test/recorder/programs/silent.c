/*
 * Stands in a container whose /etc never answers: `silent FOLDER GROUP` mounts a file system there that nobody
 * serves, makes the folder its root, enters the control group, makes a child, says so, and waits.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **words)
{
	char etc[4096], options[128], procs[4096];
	int server = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(etc, sizeof(etc), "%s/etc", words[1]);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", words[2]);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", server);
	int group = open(procs, O_WRONLY | O_CLOEXEC);
	mkdir(etc, 0755);
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("silent", etc, "fuse", 0, options) || chroot(words[1]) || chdir("/"))
		return 1;
	dprintf(group, "%d", getpid());
	if (!fork())
		_exit(0);
	puts("in");
	fflush(stdout);
	pause();
	return 0;
}
