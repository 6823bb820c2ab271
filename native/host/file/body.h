// SPDX-License-Identifier: Apache-2.0
/* The body of a block while it is put together: grows, and is freed when it was written. */
#pragma once
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "base/types.h"

struct body {
	u8 *bytes;
	size_t size, room;
};

static inline void body_bytes(struct body *body, const void *bytes, size_t size)
{
	if (body->size + size > body->room) {
		body->room = (body->size + size) * 2 + 4096;
		body->bytes = more_memory(body->bytes, body->room);
	}
	memcpy(body->bytes + body->size, bytes, size);
	body->size += size;
}

#define DEFINE_BODY(name, type)                                          \
	static inline void name(struct body *body, type value)           \
	{                                                                \
		body_bytes(body, &value, sizeof(value));                 \
	}
DEFINE_BODY(body_u8, u8)
DEFINE_BODY(body_u16, u16)
DEFINE_BODY(body_u32, u32)
DEFINE_BODY(body_u64, u64)

/* Strings and lists of strings: length u16, then the bytes. */
static inline void body_string(struct body *body, const void *bytes, size_t size)
{
	if (size > 0xffff)
		size = 0xffff;
	body_u16(body, size);
	body_bytes(body, bytes, size);
}

static inline void body_text(struct body *body, const char *text)
{
	body_string(body, text, strlen(text));
}

/* Entries begin with their own length, which counts itself. */
static inline size_t body_begin_entry(struct body *body)
{
	body_u32(body, 0);
	return body->size - 4;
}

static inline void body_end_entry(struct body *body, size_t at)
{
	u32 size = body->size - at;
	memcpy(body->bytes + at, &size, 4);
}

static inline void body_free(struct body *body)
{
	free(body->bytes);
	memset(body, 0, sizeof(*body));
}
