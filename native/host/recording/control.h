// SPDX-License-Identifier: Apache-2.0
/* Lines from the front end. */
#pragma once
#include "base/types.h"

/* Whatever has come by now. `when`: boot time up to which events are in the file. */
void read_control(u64 when);
/* Waits until the front end has named all containers, wants to stop, or is gone. */
void await_begin(void);
/* The front end went away. */
bool is_recording_abandoned(void);
