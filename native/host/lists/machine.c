// SPDX-License-Identifier: Apache-2.0
/*
 * The machine, its interfaces, its users and groups. A capture of one command or one container
 * names only the users that the listed processes have.
 */
#include "lists/machine.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/clock.h"
#include "file/body.h"
#include "file/scap.h"
#include "lists/processes.h"

#define MACHINE 0x201
#define INTERFACES 0x219
#define USERS 0x220

static u64 read_number_file(const char *path)
{
	unsigned long long number = 0;
	FILE *file = fopen(path, "re");
	if (file && fscanf(file, "%llu", &number) != 1)
		number = 0;
	if (file)
		fclose(file);
	return number;
}

void write_machine(void)
{
	struct __attribute__((packed)) {
		u32 cpus;
		u64 memory, max_pid;
		char hostname[128];
		u64 boot_time, flags, reserved[2];
	} machine = {};
	machine.cpus = sysconf(_SC_NPROCESSORS_ONLN);
	machine.memory = (u64)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	machine.max_pid = read_number_file("/proc/sys/kernel/pid_max");
	gethostname(machine.hostname, sizeof(machine.hostname) - 1);
	machine.boot_time = time_of_day(0);
	write_block(MACHINE, &machine, sizeof(machine));
}

/* Kinds: 1 IPv4, 2 IPv6. The entry's length does not count itself. */
static void append_interface(struct body *body, const struct ifaddrs *interface)
{
	bool is_v6 = interface->ifa_addr->sa_family == AF_INET6;
	u32 size = is_v6 ? 16 : 4;
	size_t offset = is_v6 ? offsetof(struct sockaddr_in6, sin6_addr) : offsetof(struct sockaddr_in, sin_addr);
	const struct sockaddr *parts[] = {interface->ifa_addr, interface->ifa_netmask,
					  is_v6 || !(interface->ifa_flags & IFF_BROADCAST) ? NULL : interface->ifa_broadaddr};
	char path[320];
	u16 length = strlen(interface->ifa_name);
	snprintf(path, sizeof(path), "/sys/class/net/%s/speed", interface->ifa_name);
	body_u32(body, 4 + 3 * size + 8 + length);
	body_u16(body, is_v6 ? 2 : 1);
	body_u16(body, length);
	for (int i = 0; i < 3; i++) {
		static const u8 NOTHING[16];
		body_bytes(body, parts[i] ? (const u8 *)parts[i] + offset : NOTHING, size);
	}
	u64 speed = read_number_file(path);
	body_u64(body, speed > 1000000 ? 0 : speed);
	body_bytes(body, interface->ifa_name, length);
}

void write_interfaces(void)
{
	struct ifaddrs *all = NULL;
	struct body body = {};
	if (getifaddrs(&all))
		return;
	for (struct ifaddrs *one = all; one; one = one->ifa_next)
		if (one->ifa_addr && (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6))
			append_interface(&body, one);
	freeifaddrs(all);
	if (body.size)
		write_block(INTERFACES, body.bytes, body.size);
	body_free(&body);
}

/* From the files themselves: a static program cannot load the modules of other name services. */
void write_users(void)
{
	struct body body = {};
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *user;
	struct group *group;
	while (file && (user = fgetpwent(file))) {
		if (!is_listed_user(user->pw_uid))
			continue;
		size_t at = body_begin_entry(&body);
		body_u8(&body, 0);
		body_u32(&body, user->pw_uid);
		body_u32(&body, user->pw_gid);
		body_text(&body, user->pw_name);
		body_text(&body, user->pw_dir);
		body_text(&body, user->pw_shell);
		body_end_entry(&body, at);
	}
	if (file)
		fclose(file);
	file = fopen("/etc/group", "re");
	while (file && (group = fgetgrent(file))) {
		if (!is_listed_group(group->gr_gid))
			continue;
		size_t at = body_begin_entry(&body);
		body_u8(&body, 1);
		body_u32(&body, group->gr_gid);
		body_text(&body, group->gr_name);
		body_end_entry(&body, at);
	}
	if (file)
		fclose(file);
	if (body.size)
		write_block(USERS, body.bytes, body.size);
	body_free(&body);
}
