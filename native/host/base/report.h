// SPDX-License-Identifier: Apache-2.0
/*
 * What the outside learns: text on stderr, or JSON lines for the front end. An error says what, why and what to do,
 * under a code that never changes meaning, and ends the program.
 */
#pragma once
#include "base/types.h"

struct error {
	const char *code; /* RECORD_... */
	const char *what;
	const char *fix;
};
void fail(const struct error *error, const char *why, ...) __attribute__((noreturn, format(printf, 2, 3)));
/* Called once before an error ends the program: what is still worth knowing then. */
void before_failure(void (*hook)(void));
void notice(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* How long a line may wait for a front end that does not read (ms); what it does not take is left out. */
#define CAN_BE_LEFT_OUT 0
#define FOR_AN_ANSWER 1000
/* A line of JSON for the front end; nothing where there is none. */
void send_line(const char *line, int patience_ms);
/* Adds text to a line of JSON of `size` bytes, escaped; what has no room is left out. */
void append_json(char *line, size_t size, const char *text);
