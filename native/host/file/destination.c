// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "file/destination.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/options.h"
#include "base/report.h"
#include "base/stop.h"

#define OPEN_AGAIN_MS 50
/* The end of a capture may still go to a reader that takes it; a front end that is gone frees nobody else's. */
#define LAST_READ_MS 1000

static int fd = -1;
static const char *name;
static bool is_regular, is_made; /* made: there was no such file before */
static u64 written;              /* bytes */
static u64 first_size;           /* of a file that was handed over open: bytes before ours */
static size_t piece;             /* most bytes that one write takes without blocking */
static bool is_read_no_longer;

/* Why nothing more can be written, and under which code that is reported. */
static char loss[PATH_MAX + 256];
static const struct error *loss_error;

static const struct error CANNOT_WRITE = {"RECORD_CANNOT_WRITE", "The capture cannot be written",
					  "free some space, or write elsewhere"};

static void lose(const struct error *error, const char *text, ...) __attribute__((format(printf, 2, 3)));
static void lose(const struct error *error, const char *text, ...)
{
	va_list list;
	if (loss_error)
		return;
	loss_error = error;
	va_start(list, text);
	vsnprintf(loss, sizeof(loss), text, list);
	va_end(list);
	notice("%s; recording stops", loss);
}

bool is_file_lost(void)
{
	return loss_error != NULL;
}

void fail_for_lost_file(u64 events)
{
	fail(loss_error, "%s; %llu events had been recorded", loss, (unsigned long long)events);
}

bool is_reader_gone(void)
{
	return is_read_no_longer;
}

/* ----- opening ----- */

static bool is_stream(mode_t mode)
{
	return S_ISCHR(mode) || S_ISFIFO(mode);
}

