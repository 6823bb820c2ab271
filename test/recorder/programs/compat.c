/* Makes 32-bit system calls from a 64-bit program: mkdir, open, write, close, unlink, in that order, below the folder given. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static long call32(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

int main(int count, char **words)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long path = (long)low;
	if (count < 2 || low == MAP_FAILED)
		return 99;
	snprintf(low, 1024, "%s/made-by-32-bits", words[1]);
	strcpy(low + 2048, "written by 32 bits");
	if (call32(39, path, 0700, 0))
		return 98;
	strcat(low, "/file");
	long fd = call32(5, path, 0101, 0600);
	if (fd < 0 || call32(4, fd, path + 2048, 18) != 18 || call32(6, fd, 0, 0) || call32(10, path, 0, 0))
		return 97;
	return 0;
}
