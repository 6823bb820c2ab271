/**
 * Records whose event nobody looks at are applied without an event. The law: the machine after them is, down to the last
 * attribute of each thread and descriptor, the machine after applying each event.
 */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import {
  EVENT,
  EVENT_TABLE,
  FLAG,
  VISIBILITY,
  type EventRow,
  type ParamRow,
} from '../../src/events/index.js';
import { replay, type ReplayOptions } from '../../src/pipeline.js';
import type { FileDescriptor, Thread, World } from '../../src/state/index.js';
import { sharedPath } from '../events/shared.js';
import { Machine, process } from './machine.js';

const SHARED = existsSync(sharedPath('captures'))
  ? readdirSync(sharedPath('captures')).map((name) => sharedPath(`captures/${name}`))
  : [];
const FIXTURES = readdirSync('fixtures')
  .filter((name) => name.endsWith('.scap'))
  .map((name) => `fixtures/${name}`);
/** Own attributes that say how answers were kept, or that are tables of their own. */
const NOT_STATE: ReadonlySet<string> = new Set([
  'answers',
  'answersAt',
  'group',
  'children',
  'fds',
  'family',
  'recordedPtid',
  'owner',
  'countedIn',
  'walkedIn',
]);

function attributes(of: object): string {
  return Object.entries(of)
    .filter(([name]) => !NOT_STATE.has(name))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

function describeFd(fd: FileDescriptor): string {
  return `${attributes(fd)} name=${fd.name} raw=${fd.rawName} tuple=${fd.tuple === undefined ? '' : Buffer.from(fd.tuple.bytes).toString('hex')}`;
}

function describeThread(thread: Thread): string[] {
  return [attributes(thread), ...[...thread.fds].map(describeFd)];
}

function describeWorld(world: World): string[] {
  return [...world.threads.values()].flatMap(describeThread);
}

/** The machine after the events of a capture, up to the `last`-th that is shown. */
async function machineAfter(path: string, options: Partial<ReplayOptions>): Promise<string[]> {
  const { world, eventCount, firstTime, lastTime } = await replay(await openEvidence(path), {
    onMoment: () => undefined,
    ...options,
  });
  return [`${eventCount} events from ${firstTime} to ${lastTime}`, ...describeWorld(world)];
}

/** Bytes of a parameter: of the size that is usual for its type, or of any. */
function bytesOf({ type }: ParamRow): fc.Arbitrary<Uint8Array> {
  const size =
    { uint32: 4, flags32: 4, enumflags8: 1, charbuf: 5, bytebuf: 20 }[type as string] ?? 8;
  const small = fc.nat(6).map((value) => Buffer.from([value, ...Buffer.alloc(size - 1)]));
  const usual = fc.uint8Array({ minLength: size, maxLength: size });
  return fc.oneof(
    { weight: 8, arbitrary: small },
    { weight: 4, arbitrary: usual },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 24 }) },
  );
}

const ROWS = EVENT_TABLE.filter(({ code, flags }) => code % 2 === 1 && (flags & FLAG.OLD) === 0);
const SWITCH = EVENT_TABLE[EVENT.SCHEDSWITCH_6_E] as EventRow;
/** What a machine does: makes descriptors, uses and closes them. */
const CALL = fc
  .constantFrom(...ROWS, SWITCH)
  .chain(({ code, params }) => fc.tuple(fc.constant(code), fc.tuple(...params.map(bytesOf))));
const FREQUENT = [EVENT.READ_X, EVENT.CLOSE_X, EVENT.FCNTL_X, EVENT.MMAP_X, EVENT.BRK_4_X].map(
  (code) => EVENT_TABLE[code] as EventRow,
);
const FREQUENT_CALL = fc
  .constantFrom(...FREQUENT, SWITCH)
  .chain(({ code, params }) => fc.tuple(fc.constant(code), fc.tuple(...params.map(bytesOf))));

/** Two processes, one of them with two threads. */
function newMachine(): Machine {
  return new Machine(process(10, 'a'), process(11, 'b'), process(12, 'a', { pid: 10 }));
}

function openFiles(machine: Machine): void {
  for (const fd of [0, 1, 2, 3]) {
    machine.event(EVENT.OPEN_X, 10, { fd, name: `/tmp/${fd}`, flags: 1 });
  }
  machine.event(EVENT.SOCKET_X, 10, { fd: 4, domain: 2, type: 1, proto: 6 });
}

it('any call leaves the same machine whether anybody looks at it or not', () => {
  let short = 0;
  const calls = fc.array(fc.tuple(fc.constantFrom(10, 11, 12, 77), fc.oneof(CALL, FREQUENT_CALL)), {
    maxLength: 25,
  });
  fc.assert(
    fc.property(calls, (happenings) => {
      const [seen, unseen] = [0, 1].map(() => newMachine());
      if (seen === undefined || unseen === undefined) {
        throw new Error('two machines were made');
      }
      openFiles(seen);
      openFiles(unseen);
      for (const [tid, [code, params]] of happenings) {
        seen.event(code, tid, params);
        short += unseen.unseen(code, tid, params) ? 1 : 0;
        expect(describeWorld(unseen.world)).toEqual(describeWorld(seen.world));
      }
    }),
    { numRuns: 400 },
  );
  expect(short).toBeGreaterThan(100);
});

describe.each([...FIXTURES, ...SHARED])('%s', (path) => {
  it('leaves the same machine whether anybody looks at its events or not', async () => {
    const seen = await machineAfter(path, {});
    const unseen = await machineAfter(path, { wants: () => false });
    expect(unseen).toEqual(seen);
    expect(seen.length).toBeGreaterThan(1);
  });

  it('shows the same machine at each event that is looked at, whatever is passed over', async () => {
    const at = async (isPassing: boolean): Promise<string[]> => {
      const shown: string[] = [];
      const isLookedAt = (code: number): boolean => code % 4 === 1;
      await machineAfter(path, {
        wants: (moment) => !isPassing || isLookedAt(moment.event.code),
        onMoment: ({ event, thread, fd }, visibility) => {
          const isShown = visibility === VISIBILITY.SHOWN;
          if (isShown && isLookedAt(event.code) && event.code === event.recordedCode) {
            const about = fd === undefined ? '' : describeFd(fd);
            shown.push(`${event.number} ${thread && attributes(thread)} ${about}`);
          }
          return undefined;
        },
      });
      return shown;
    };
    expect(await at(true)).toEqual(await at(false));
  });
});
