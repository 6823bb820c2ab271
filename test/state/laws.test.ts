/**
 * Laws of the world, on every capture that there is and on events made of random bytes: nothing throws,
 * tables are bounded and keep to themselves, and answers that versions call valid are still true.
 */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEXT, openEvidence } from '../../src/capture/index.js';
import { EVENT, EVENT_TABLE, EventDecoder, VISIBILITY } from '../../src/events/index.js';
import {
  compileFieldText,
  FIELDS,
  printValue,
  type CompiledField,
} from '../../src/fields/index.js';
import { applyEvent, loadMetadata, Moment, World, type Thread } from '../../src/state/index.js';
import { emptyEvent } from '../events/records.js';
import { sharedPath } from '../events/shared.js';
import { Machine, process } from './machine.js';

const CAPTURES = existsSync(sharedPath('captures'))
  ? readdirSync(sharedPath('captures')).filter((name) => name.endsWith('.scap'))
  : [];

/** All fields that are kept for a thread, or for a descriptor. */
function keptFields(...subjects: readonly string[]): readonly CompiledField[] {
  return [...FIELDS.values()]
    .filter(
      ({ row }) =>
        subjects.includes(row.subject) &&
        row.argument?.isRequired !== true &&
        row.usage !== 'filter-only',
    )
    .flatMap(({ row }) => {
      const { field } = compileFieldText(row.name, 'syscall');
      return field === undefined ? [] : [field];
    });
}

const THREAD_FIELDS = keptFields('thread', 'lineage');
const FD_FIELDS = keptFields('fd');

function answers(fields: readonly CompiledField[], moment: Moment): string {
  return fields.map((field) => `${field.text}=${printValue(field, field.read(moment))}`).join('\n');
}

/** Whether an answer from change `since` still holds, as `rules` asks. */
function isStillValid(world: World, thread: Thread, since: number): boolean {
  return world.metadataChange <= since && world.isUnchanged(thread, since);
}

/** Remembers answers, and checks those that ought to be valid. */
class Keeper {
  readonly #threads = new Map<Thread, { text: string; since: number }>();

  check(moment: Moment): void {
    const { thread, fd, world } = moment;
    if (thread !== undefined && moment.container === undefined) {
      const kept = this.#threads.get(thread);
      const text = answers(THREAD_FIELDS, moment);
      if (kept !== undefined && isStillValid(world, thread, kept.since)) {
        expect(text).toBe(kept.text);
      }
      this.#threads.set(thread, { text, since: world.change });
    }
    if (fd !== undefined) {
      const text = answers(FD_FIELDS, moment);
      if (fd.answers !== undefined) {
        expect(fd.answers).toEqual({ text });
      }
      fd.answers = { text };
    }
  }
}

/** What must hold of the tables at any time. */
function checkTables(world: World): void {
  for (const [tid, thread] of world.threads) {
    expect(thread.tid).toBe(tid);
    if (thread.group !== undefined) {
      expect(thread.group.threads).toContain(thread);
      expect(world.threadGroups.get(thread.group.pid)).toBe(thread.group);
    }
    for (const child of thread.children?.members ?? []) {
      expect(child.ptid).toBe(tid);
      expect(world.threads.get(child.tid)).toBe(child);
    }
  }
  for (const group of world.threadGroups.values()) {
    expect(group.aliveCount).toBe([...group.threads].filter((thread) => !thread.isDead).length);
    // the last thread of a process leaves before the next event
    expect(group.aliveCount > 0 || world.hasExit).toBe(true);
  }
}

async function replay(path: string, onMoment: (moment: Moment) => void): Promise<World> {
  const reader = await openEvidence(path);
  const world = new World();
  const moment = new Moment(world, emptyEvent());
  const decoder = new EventDecoder({ raw: false });
  while (await reader.fill()) {
    for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
      if (next === NEXT.METADATA) {
        loadMetadata(world, reader.metadata);
      } else if (
        next === NEXT.EVENT &&
        decoder.decode(reader.record, moment.event) !== VISIBILITY.HIDDEN
      ) {
        applyEvent(moment);
        onMoment(moment);
      }
    }
  }
  await reader.close();
  return world;
}

describe('every capture', () => {
  it.skipIf(CAPTURES.length > 0)('is missing: ../shared/captures is not there', () => {
    expect(CAPTURES).toEqual([]);
  });

  it.each(CAPTURES)(
    '%s: answers hold while versions say so, and tables keep to themselves',
    async (name) => {
      const keeper = new Keeper();
      let count = 0;
      const world = await replay(sharedPath(`captures/${name}`), (moment) => {
        keeper.check(moment);
        count += 1;
        if (count % 500 === 0) {
          checkTables(moment.world);
        }
      });
      checkTables(world);
      expect(world.diagnostics).toEqual([]);
    },
  );
});

const CODES = EVENT_TABLE.map((row) => row.code);
/** Ids that meet often, and a few that are strange. */
const ID = fc.constantFrom(0n, 1n, 2n, 3n, 10n, 11n, 12n, -1n, -9n, 4096n, 2n ** 40n);
const PARAM = fc.oneof(
  {
    weight: 5,
    arbitrary: ID.map((value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    }),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 0xffffffff }).map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('/a\0', 'b/../c\0', 'cpu=/docker/\0', 'x\0y\0', '{"container":{"id":"x"}}\0')
      .map((text) => Buffer.from(text, 'latin1')),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1, 2, 10)
      .chain((family) =>
        fc.uint8Array({ maxLength: 40 }).map((rest) => Buffer.from([family, ...rest])),
      ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
);
const STATEFUL = Object.values(EVENT);
const HAPPENING = fc.record({
  code: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...STATEFUL) },
    { weight: 1, arbitrary: fc.constantFrom(...CODES) },
  ),
  tid: fc.constantFrom(1, 10, 11, 12, 0, -1, 77),
  params: fc.array(PARAM, { maxLength: 31 }),
});

describe('events of any bytes', () => {
  it('never make it throw, and leave the tables in order', () => {
    fc.assert(
      fc.property(fc.array(HAPPENING, { maxLength: 60 }), (happenings) => {
        const machine = new Machine(process(10, 'a'), process(11, 'b', { ptid: 10 }));
        for (const { code, tid, params } of happenings) {
          machine.event(code, tid, params);
        }
        checkTables(machine.world);
      }),
      { numRuns: 500 },
    );
  });

  it('keep answers true while versions say so', () => {
    fc.assert(
      fc.property(fc.array(HAPPENING, { minLength: 5, maxLength: 40 }), (happenings) => {
        const machine = new Machine(process(10, 'a'), process(11, 'b', { ptid: 10 }));
        const keeper = new Keeper();
        for (const { code, tid, params } of happenings) {
          keeper.check(machine.event(code, tid, params));
          keeper.check(machine.event(EVENT.GETUID_X, 11));
        }
      }),
      { numRuns: 300 },
    );
  });
});
