/*
 * Stands in a container whose /etc never answers: `silent FOLDER GROUP` mounts a file system there whose server takes
 * every question and answers none, so that who asked cannot even be killed; makes the folder its root, enters the
 * control group, makes a child, says so, and waits.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void take_questions(int server)
{
	static char question[1 << 17];
	struct fuse_in_header *head = (void *)question;
	struct {
		struct fuse_out_header head;
		struct fuse_init_out init;
	} answer = {{sizeof(answer)}, {FUSE_KERNEL_VERSION, 31, .max_write = 4096}};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(server, question, sizeof(question)) > 0) {
		answer.head.unique = head->unique;
		if (head->opcode == FUSE_INIT && write(server, &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	_exit(1);
}

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
	if (!fork())
		take_questions(server);
	close(server);
	dprintf(group, "%d", getpid());
	if (!fork())
		_exit(0);
	puts("in");
	fflush(stdout);
	pause();
	return 0;
}
