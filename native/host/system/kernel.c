// SPDX-License-Identifier: Apache-2.0
/*
 * Loading the kernel side: sizes and settings before, the table of calls after, attaching, and the
 * clear word about each way in which a machine cannot record.
 */
#include "system/kernel.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/memory.h"
#include "base/options.h"
#include "base/report.h"
#include "system/tables.h"
#include "wire.h"
#include "recorder.skel.h"

static struct recorder *kernel;
static u32 cpus;
static int *ring_fds; /* one for each possible CPU */
static char first_complaint[512];

/* libbpf's complaints are kept for the error's text; most of them are noise otherwise. */
static int keep_complaint(enum libbpf_print_level level, const char *format, va_list list)
{
	if (getenv("TIERCEL_RECORDER_DEBUG"))
		vfprintf(stderr, format, list);
	else if (level == LIBBPF_WARN && !first_complaint[0])
		vsnprintf(first_complaint, sizeof(first_complaint), format, list);
	return 0;
}

static void check_kernel(void)
{
	static const struct error TOO_OLD = {"RECORD_KERNEL_TOO_OLD", "This kernel cannot record",
					     "record on a kernel of 5.17 or later"};
	static const struct error NO_BTF = {
		"RECORD_NO_BTF", "This kernel does not describe its types",
		"use a kernel that was built with CONFIG_DEBUG_INFO_BTF (every common distribution's is)"};
	struct utsname name;
	int major = 0, minor = 0;
	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	if (major * 1000 + minor < 5017)
		fail(&TOO_OLD, "it is %s, and 5.17 is the oldest that has what is needed", name.release);
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		fail(&NO_BTF, "/sys/kernel/btf/vmlinux: %s (kernel %s)", strerror(errno), name.release);
}

static const struct error FORBIDDEN = {
	"RECORD_BPF_FORBIDDEN", "The kernel refuses the recorder's programs",
	"run it outside the container, or allow bpf(2) in its seccomp profile; lockdown=confidentiality forbids it too"};
static const struct error BROKEN = {"RECORD_LOAD", "The recorder's programs cannot be loaded",
				    "report this together with the kernel's version (uname -r)"};

/* The kernel is asked who we are: inside a pid namespace our own number is another one. */
static void find_own_groups(void)
{
	struct recorder *probe = recorder__open();
	struct bpf_program *program;
	DECLARE_LIBBPF_OPTS(bpf_test_run_opts, run);
	if (!probe)
		fail(&BROKEN, "%s", strerror(errno));
	bpf_object__for_each_program(program, probe->obj)
		bpf_program__set_autoload(program, program == probe->progs.who_am_i);
	struct bpf_map *map;
	bpf_object__for_each_map(map, probe->obj)
		if (!bpf_map__is_internal(map))
			bpf_map__set_autocreate(map, false);
	int result = recorder__load(probe);
	if (result == -EPERM)
		fail(&FORBIDDEN, "%s", strerror(-result));
	if (result)
		fail(&BROKEN, "%s: %s", strerror(-result), first_complaint);
	bpf_prog_test_run_opts(bpf_program__fd(probe->progs.who_am_i), &run);
	kernel->rodata->hidden_group_a = probe->bss->own_group;
	if (options->hides_parent)
		kernel->rodata->hidden_group_b = probe->bss->parent_group;
	recorder__destroy(probe);
}

static int make_ring(u32 cpu)
{
	static const struct error NO_MEMORY = {"RECORD_BUFFER", "The buffers cannot be made",
					       "give a smaller --buffer"};
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "events", 0, 0, options->buffer_bytes, NULL);
	if (fd == -EPERM)
		fail(&FORBIDDEN, "%s", strerror(-fd));
	if (fd < 0)
		fail(&NO_MEMORY, "%u bytes for CPU %u: %s", options->buffer_bytes, cpu, strerror(-fd));
	return fd;
}

static void set_sizes(void)
{
	ring_fds = memory(cpus * sizeof(*ring_fds));
	for (u32 cpu = 0; cpu < cpus; cpu++)
		ring_fds[cpu] = make_ring(cpu);
	/* The first one is the model that the verifier looks at. */
	bpf_map__set_inner_map_fd(kernel->maps.rings, ring_fds[0]);
	bpf_map__set_max_entries(kernel->maps.rings, cpus);
	bpf_map__set_max_entries(kernel->maps.scratches, cpus + 1);
	bpf_map__set_max_entries(kernel->maps.counts, cpus);
}

