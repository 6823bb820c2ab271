/*
 * A library to be preloaded: reads of one file fail. FAIL_PATH names the file, FAIL_ERRNO the error, FAIL_AFTER the bytes that
 * are read in order before it; FAIL_AT the position from which reads at a place (pread) fail.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long long number_of(const char *name)
{
	const char *text = getenv(name);
	return text == NULL ? LLONG_MAX : atoll(text);
}

static int is_ours(int fd)
{
	const char *path = getenv("FAIL_PATH");
	char link[64], target[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, target, sizeof(target) - 1);
	if (path == NULL || length < 0)
		return 0;
	target[length] = 0;
	return strcmp(path, target) == 0;
}

static ssize_t failed(void)
{
	errno = (int)number_of("FAIL_ERRNO");
	return -1;
}

ssize_t read(int fd, void *into, size_t count)
{
	static ssize_t (*real)(int, void *, size_t);
	static long long before;
	if (real == NULL)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	if (!is_ours(fd))
		return real(fd, into, count);
	long long left = number_of("FAIL_AFTER") - before;
	if (left <= 0)
		return failed();
	ssize_t got = real(fd, into, (long long)count < left ? count : (size_t)left);
	before += got > 0 ? got : 0;
	return got;
}

ssize_t pread64(int fd, void *into, size_t count, off64_t at)
{
	static ssize_t (*real)(int, void *, size_t, off64_t);
	if (real == NULL)
		real = (ssize_t(*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
	if (is_ours(fd) && at >= number_of("FAIL_AT"))
		return failed();
	return real(fd, into, count, at);
}

ssize_t pread(int fd, void *into, size_t count, off_t at)
{
	return pread64(fd, into, count, at);
}
