// SPDX-License-Identifier: Apache-2.0
/* The command that is recorded. */
#pragma once
#include "base/types.h"

/* Makes its process, which waits. Does nothing without a command. */
void prepare_command(void);
int command_pid(void);
/* Returns why it cannot be run, as errno has it; 0 if it runs. */
int start_command(void);
/* Its process is not to become the command; there is none then. */
void cancel_command(void);
bool is_command_over(void);
/* Process id of the command while it runs; 0 when it ended, or there is none. */
int running_command(void);
int command_status(void);
