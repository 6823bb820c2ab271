// SPDX-License-Identifier: Apache-2.0
#include "file/rotation.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/memory.h"
#include "base/options.h"
#include "file/totals.h"

struct totals totals;

struct written_file {
	struct file_identity identity;
	u64 events, bytes;
};
static struct written_file *files; /* in the order of their numbers */
static u32 count;
static u64 counted_events; /* in files that are closed */

/* Where the number goes: in front of the ending .scap, or one as .scap.gz. Folders have such names too. */
static size_t stem_length(const char *path)
{
	static const char ENDING[] = ".scap";
	const char *slash = strrchr(path, '/'), *stem_end = NULL;
	for (const char *at = slash ? slash : path; (at = strstr(at, ENDING)); at++)
		if (!at[strlen(ENDING)] || at[strlen(ENDING)] == '.')
			stem_end = at;
	return stem_end ? (size_t)(stem_end - path) : strlen(path);
}

static char *name_of(u32 number)
{
	size_t stem = stem_length(options->path), room = strlen(options->path) + 16;
	char *name = memory(room);
	if (options->rotate_bytes)
		snprintf(name, room, "%.*s.%04u%s", (int)stem, options->path, number, options->path + stem);
	else
		snprintf(name, room, "%s", options->path);
	return name;
}

const char *next_name(u32 number)
{
	static char *name;
	free(name);
	return name = name_of(number);
}

void note_file(struct file_identity identity)
{
	files = more_memory(files, (count + 1) * sizeof(*files));
	files[count++] = (struct written_file){.identity = identity};
}

void note_end_of_file(u64 bytes)
{
	struct written_file *file = &files[count - 1];
	file->bytes = bytes;
	file->events = totals.events - counted_events;
	counted_events = totals.events;
}

/* Under its name may lie another file by now, which is not this recorder's to remove. */
static void remove_file(u32 number, const struct written_file *file)
{
	struct stat status;
	char *name = name_of(number);
	if (!lstat(name, &status) && status.st_dev == file->identity.device && status.st_ino == file->identity.inode)
		unlink(name);
	free(name);
}

void remove_oldest(void)
{
	struct removed *removed = &totals.removed;
	if (!options->keep_files || count <= options->keep_files)
		return;
	u32 number = count - options->keep_files;
	const struct written_file *file = &files[number - 1];
	remove_file(number, file);
	removed->events += file->events;
	removed->bytes += file->bytes;
	removed->files++;
}
