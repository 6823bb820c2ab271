// SPDX-License-Identifier: Apache-2.0
/* The machine, its interfaces, its users and groups: blocks of the head. */
#pragma once

void write_machine(void);
void write_interfaces(void);
void write_users(void);
