// SPDX-License-Identifier: Apache-2.0
/* Containers that the front end named. `when`: boot time at which an event of theirs stands in the file. */
#pragma once
#include "base/types.h"

/* The words `ID JSON`. */
void add_container(const char *words, u64 when);
/* A process that is recorded is in it. */
void need_container(const char *id, size_t length, u64 when);
/* For the head of a file: those that were needed so far, and their users. */
void write_containers(u64 when);
