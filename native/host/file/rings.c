// SPDX-License-Identifier: Apache-2.0
/*
 * The ring buffers: mapped memory that the kernel side fills, one per CPU, each in the order of
 * time. Their heads are merged by time, up to a horizon that lies far enough in the past for every
 * event before it to be in its buffer; or up to an event that waits for its container's name.
 */
#include "file/rings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/report.h"
#include "file/scap.h"
#include "file/totals.h"
#include "file/translate.h"
#include "system/kernel.h"
#include "wire.h"

#define BUSY 0x80000000u
#define DISCARDED 0x40000000u
#define RECORD_HEADER 8
#define MAX_EVENT 0x20000

struct ring {
	u64 *consumer;      /* shared: how far was read */
	const u64 *producer; /* shared: how far was written */
	const u8 *data;     /* mapped twice in a row: records never wrap */
	u64 position;
	u64 written;        /* producer's position at the beginning of this round */
	u64 head_time;      /* of the record at `position`; ~0 when there is none to take */
	const u8 *head;
	u32 head_size;
};
static struct ring *rings;
static u32 count;

void open_rings(void)
{
	static const struct error NO_MAP = {"RECORD_BUFFER", "The buffers cannot be read", "give a smaller --buffer"};
	size_t page = sysconf(_SC_PAGESIZE);
	count = ring_total();
	rings = zeroed_memory(count, sizeof(*rings));
	for (u32 i = 0; i < count; i++) {
		void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd(i), 0);
		void *producer = mmap(NULL, page + 2 * (size_t)options->buffer_bytes, PROT_READ, MAP_SHARED, ring_fd(i),
				      page);
		if (consumer == MAP_FAILED || producer == MAP_FAILED)
			fail(&NO_MAP, "CPU %u: mmap: %m", i);
		rings[i].consumer = consumer;
		rings[i].producer = producer;
		rings[i].data = (const u8 *)producer + page;
	}
}

/* Look at the record at the ring's position. False when it is still being written. */
static bool read_head(struct ring *ring)
{
	ring->head_time = ~0ULL;
	while (ring->position < ring->written) {
		const u8 *record = ring->data + (ring->position & (options->buffer_bytes - 1));
		u32 length = __atomic_load_n((const u32 *)record, __ATOMIC_ACQUIRE);
		if (length & BUSY)
			return false;
		ring->head = record + RECORD_HEADER;
		ring->head_size = length & ~(BUSY | DISCARDED);
		if (!(length & DISCARDED)) {
			memcpy(&ring->head_time, ring->head + HEADER_TIME, 8);
			return true;
		}
		ring->position += (ring->head_size + RECORD_HEADER + 7) & ~7u;
	}
	return true;
}

static void take_head(struct ring *ring)
{
	ring->position += (ring->head_size + RECORD_HEADER + 7) & ~7u;
	/* Not at every record: the line is shared with the CPU that writes. */
	if (ring->position - *ring->consumer > options->buffer_bytes / 16)
		__atomic_store_n(ring->consumer, ring->position, __ATOMIC_RELEASE);
}

static void write_drop(u16 code, u64 when, u32 lost)
{
	struct parameter ratio = {&lost, 4};
	write_made_event(code, when, &ratio, 1);
}

/*
 * Losses since the last look become a pair of drop events: at the first one, and at the last one
 * with their number.
 */
struct gap {
	u64 begin, end;
	u32 lost;
};
static struct gap gap;

static void look_for_losses(void)
{
	static u64 known, last_look;
	struct losses losses;
	u64 now = boot_time();
	read_losses(&losses);
	u64 total = losses.buffer_full + losses.scratch;
	if (total != known) {
		/* The counters hold the very first loss; a later gap began after the last look. */
		if (!gap.begin && !gap.end)
			gap.begin = known ? last_look : losses.first;
		gap.end = losses.last;
		gap.lost += total - known;
		known = total;
	}
	last_look = now;
}

static void write_gap(u64 upto)
{
	if (gap.begin && gap.begin <= upto) {
		write_drop(CODE_drop_begin, gap.begin, gap.lost);
		if (gap.end < gap.begin)
			gap.end = gap.begin;
		gap.begin = 0;
	}
	if (gap.end && !gap.begin && gap.end <= upto) {
		write_drop(CODE_drop_end, gap.end, gap.lost);
		gap.end = 0;
		gap.lost = 0;
	}
}

static struct ring *earliest_ring(u64 *next_time)
{
	struct ring *best = &rings[0];
	u64 second = ~0ULL;
	for (u32 i = 1; i < count; i++) {
		if (rings[i].head_time < best->head_time) {
			second = best->head_time;
			best = &rings[i];
		} else if (rings[i].head_time < second) {
			second = rings[i].head_time;
		}
	}
	*next_time = second;
	return best;
}

static void take_event(const struct ring *ring)
{
	static u8 event[MAX_EVENT + 64];
	u32 size = translate_event(ring->head, ring->head_size, event);
	u64 when;
	u32 length = size - HEADER_TIME;
	memcpy(&when, event + HEADER_TIME, 8);
	if (gap.begin || gap.end)
		write_gap(when);
	when = time_of_day(when);
	memcpy(event + HEADER_TIME, &when, 8);
	memcpy(event + HEADER_LENGTH, &length, 4);
	write_event(event, size);
	totals.events++;
}

bool are_rings_filling(void)
{
	for (u32 i = 0; i < count; i++)
		if (__atomic_load_n(rings[i].producer, __ATOMIC_ACQUIRE) - rings[i].position > options->buffer_bytes / 2)
			return true;
	return false;
}

u64 drain_until(u64 horizon, judge *judge)
{
	bool is_busy = false;
	look_for_losses();
	for (u32 i = 0; i < count; i++)
		rings[i].written = __atomic_load_n(rings[i].producer, __ATOMIC_ACQUIRE);
	for (u32 i = 0; i < count; i++)
		is_busy |= !read_head(&rings[i]);
	while (!is_busy && !(options->max_events && totals.events >= options->max_events)) {
		u64 next;
		struct ring *ring = earliest_ring(&next);
		if (ring->head_time > horizon)
			break;
		/* Stay with this CPU as long as no other one is earlier. */
		do {
			enum verdict verdict = judge(ring->head, ring->head_size);
			if (verdict == HOLD) {
				horizon = ring->head_time;
				is_busy = true;
				break;
			}
			if (verdict == TAKE)
				take_event(ring);
			take_head(ring);
			is_busy = !read_head(ring);
		} while (!is_busy && ring->head_time <= next && ring->head_time <= horizon &&
			 !(options->max_events && totals.events >= options->max_events));
	}
	for (u32 i = 0; i < count; i++)
		__atomic_store_n(rings[i].consumer, rings[i].position, __ATOMIC_RELEASE);
	write_gap(horizon);
	return horizon;
}

void give_up_rings(u64 horizon)
{
	bool is_left = false;
	for (u32 i = 0; i < count; i++)
		is_left |= __atomic_load_n(rings[i].producer, __ATOMIC_ACQUIRE) != rings[i].position;
	if (!is_left)
		return;
	if (!gap.begin && !gap.end)
		gap.begin = horizon;
	gap.end = boot_time();
	write_gap(gap.end);
}
