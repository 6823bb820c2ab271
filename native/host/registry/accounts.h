// SPDX-License-Identifier: Apache-2.0
/* Users that containers have of their own; `id`: 64 digits. */
#pragma once
#include "base/types.h"

/* The front end named the container: so its users are worth reading. */
void expect_accounts(const char *id, size_t length);
/* A process (by the number that /proc has) is in the container; true if its users are known by that. */
bool learn_accounts(const char *id, u64 pid);
/* Look again at processes that were on their way into a container. */
void look_for_accounts(u64 when);
void write_accounts(const char *id, u64 when);
void write_all_accounts(u64 when);
