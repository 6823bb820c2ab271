// SPDX-License-Identifier: Apache-2.0
/* How a recording goes, for the front end or on stderr. */
#pragma once

/* From now on nothing is lost. */
void report_start(void);
void report_progress(void);
void report_summary(const char *reason);
