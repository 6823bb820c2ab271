// SPDX-License-Identifier: Apache-2.0
/* Memory, or a clear end: a recorder that goes on with half of its lists would say what is not so. */
#pragma once
#include <stddef.h>

void *memory(size_t bytes) __attribute__((malloc));
/* All zeros. */
void *zeroed_memory(size_t count, size_t bytes) __attribute__((malloc));
/* As realloc. */
void *more_memory(void *before, size_t bytes);
char *copy_of_text(const char *text, size_t length) __attribute__((malloc));
