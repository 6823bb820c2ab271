/*
 * Makes system calls as fast as it can for some seconds: `storm KIND SECONDS`. Says how many it made, and
 * how much processor time one took (user and system), in nanoseconds. `openat` and `close` are measured apart, by
 * many of one after many of the other; `execve` starts this program again and again, a small static one then.
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

static double now_of_process(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void report(long calls, double seconds)
{
	printf("%ld calls, %.0f ns each\n", calls, seconds / calls * 1e9);
}

#define BATCH 200

/* Many are opened, then closed: the time of each kind by itself. */
static int storm_of_files(const char *kind, double end)
{
	int files[BATCH];
	double opening = 0, closing = 0;
	long calls = 0;
	for (; clock_of(CLOCK_MONOTONIC) < end; calls += BATCH) {
		double begin = now_of_process();
		for (int i = 0; i < BATCH; i++)
			files[i] = syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
		double between = now_of_process();
		for (int i = 0; i < BATCH; i++)
			syscall(SYS_close, files[i]);
		opening += between - begin;
		closing += now_of_process() - between;
	}
	report(calls, strcmp(kind, "openat") ? closing : opening);
	return 0;
}

/* The processor time of a process goes on over execve: `storm execve SECONDS MADE END`. */
static int storm_of_programs(int count, char **words, double end)
{
	char made[32], until[32];
	long calls = count > 3 ? atol(words[3]) : 0;
	if (count > 4)
		end = atof(words[4]);
	if (clock_of(CLOCK_MONOTONIC) >= end) {
		report(calls, now_of_process());
		return 0;
	}
	snprintf(made, sizeof(made), "%ld", calls + 1);
	snprintf(until, sizeof(until), "%.6f", end);
	execl("/proc/self/exe", "storm", "execve", "0", made, until, NULL);
	return 1;
}

int main(int count, char **words)
{
	const char *kind = count > 1 ? words[1] : "mix";
	double seconds = count > 2 ? atof(words[2]) : 1, end = clock_of(CLOCK_MONOTONIC) + seconds;
	double before = now_of_process();
	char data[64];
	struct stat status;
	long calls = 0;
	if (!strcmp(kind, "openat") || !strcmp(kind, "close"))
		return storm_of_files(kind, end);
	if (!strcmp(kind, "execve"))
		return storm_of_programs(count, words, end);
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
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
	report(calls, now_of_process() - before);
	return 0;
}
