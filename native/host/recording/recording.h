// SPDX-License-Identifier: Apache-2.0
/* One recording, from its first file to its last. */
#pragma once

/* Lists the machine, begins the file, and starts the command: all of it, or none. */
void begin_recording(void);
/* Until it is enough; says why it was. */
const char *record(void);
/* What was going on still belongs to the capture. Ends the program where the file was lost. */
void end_recording(void);
