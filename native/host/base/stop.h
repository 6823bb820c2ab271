// SPDX-License-Identifier: Apache-2.0
/* Being asked to stop: by a signal, by the front end, or by its end. */
#pragma once
#include "base/types.h"

void catch_signals(void);
/* For a process that becomes another program. */
void reset_signals(void);
void ask_to_stop(void);
bool is_asked_to_stop(void);
/* A second signal, some time after the first: what has not been written stays unwritten. */
bool is_cut_short(void);
/* The front end closed its end of the control pipe, by will or because it died. False where there is none. */
bool is_front_end_gone(void);