static void set_settings(void)
{
	kernel->rodata->ring_count = cpus;
	kernel->rodata->snap_length = options->snap_length;
	kernel->rodata->only_marked = options->is_only_command || options->container;
	kernel->rodata->mark_by_cgroup = options->container != NULL;
	if (options->hidden_pid)
		kernel->rodata->hidden_group_b = options->hidden_pid;
	for (u32 i = 0; i < SYSTEM_CALL_COUNT; i++)
		kernel->rodata->format_codes[SYSTEM_CALLS[i].number] = SYSTEM_CALLS[i].format_code;
	for (u32 i = 0; i < SYSCALL_SLOTS; i++)
		kernel->rodata->native_numbers[i] = native_number(i);
	if (!options->is_all) {
		bpf_program__set_autoload(kernel->progs.on_switch, false);
#if defined(__x86_64__)
		bpf_program__set_autoload(kernel->progs.on_user_fault, false);
		bpf_program__set_autoload(kernel->progs.on_kernel_fault, false);
#endif
	}
	if (!options->container)
		bpf_program__set_autoload(kernel->progs.on_cgroup_attach, false);
}

static void place_rings(void)
{
	for (u32 cpu = 0; cpu < cpus; cpu++)
		if (bpf_map_update_elem(bpf_map__fd(kernel->maps.rings), &cpu, &ring_fds[cpu], 0))
			fail(&BROKEN, "the buffer of CPU %u: %s", cpu, strerror(errno));
}

/* These say which processes there are; no selection leaves them out. */
static bool tells_of_processes(const char *name)
{
	static const char *const NAMES[] = {"clone", "clone3", "fork", "vfork", "execve", "execveat"};
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (!strcmp(name, NAMES[i]))
			return true;
	return false;
}

static bool is_chosen(const char *name)
{
	size_t length = strlen(name);
	const char *at = options->system_calls;
	if (!at || tells_of_processes(name))
		return true;
	for (; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !strncmp(at, name, length))
			return true;
	return false;
}

static void check_selection(void)
{
	static const struct error UNKNOWN = {"RECORD_UNKNOWN_CALL", "Cannot select these system calls",
					     "see \"tiercel list syscalls\""};
	const char *at = options->system_calls;
	for (; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, ",");
		bool is_known = false;
		for (u32 i = 0; i < SYSTEM_CALL_COUNT; i++)
			is_known |= strlen(SYSTEM_CALLS[i].name) == length && !strncmp(SYSTEM_CALLS[i].name, at, length);
		if (!is_known)
			fail(&UNKNOWN, "no system call is called \"%.*s\"", (int)length, at);
	}
}

static void fill_call_table(void)
{
	int table = bpf_map__fd(kernel->maps.calls);
	for (u32 i = 0; i < SYSTEM_CALL_COUNT; i++) {
		const struct system_call *call = &SYSTEM_CALLS[i];
		char name[64];
		if (!is_chosen(call->name))
			continue;
		snprintf(name, sizeof(name), "call_%s", call->event == CODE_generic ? "generic" : call->name);
		struct bpf_program *program = bpf_object__find_program_by_name(kernel->obj, name);
		if (!program)
			fail(&BROKEN, "there is no program %s", name);
		u32 number = call->number;
		int fd = bpf_program__fd(program);
		if (bpf_map_update_elem(table, &number, &fd, 0))
			fail(&BROKEN, "%s: %s", name, strerror(errno));
	}
}

static void attach(struct bpf_program *program, bool is_wanted)
{
	if (is_wanted && !bpf_program__attach(program))
		fail(&FORBIDDEN, "%s: %s", bpf_program__name(program), strerror(errno));
}

