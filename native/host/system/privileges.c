// SPDX-License-Identifier: Apache-2.0
/*
 * Capabilities: which ones recording needs, a clear word about a missing one, and giving up all
 * others once the kernel side is loaded. Without libcap: two system calls.
 */
#include "system/privileges.h"
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/report.h"

#define PERFMON 38
#define BPF 39

struct needed {
	int number;
	const char *name;
	bool is_covered_by_admin;
};
static const struct needed NEEDED[] = {
	{BPF, "cap_bpf", true}, {PERFMON, "cap_perfmon", true}, {CAP_SYS_PTRACE, "cap_sys_ptrace", false},
};
/* Kept where it is there: reading other users' /proc, engines' files. */
static const int USEFUL[] = {CAP_DAC_READ_SEARCH};

static u64 read_effective(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {};
	syscall(SYS_capget, &header, data);
	return data[0].effective | (u64)data[1].effective << 32;
}

void check_privileges(void)
{
	static const struct error MISSING = {
		"RECORD_NO_CAPABILITY", "Recording is not permitted",
		"sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep $(command -v tiercel-recorder), or sudo"};
	u64 effective = read_effective();
	char names[128] = "", self[512] = "";
	for (size_t i = 0; i < sizeof(NEEDED) / sizeof(NEEDED[0]); i++) {
		bool has = effective >> NEEDED[i].number & 1 ||
			   (NEEDED[i].is_covered_by_admin && effective >> CAP_SYS_ADMIN & 1);
		if (!has)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", *names ? ", " : "",
				 NEEDED[i].name);
	}
	if (!*names)
		return;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		strcpy(self, "tiercel-recorder");
	char fix[768];
	snprintf(fix, sizeof(fix), "sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep %s", self);
	struct error missing = MISSING;
	missing.fix = fix;
	fail(&missing, "missing: %s", names);
}

static bool keep_capabilities(u64 kept)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {};
	kept &= read_effective();
	for (int half = 0; half < 2; half++)
		data[half].effective = data[half].permitted = kept >> (32 * half);
	return !syscall(SYS_capset, &header, data);
}

bool keep_rights_to_look(void)
{
	return keep_capabilities(1ULL << CAP_SYS_PTRACE | 1ULL << CAP_DAC_READ_SEARCH);
}

void drop_privileges(void)
{
	u64 kept = 0, effective = read_effective();
	/* The consumer must get its share of a busy machine; done while it is still allowed. */
	setpriority(PRIO_PROCESS, 0, -10);
	for (size_t i = 0; i < sizeof(NEEDED) / sizeof(NEEDED[0]); i++)
		kept |= 1ULL << NEEDED[i].number;
	for (size_t i = 0; i < sizeof(USEFUL) / sizeof(USEFUL[0]); i++)
		kept |= 1ULL << USEFUL[i];
	/* CAP_SYS_ADMIN stands in for the first two where it is all there is. */
	if (!(effective >> BPF & 1))
		kept |= 1ULL << CAP_SYS_ADMIN;
	if (!keep_capabilities(kept))
		notice("privileges could not be given up; recording goes on");
}
