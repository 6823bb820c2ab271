// SPDX-License-Identifier: Apache-2.0
/* Descriptors of all processes as they are now; what is closed meanwhile is listed too. */
#pragma once

void list_early_descriptors(void);
void write_descriptors(void);
