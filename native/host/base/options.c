// SPDX-License-Identifier: Apache-2.0
/* The command line of the recorder. */
#include "base/options.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/report.h"

static struct options parsed = {
	.snap_length = 80,
	.buffer_bytes = 8 << 20,
	.report_fd = -1,
	.control_fd = -1,
};
const struct options *const options = &parsed;

static const struct error USAGE = {"RECORD_USAGE", "Cannot understand the command line",
				   "see tiercel-recorder --help"};

static const char HELP[] =
	"tiercel-recorder -w FILE [OPTION...] [-- COMMAND ARGUMENT...]\n"
	"Records this machine's system calls into a .scap file, until the duration, the command's end or Ctrl-C.\n"
	"  -w, --write FILE        the capture (mode 0600)\n"
	"      --duration TIME     stop after it: 30s, 5m, 1h\n"
	"      --events N          stop after N events\n"
	"      --size BYTES        stop when the file has that size (k, m, g)\n"
	"      --rotate BYTES      begin another file at that size: FILE.0001.scap and so on\n"
	"      --keep N            keep the last N of them\n"
	"      --snaplen BYTES     bytes of data kept of one read or write (80)\n"
	"      --buffer BYTES      buffer of each CPU, a power of two (8m)\n"
	"      --syscalls A,B      only these, and those that report processes\n"
	"      --all               context switches and page faults too\n"
	"      --only-command      the command and its descendants only\n"
	"      --container ID      this container only\n"
	"      --compress KIND     none, gzip, zstd\n"
	"      --quiet --force     no progress; write over an existing file\n";

enum { DURATION = 256, EVENTS, SIZE, ROTATE, KEEP, SNAPLEN, BUFFER, SYSCALLS, ALL, ONLY_COMMAND, CONTAINER,
       COMPRESS, QUIET, FORCE, REPORT_FD, CONTROL_FD, HIDE_PID, HIDE_PARENT, HELP_FLAG };

static const struct option WORDS[] = {
	{"write", 1, 0, 'w'},          {"duration", 1, 0, DURATION},     {"events", 1, 0, EVENTS},
	{"size", 1, 0, SIZE},          {"rotate", 1, 0, ROTATE},         {"keep", 1, 0, KEEP},
	{"snaplen", 1, 0, SNAPLEN},    {"buffer", 1, 0, BUFFER},         {"syscalls", 1, 0, SYSCALLS},
	{"all", 0, 0, ALL},            {"only-command", 0, 0, ONLY_COMMAND}, {"container", 1, 0, CONTAINER},
	{"compress", 1, 0, COMPRESS},  {"quiet", 0, 0, QUIET},           {"force", 0, 0, FORCE},
	{"report-fd", 1, 0, REPORT_FD}, {"control-fd", 1, 0, CONTROL_FD}, {"hide-pid", 1, 0, HIDE_PID},
	{"hide-parent", 0, 0, HIDE_PARENT}, {"help", 0, 0, HELP_FLAG}, {0, 0, 0, 0},
};

static u64 read_number(const char *text, const char *units, const u64 *factors, const char *name)
{
	char *end;
	errno = 0;
	double number = strtod(text, &end);
	const char *unit = *end ? strchr(units, *end) : NULL;
	if (errno || end == text || number < 0 || number > 1e18 || (*end && (!unit || end[1])))
		fail(&USAGE, "--%s %s is no number%s%s", name, text, *units ? " with a unit of " : "", units);
	return (u64)(number * (unit ? factors[unit - units] : 1));
}

static u64 read_bytes(const char *text, const char *name)
{
	static const u64 FACTORS[] = {1 << 10, 1 << 10, 1 << 20, 1 << 20, 1 << 30, 1 << 30};
	return read_number(text, "kKmMgG", FACTORS, name);
}

static double read_duration(const char *text)
{
	static const u64 FACTORS[] = {1000, 60 * 1000, 3600 * 1000};
	char *end;
	strtod(text, &end);
	return *end ? read_number(text, "smh", FACTORS, "duration") / 1000.0 :
		      (double)read_number(text, "", NULL, "duration");
}

static void check_options(void)
{
	if (!parsed.path)
		fail(&USAGE, "-w FILE is missing");
	if (parsed.snap_length > 65000)
		fail(&USAGE, "--snaplen %u is above 65000", parsed.snap_length);
	if (parsed.buffer_bytes < 65536 || parsed.buffer_bytes & (parsed.buffer_bytes - 1))
		fail(&USAGE, "--buffer %u is no power of two from 64k on", parsed.buffer_bytes);
	if (parsed.is_only_command && !parsed.command)
		fail(&USAGE, "--only-command needs a command behind --");
	if (parsed.rotate_bytes && !strcmp(parsed.path, "-"))
		fail(&USAGE, "--rotate needs files, and -w - is none");
	if (parsed.is_only_command && parsed.container)
		fail(&USAGE, "--only-command and --container exclude each other");
}

static void read_one(int word, const char *value)
{
	switch (word) {
	case 'w': parsed.path = value; break;
	case DURATION: parsed.duration_seconds = read_duration(value); break;
	case EVENTS: parsed.max_events = read_number(value, "", NULL, "events"); break;
	case SIZE: parsed.max_bytes = read_bytes(value, "size"); break;
	case ROTATE: parsed.rotate_bytes = read_bytes(value, "rotate"); break;
	case KEEP: parsed.keep_files = read_number(value, "", NULL, "keep"); break;
	case SNAPLEN: parsed.snap_length = read_bytes(value, "snaplen"); break;
	case BUFFER: parsed.buffer_bytes = read_bytes(value, "buffer"); break;
	case SYSCALLS: parsed.system_calls = value; break;
	case ALL: parsed.is_all = true; break;
	case ONLY_COMMAND: parsed.is_only_command = true; break;
	case CONTAINER: parsed.container = value; break;
	case QUIET: parsed.is_quiet = true; break;
	case FORCE: parsed.is_forced = true; break;
	case REPORT_FD: parsed.report_fd = atoi(value); break;
	case CONTROL_FD: parsed.control_fd = atoi(value); break;
	case HIDE_PID: parsed.hidden_pid = atoi(value); break;
	case HIDE_PARENT: parsed.hides_parent = true; break;
	case HELP_FLAG:
		fputs(HELP, stdout);
		exit(0);
	case COMPRESS:
		if (!strcmp(value, "none"))
			parsed.compression = COMPRESS_NONE;
		else if (!strcmp(value, "gzip"))
			parsed.compression = COMPRESS_GZIP;
		else if (!strcmp(value, "zstd"))
			parsed.compression = COMPRESS_ZSTD;
		else
			fail(&USAGE, "--compress %s is none of none, gzip, zstd", value);
		break;
	default:
		fail(&USAGE, "an unknown option, or one without its value");
	}
}

bool is_restricted(void)
{
	return parsed.is_only_command || parsed.container;
}

void read_options(int count, char **words)
{
	int word;
	opterr = 0;
	while ((word = getopt_long(count, words, "+w:", WORDS, NULL)) != -1)
		read_one(word, optarg);
	if (optind < count)
		parsed.command = words + optind;
	/* Between the driver and this program only: not for the command. */
	if (parsed.report_fd >= 0)
		fcntl(parsed.report_fd, F_SETFD, FD_CLOEXEC);
	if (parsed.control_fd >= 0)
		fcntl(parsed.control_fd, F_SETFD, FD_CLOEXEC);
	check_options();
}
