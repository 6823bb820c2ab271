/*
 * Makes system calls as fast as it can for some seconds: `storm KIND SECONDS`. Says how many it made, and
 * how much processor time one took (user and system), in nanoseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double clock_of(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **words)
{
	const char *kind = count > 1 ? words[1] : "mix";
	double seconds = count > 2 ? atof(words[2]) : 1, end = clock_of(CLOCK_MONOTONIC) + seconds;
	double before = clock_of(CLOCK_PROCESS_CPUTIME_ID);
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
	char data[64];
	struct stat status;
	long calls = 0;
	while (clock_of(CLOCK_MONOTONIC) < end) {
		for (int i = 0; i < 200; i++) {
			if (!strcmp(kind, "getppid")) {
				syscall(SYS_getppid);
				calls++;
			} else if (!strcmp(kind, "read")) {
				syscall(SYS_read, zero, data, 16);
				calls++;
			} else if (!strcmp(kind, "write")) {
				syscall(SYS_write, null, data, 16);
				calls++;
			} else if (!strcmp(kind, "lseek")) {
				syscall(SYS_lseek, null, 0, 0);
				calls++;
			} else if (!strcmp(kind, "stat")) {
				syscall(SYS_stat, "/etc/passwd", &status);
				calls++;
			} else if (!strcmp(kind, "open")) {
				syscall(SYS_close, syscall(SYS_open, "/etc/passwd", O_RDONLY));
				calls += 2;
			} else {
				int fd = syscall(SYS_open, "/etc/passwd", O_RDONLY);
				syscall(SYS_read, fd, data, 32);
				syscall(SYS_fstat, fd, &status);
				syscall(SYS_lseek, fd, 0, 0);
				syscall(SYS_close, fd);
				syscall(SYS_write, null, data, 20);
				syscall(SYS_getppid);
				calls += 7;
			}
		}
	}
	printf("%ld calls, %.0f ns each\n", calls, (clock_of(CLOCK_PROCESS_CPUTIME_ID) - before) / calls * 1e9);
	return 0;
}
