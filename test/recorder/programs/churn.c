/*
 * Makes processes without a pause until it is told to stop (SIGTERM): each opens a file, reads it, closes it and
 * ends. Beside them one process holds a file open and reads it again and again.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int is_over;

static void stop(int number)
{
	(void)number;
	is_over = 1;
}

static void read_one(void)
{
	char byte;
	int fd = open("/etc/passwd", O_RDONLY);
	if (read(fd, &byte, 1) != 1)
		_exit(1);
	close(fd);
	_exit(0);
}

int main(void)
{
	signal(SIGTERM, stop);
	pid_t holder = fork();
	if (!holder) {
		char byte;
		int fd = open("/etc/group", O_RDONLY);
		while (!is_over)
			if (pread(fd, &byte, 1, 0) != 1)
				_exit(1);
		_exit(0);
	}
	while (!is_over) {
		pid_t child = fork();
		if (!child)
			read_one();
		waitpid(child, NULL, 0);
	}
	kill(holder, SIGTERM);
	waitpid(holder, NULL, 0);
	return 0;
}
