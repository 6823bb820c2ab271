// SPDX-License-Identifier: Apache-2.0
/* Capabilities: the needed ones, and giving up the others. */
#pragma once
#include "base/types.h"

/* Ends the program where one is missing. */
void check_privileges(void);
void drop_privileges(void);
/* For a process that only reads other processes' files; its other rights are gone then. */
bool keep_rights_to_look(void);
