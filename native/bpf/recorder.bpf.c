// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* The whole of the kernel side, as one object: every program, in the order of the conveyor. */
#include "base/kernel.h"
#include "programs/dispatch.bpf.c"
#include "programs/files.bpf.c"
#include "programs/paths.bpf.c"
#include "programs/descriptors.bpf.c"
#include "programs/memory.bpf.c"
#include "programs/identity.bpf.c"
#include "programs/processes.bpf.c"
#include "programs/sockets.bpf.c"
#include "programs/system.bpf.c"
#include "programs/scheduler.bpf.c"
#include "programs/list.bpf.c"

char LICENSE[] SEC("license") = "GPL v2";