/* A pipe or device is opened, whichever way its name leads there; -1 where it is none. */
static int open_stream(void)
{
	struct stat status;
	int stream;
	if (stat(name, &status) || !is_stream(status.st_mode))
		return -1;
	/* A pipe has a reader sooner or later; whoever waits for it can be stopped. */
	while ((stream = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0 && errno == ENXIO &&
	       S_ISFIFO(status.st_mode) && !is_asked_to_stop() && !is_front_end_gone())
		poll(NULL, 0, OPEN_AGAIN_MS);
	if (stream >= 0 && (fstat(stream, &status) || !is_stream(status.st_mode))) {
		close(stream);
		stream = -1;
	}
	return stream;
}

static int open_file(void)
{
	static const struct error THERE = {"RECORD_FILE_EXISTS", "The capture would replace a file",
					   "give another name, or --force"};
	static const struct error LINK = {"RECORD_SYMBOLIC_LINK", "The capture would be written through a symbolic link",
					  "give the name of the file itself, or remove the link"};
	static const struct error NO_FILE = {"RECORD_CANNOT_WRITE", "The capture cannot be written",
					     "give the name of a file, a pipe or a character device"};
	struct stat status;
	int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	is_made = file >= 0;
	if (file >= 0 || errno != EEXIST)
		return file;
	if ((file = open_stream()) >= 0)
		return file;
	if (!lstat(name, &status) && S_ISLNK(status.st_mode))
		fail(&LINK, "%s is a symbolic link", name);
	if (!options->is_forced)
		fail(&THERE, "%s exists", name);
	file = open(name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (file >= 0 && (fstat(file, &status) || !S_ISREG(status.st_mode)))
		fail(&NO_FILE, "%s is neither", name);
	return file;
}

/* A description of its own where it is a pipe: whoever shares it would not expect writes that do not block. */
static int open_standard_output(void)
{
	struct stat status;
	int file = -1;
	if (!fstat(STDOUT_FILENO, &status) && is_stream(status.st_mode))
		file = open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return file >= 0 ? file : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

void claim_destination(const char *chosen_name)
{
	struct stat status;
	name = chosen_name;
	is_made = false;
	bool is_standard_output = !strcmp(name, "-");
	fd = is_standard_output ? open_standard_output() : open_file();
	if (fd < 0 || fstat(fd, &status))
		fail(&CANNOT_WRITE, "%s: %m", name);
	is_regular = S_ISREG(status.st_mode);
	if (is_regular && fchmod(fd, 0600))
		notice("the mode of %s stays as it is: %s", name, strerror(errno));
	first_size = is_regular && is_standard_output ? status.st_size : 0;
	piece = is_regular || (fcntl(fd, F_GETFL) & O_NONBLOCK) ? SIZE_MAX : PIPE_BUF;
	written = 0;
}

static bool has_name(void)
{
	return strcmp(name, "-") != 0;
}

/* Whether the name still leads to the file that is open. */
static bool is_own_name(void)
{
	struct stat own, named;
	return !fstat(fd, &own) && !lstat(name, &named) && own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

void abandon_destination(void)
{
	if (fd < 0)
		return;
	if (is_made && has_name() && is_own_name())
		unlink(name);
	close(fd);
	fd = -1;
}

struct file_identity begin_destination(void)
{
	struct stat status = {};
	fstat(fd, &status);
	/*
	 * Not where it is empty already: ext4 writes a file to disk at once that was truncated before, and removing it
	 * (--keep) then waits for the disk. That took 0.1 to 0.2 s for each 64 MB, in which the rings ran over.
	 */
	if (is_regular && has_name() && status.st_size && ftruncate(fd, 0))
		fail(&CANNOT_WRITE, "%s: %m", name);
	return (struct file_identity){status.st_dev, status.st_ino};
}

/* ----- looking after ----- */

static const struct error TAKEN = {"RECORD_FILE_LOST", "The capture was taken away while it was recorded",
				   "record again, and leave the file alone until the recording is over"};

/* What the file itself shows; its name is another question. */
static void check_file(void)
{
	struct stat status;
	if (!is_regular || loss_error || fstat(fd, &status))
		return;
	u64 expected = first_size + written, size = status.st_size;
	if (!status.st_nlink)
		lose(&TAKEN, "%s was removed", name);
	else if (size < expected)
		lose(&TAKEN, "%s was truncated: %llu of %llu bytes are left", name, (unsigned long long)size,
		     (unsigned long long)expected);
	else if (size > expected && has_name())
		lose(&TAKEN, "%s was written to by another process: it has %llu bytes, and %llu were recorded", name,
		     (unsigned long long)size, (unsigned long long)expected);
}

static void check_name(void)
{
	struct stat own, named;
	if (!is_regular || loss_error || !has_name() || fstat(fd, &own))
		return;
	if (lstat(name, &named)) {
		/* Any other reason says nothing about the file. */
		if (errno == ENOENT || errno == ENOTDIR)
			lose(&TAKEN, "%s was renamed or moved away", name);
	} else if (own.st_dev != named.st_dev || own.st_ino != named.st_ino) {
		lose(&TAKEN, "%s was replaced by another file", name);
	}
}

void look_after_file(void)
{
	if (fd < 0)
		return;
	check_file();
	check_name();
}

/* ----- writing ----- */

/* Until a pipe has room. False where it is no use to wait any longer. */
static bool wait_for_room(void)
{
	struct pollfd both[] = {{fd, POLLOUT, 0}, {options->control_fd, POLLRDHUP, 0}};
	while (!is_cut_short()) {
		int timeout = is_front_end_gone() ? LAST_READ_MS : -1, count = timeout < 0 ? 2 : 1;
		int ready = poll(both, count, timeout);
		if (ready > 0 && both[0].revents)
			return true;
		if (!ready)
			return false;
	}
	return false;
}

static void note_refusal(int number)
{
	/* As for any other program whose output goes into a pipe: no mistake, but no reason to go on. */
	if (number == EPIPE)
		is_read_no_longer = true;
	else
		lose(&CANNOT_WRITE, "%s: %s", name, strerror(number));
}

void write_bytes(const u8 *bytes, size_t size)
{
	check_file();
	while (size && !loss_error && !is_read_no_longer) {
		if (!is_regular && piece != SIZE_MAX && !wait_for_room())
			is_read_no_longer = true;
		ssize_t done = is_read_no_longer ? 0 : write(fd, bytes, size < piece ? size : piece);
		if (done >= 0) {
			bytes += done;
			size -= done;
			written += done;
		} else if (errno == EAGAIN) {
			is_read_no_longer = !wait_for_room();
		} else if (errno != EINTR) {
			note_refusal(errno);
		}
	}
}

u64 destination_bytes(void)
{
	return written;
}

void close_destination(void)
{
	look_after_file();
	if (close(fd) && !loss_error)
		note_refusal(errno);
	fd = -1;
}
