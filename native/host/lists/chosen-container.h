// SPDX-License-Identifier: Apache-2.0
/* The one container that is recorded. */
#pragma once

/* Marks its control group. Ends the program where none, or more than one, is meant. */
void choose_container(void);
