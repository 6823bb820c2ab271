// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#include "base/report.h"

static void *checked(void *result, size_t bytes)
{
	static const struct error FULL = {"RECORD_NO_MEMORY", "The recorder has no memory left",
					  "end other programs, or record less: --only-command, --container, --syscalls"};
	if (!result)
		fail(&FULL, "%zu bytes more are needed", bytes);
	return result;
}

void *memory(size_t bytes)
{
	return checked(malloc(bytes ? bytes : 1), bytes);
}

void *zeroed_memory(size_t count, size_t bytes)
{
	return checked(calloc(count ? count : 1, bytes), count * bytes);
}

void *more_memory(void *before, size_t bytes)
{
	return checked(realloc(before, bytes ? bytes : 1), bytes);
}

char *copy_of_text(const char *text, size_t length)
{
	char *copy = memory(length + 1);
	memcpy(copy, text, length);
	copy[length] = 0;
	return copy;
}
