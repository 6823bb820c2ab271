// SPDX-License-Identifier: Apache-2.0
#include "lists/proc.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

size_t read_proc(u64 tid, const char *what, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%llu/%s", (unsigned long long)tid, what);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	size_t at = 0;
	ssize_t got;
	while (at < size && (got = read(fd, text + at, size - at)) > 0)
		at += got;
	close(fd);
	return at;
}