void load_kernel_side(void)
{
	libbpf_set_print(keep_complaint);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL & ~LIBBPF_STRICT_AUTO_RLIMIT_MEMLOCK);
	check_kernel();
	check_selection();
	int possible = libbpf_num_possible_cpus();
	if (possible <= 0)
		fail(&BROKEN, "how many CPUs there may be: %s", strerror(-possible));
	cpus = possible;
	kernel = recorder__open();
	if (!kernel)
		fail(&BROKEN, "%s", strerror(errno));
	find_own_groups();
	set_sizes();
	set_settings();
	int result = recorder__load(kernel);
	if (result == -EPERM)
		fail(&FORBIDDEN, "%s: %s", strerror(-result), first_complaint);
	if (result)
		fail(&BROKEN, "%s: %s", strerror(-result), first_complaint);
	place_rings();
	fill_call_table();
#if defined(__x86_64__)
	attach(kernel->progs.on_fork, options->is_only_command || options->container);
#else
	attach(kernel->progs.on_fork, true);
#endif
	attach(kernel->progs.on_cgroup_attach, options->container);
	attach(kernel->progs.on_exec, true);
	attach(kernel->progs.on_exit, true);
	attach(kernel->progs.on_signal, true);
	attach(kernel->progs.on_switch, options->is_all);
#if defined(__x86_64__)
	attach(kernel->progs.on_user_fault, options->is_all);
	attach(kernel->progs.on_kernel_fault, options->is_all);
#endif
	attach(kernel->progs.on_sys_exit, true);
}

void start_recording(void)
{
	kernel->bss->recording = true;
}

void end_first_list(void)
{
	kernel->bss->has_first_list = true;
}

void stop_recording(void)
{
	kernel->bss->recording = false;
}

void unload_kernel_side(void)
{
	recorder__destroy(kernel);
	kernel = NULL;
}

u32 ring_total(void)
{
	return cpus;
}

int ring_fd(u32 cpu)
{
	return ring_fds[cpu];
}

void read_losses(struct losses *losses)
{
	static struct losses last_known;
	memset(losses, 0, sizeof(*losses));
	if (!kernel) {
		*losses = last_known;
		return;
	}
	for (u32 cpu = 0; cpu < cpus; cpu++) {
		struct counters counters = {};
		if (bpf_map_lookup_elem(bpf_map__fd(kernel->maps.counts), &cpu, &counters))
			continue;
		losses->buffer_full += counters.lost_buffer_full;
		losses->scratch += counters.lost_scratch;
		if (counters.first_loss && (!losses->first || counters.first_loss < losses->first))
			losses->first = counters.first_loss;
		if (counters.last_loss > losses->last)
			losses->last = counters.last_loss;
	}
	last_known = *losses;
}

static int open_list(struct bpf_program *program)
{
	static struct bpf_link *links[2];
	struct bpf_link **link = &links[program == kernel->progs.list_files];
	if (!*link)
		*link = bpf_program__attach_iter(program, NULL);
	if (!*link)
		fail(&FORBIDDEN, "%s: %s", bpf_program__name(program), strerror(errno));
	int fd = bpf_iter_create(bpf_link__fd(*link));
	if (fd < 0)
		fail(&FORBIDDEN, "%s: %s", bpf_program__name(program), strerror(errno));
	return fd;
}

int open_task_list(void)
{
	return open_list(kernel->progs.list_tasks);
}

int open_file_list(void)
{
	return open_list(kernel->progs.list_files);
}

void mark_process(int pid)
{
	u8 mark = 1;
	int fd = syscall(SYS_pidfd_open, pid, 0);
	if (fd >= 0)
		bpf_map_update_elem(bpf_map__fd(kernel->maps.marked), &fd, &mark, 0);
	close(fd);
}

void mark_cgroup(u64 hierarchy, u64 id)
{
	u8 mark = 1;
	u64 key[] = {hierarchy, id};
	bpf_map_update_elem(bpf_map__fd(kernel->maps.marked_cgroups), key, &mark, 0);
}

static u64 hidden_command, hidden_looker;

void hide_processes(u64 command_pid, u64 looker_pid)
{
	hidden_command = command_pid;
	hidden_looker = looker_pid;
}

/* Not recorded: the one that looks into containers; the command's, as it is still the recorder until it runs the command. */
void note_reader_pid(u64 ours, u64 hosts)
{
	static bool is_done;
	if (hidden_looker && ours == hidden_looker)
		kernel->bss->looking_group = hosts;
	if (is_done || !hidden_command || ours != hidden_command)
		return;
	kernel->bss->waiting_group = hosts;
	is_done = true;
}
