// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t i64;

#define MILLISECOND 1000000ULL /* ns */
/* Numbers of tasks are below it, on 64-bit machines. */
#define PID_LIMIT (4 << 20)
/* Of a container, in full: digits; and as captures show it. */
#define CONTAINER_ID_LENGTH 64
#define SHORT_ID_LENGTH 12
