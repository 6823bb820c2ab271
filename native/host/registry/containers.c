// SPDX-License-Identifier: Apache-2.0
#include "registry/containers.h"
#include <string.h>
#include "base/memory.h"
#include "base/options.h"
#include "file/scap.h"
#include "registry/accounts.h"
#include "registry/unnamed.h"
#include "wire.h"

struct container {
	char *id, *json;
	/* A capture of one command or one container tells only of those that its processes are in. */
	bool is_needed;
};
static struct container *containers;
static size_t container_count;
static bool is_file_open;

static void write_container(const struct container *container, u64 when)
{
	static const char NAME[] = "container";
	u32 plugin = 0;
	struct parameter parameters[] = {{&plugin, 4}, {NAME, sizeof(NAME)},
					 {container->json, strlen(container->json) + 1}};
	write_made_event(CODE_asyncevent, when, parameters, 3);
}

void write_containers(u64 when)
{
	is_file_open = true;
	for (size_t i = 0; i < container_count; i++)
		if (containers[i].is_needed)
			write_container(&containers[i], when);
	write_all_accounts(when);
}

static bool is_same_id(const char *one, size_t length, const char *other)
{
	return strlen(other) == length && !memcmp(one, other, length);
}

/* The id of the container's pod, which is a container too; empty where it has none. */
static const char *pod_of(const struct container *container, size_t *length)
{
	static const char KEY[] = "\"pod_sandbox_id\":\"";
	/* Quotes within the texts of JSON are escaped, so this is the key. */
	const char *at = strstr(container->json, KEY), *id = at ? at + strlen(KEY) : "";
	*length = strcspn(id, "\"");
	return id;
}

void need_container(const char *id, size_t length, u64 when)
{
	for (size_t i = 0; i < container_count; i++) {
		struct container *container = &containers[i];
		if (container->is_needed || !is_same_id(id, length, container->id))
			continue;
		container->is_needed = true;
		if (is_file_open)
			write_container(container, when);
		size_t pod_length;
		const char *pod = pod_of(container, &pod_length);
		need_container(pod, pod_length, when);
	}
}

static bool is_needed_at_once(const char *id, size_t length)
{
	size_t pod_length;
	if (!is_restricted())
		return true;
	if (options->container && !strncmp(id, options->container, strlen(options->container)))
		return true;
	for (size_t i = 0; i < container_count; i++) {
		const struct container *other = &containers[i];
		const char *pod = pod_of(other, &pod_length);
		if (other->is_needed && (is_same_id(id, length, other->id) ||
					 (pod_length == length && !memcmp(pod, id, length))))
			return true;
	}
	return false;
}

void add_container(const char *words, u64 when)
{
	size_t length = strcspn(words, " ");
	const char *json = words + length + strspn(words + length, " ");
	settle_container(words, length);
	expect_accounts(words, length);
	bool is_needed = is_needed_at_once(words, length);
	containers = more_memory(containers, (container_count + 1) * sizeof(*containers));
	containers[container_count++] =
		(struct container){copy_of_text(words, length), copy_of_text(json, strlen(json)), false};
	if (is_needed)
		need_container(words, length, when);
}
