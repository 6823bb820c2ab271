import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventRecord } from '../../src/capture/index.js';
import {
  ABSENT,
  EVENT,
  EVENT_TABLE,
  EventDecoder,
  VISIBILITY,
  type Event,
} from '../../src/events/index.js';
import { at, emptyEvent, record, rowOf } from './records.js';

const READ_E = 6;
const CLOSE_E = 4;
const EXECVE_8_X = 13;
const CLONE_11_X = 15;
const DUP_E = 124;
const DUP_X = 125;
const BRK_1_E = 10;
const BRK_1_X = 11;
const SETUID_E = 198;
const ACCEPT4_5_E = 248;
const ACCEPT4_5_X = 249;
const SWITCH_1_E = 146;
const BPF_X = 297;
const CLONE_20_E = 222;

function decoded(...records: readonly EventRecord[]): Event {
  const decoder = new EventDecoder({ raw: false });
  const event = emptyEvent();
  records.forEach((one) => decoder.decode(one, event));
  return event;
}

function signed(event: Event, name: string): number | undefined {
  return event.signed(at(event.code, name));
}

describe('a record in the newest layout', () => {
  const close = record({ code: EVENT.CLOSE_X, params: { res: 0, fd: 3 }, tid: 42, time: 99 });

  it('becomes an event without a byte being copied', () => {
    const event = decoded(close);
    expect(event.bytes).toBe(close.bytes);
    expect(event).toMatchObject({
      code: EVENT.CLOSE_X,
      recordedCode: EVENT.CLOSE_X,
      tid: 42,
      timeLow: 99,
    });
    expect(signed(event, 'fd')).toBe(3);
  });

  it('keeps what the row knows when a newer recorder wrote more parameters', () => {
    const event = decoded(
      record({
        code: EVENT.CLOSE_X,
        params: [Buffer.alloc(8), Buffer.alloc(8, 1), Buffer.alloc(5)],
      }),
    );
    expect(event.paramCount).toBe(2);
    expect(event.signed(1)).toBe(0x0101010101010101);
  });

  it('is shown with as many parameters as it has where nothing is brought', () => {
    const event = decoded(record({ code: EVENT.PROCEXIT_1_E, params: { status: 1 }, count: 1 }));
    expect(event.paramCount).toBe(1);
  });

  it('reads lengths of 32 bits in the large block types', () => {
    const json = `{"id":"${'x'.repeat(70_000)}"}`;
    const event = decoded(
      record({ code: EVENT.CONTAINER_JSON_2_E, params: { json }, isWide: true }),
    );
    expect(event.text(0)).toBe(json);
  });

  it.each([0, 1, 2])(
    'finds the number of %i parameters where the block does not tell it',
    (count) => {
      const event = decoded(
        record({
          code: EVENT.SIGNALDELIVER_E,
          params: { spid: 1, dpid: 2, sig: 9 },
          count,
          isCountless: true,
        }),
      );
      expect(event.paramCount).toBe(count);
    },
  );
});

describe('a pair of halves', () => {
  const enter = record({ code: READ_E, params: { fd: 5, size: 100 }, time: 10 });
  const exit = record({ code: EVENT.READ_X, params: { res: 3, data: 'abc' }, count: 2, time: 30 });

  it('is one event: the enter half is hidden, and its parameters are in the exit', () => {
    const decoder = new EventDecoder({ raw: false });
    const event = emptyEvent();
    expect(decoder.decode(enter, event)).toBe(VISIBILITY.HIDDEN);
    expect(decoder.decode(exit, event)).toBe(VISIBILITY.SHOWN);
    expect(event.paramCount).toBe(rowOf(EVENT.READ_X).params.length);
    expect(event.text(1)).toBe('abc');
    expect([signed(event, 'res'), signed(event, 'fd'), signed(event, 'size')]).toEqual([3, 5, 100]);
    expect([event.timeLow, event.enterTimeLow]).toEqual([30, 10]);
  });

  it('keeps its enter half readable by itself', () => {
    const event = decoded(enter, exit);
    expect(event.enter?.code).toBe(READ_E);
    expect(event.enter?.signed(0)).toBe(5);
  });

  it('survives events of the thread that have no exit, and those of other threads', () => {
    const event = decoded(
      enter,
      record({ code: EVENT.SCHEDSWITCH_6_E, params: { next: 1 } }),
      record({ code: READ_E, params: { fd: 9, size: 9 }, tid: 8 }),
      exit,
    );
    expect(signed(event, 'fd')).toBe(5);
  });

  it.each([
    ['it never came', []],
    ['it was of another call', [record({ code: CLOSE_E, params: { fd: 9 } })]],
    ['it was of another thread', [record({ code: READ_E, params: { fd: 9, size: 9 }, tid: 8 })]],
    ['its exit had come already', [enter, exit]],
    ['the thread ended since', [enter, record({ code: EVENT.PROCEXIT_1_E, params: {} })]],
  ])('has a descriptor of zero without its enter half: %s', (_why, before) => {
    const event = decoded(...before, exit);
    expect(signed(event, 'fd')).toBe(0);
    expect(event.enter).toBeUndefined();
    expect([event.enterTimeHigh, event.enterTimeLow]).toEqual([0, 0]);
  });

  it('gives a connect either descriptor or address, the descriptor first', () => {
    const addr = { address: Uint8Array.of(1, 2, 3, 4), port: 80 };
    const half = record({ code: EVENT.CONNECT_E, params: { fd: 3, addr } });
    const params = { res: 0, fd: 3 };
    const [shortest, short] = [2, 3].map((count) =>
      decoded(half, record({ code: EVENT.CONNECT_X, params, count })),
    );
    expect(shortest && signed(shortest, 'fd')).toBe(3);
    expect(shortest?.has(3)).toBe(false);
    expect(short?.has(3)).toBe(true);
  });

  it('is forgotten when a new section begins', () => {
    const decoder = new EventDecoder({ raw: false });
    const event = emptyEvent();
    decoder.decode(enter, event);
    decoder.reset();
    decoder.decode(exit, event);
    expect(signed(event, 'fd')).toBe(0);
  });

  it('has no user, rather than root, where the enter half of setuid is missing', () => {
    const exitOnly = record({ code: EVENT.SETUID_X, params: { res: 0 }, count: 1 });
    expect(decoded(exitOnly).lengths[at(EVENT.SETUID_X, 'uid')]).toBe(ABSENT);
    const event = decoded(record({ code: SETUID_E, params: { uid: 1000 } }), exitOnly);
    expect(event.unsigned(at(EVENT.SETUID_X, 'uid'))).toBe(1000);
  });

  it('hides enter halves that nothing is taken from, and remembers when the call began', () => {
    const event = decoded(
      record({ code: CLONE_20_E, params: {}, time: 5 }),
      record({ code: EVENT.CLONE_20_X, params: { res: 1 } }),
    );
    expect(event.enterTimeLow).toBe(5);
  });

  it('gives the exit of an execve the enter half of the execveat that it was', () => {
    const event = decoded(
      record({ code: EVENT.EXECVEAT_E, params: { dirfd: 3, pathname: 'x', flags: 1 } }),
      record({ code: EVENT.EXECVE_19_X, params: { res: 0 } }),
    );
    expect(event.enter?.text(1)).toBe('x');
    expect(event.lengths[at(EVENT.EXECVE_19_X, 'flags')]).toBe(0);
  });
});

describe('an old version of an event', () => {
  it('has its parameters where the newest has those of the same names', () => {
    const execve = decoded(
      record({
        code: EXECVE_8_X,
        params: { res: 0, exe: '/bin/ls', args: ['-l'], tid: 5, fdlimit: 1024 },
      }),
    );
    expect(execve.code).toBe(EVENT.EXECVE_19_X);
    expect(execve.recordedCode).toBe(EXECVE_8_X);
    expect(execve.text(at(execve.code, 'exe'))).toBe('/bin/ls');
    expect(execve.lengths[at(execve.code, 'env')]).toBe(ABSENT);
    const clone = decoded(
      record({ code: CLONE_11_X, params: { res: 9, flags: 4, uid: 1000, gid: 7 } }),
    );
    expect([signed(clone, 'res'), signed(clone, 'flags'), signed(clone, 'uid')]).toEqual([
      9, 4, 1000,
    ]);
  });

  it.each([
    {
      why: 'dup took "fd"',
      enter: { code: DUP_E, params: { fd: 3 } },
      exit: { code: DUP_X, params: { res: 4 } },
      becomes: ['oldfd', 3] as const,
    },
    {
      why: 'brk took "size"',
      enter: { code: BRK_1_E, params: { size: 77 } },
      exit: { code: BRK_1_X, params: { res: 1 } },
      becomes: ['vm_size', 77] as const,
    },
    {
      why: 'accept4 was recorded as accept',
      enter: { code: ACCEPT4_5_E, params: { flags: 8 } },
      exit: { code: ACCEPT4_5_X, params: { fd: 4 } },
      becomes: ['flags', 8] as const,
    },
  ])('knows that $why', ({ enter, exit, becomes: [name, value] }) => {
    const event = decoded(record(enter), record(exit));
    expect(signed(event, name)).toBe(value);
  });

  it('becomes the newest even without an exit', () => {
    const event = decoded(record({ code: SWITCH_1_E, params: { next: 12 } }));
    expect(event.code).toBe(EVENT.SCHEDSWITCH_6_E);
    expect(signed(event, 'next')).toBe(12);
  });

  it('leaves the selector behind where a dynamic parameter became a plain one', () => {
    const event = decoded(
      record({ code: BPF_X, params: { res_or_fd: { selector: 0, value: 5 } } }),
    );
    expect(signed(event, 'fd')).toBe(5);
  });

  it('becomes JSON where it told of a container, whatever its name holds', () => {
    const event = decoded(
      record({
        code: EVENT.CONTAINER_E,
        params: { id: 'abc', type: 1, name: 'a"b', image: 'nginx' },
      }),
    );
    expect(event.code).toBe(EVENT.CONTAINER_JSON_2_E);
    expect(event.text(0)).toBe('{"id":"abc","type":1,"name":"a\\"b","image":"nginx"}');
  });
});

describe('what is shown', () => {
  const container = record({ code: EVENT.CONTAINER_JSON_2_E, params: { json: '{}' } });
  const user = record({ code: EVENT.USER_ADDED_E, params: {} });
  const info = record({ code: EVENT.PROCINFO_E, params: {} });
  const asynchronous = (name: string): EventRecord =>
    record({ code: EVENT.ASYNCEVENT_E, params: { plugin_id: 0, name } });
  const other = record({ code: EVENT.CLOSE_X, params: { res: 0, fd: 1 } });

  const stateOnly = (one: EventRecord): EventRecord => Object.assign(one, { isStateOnly: true });

  function visibilities(...records: readonly EventRecord[]): number[] {
    const decoder = new EventDecoder({ raw: false });
    const event = emptyEvent();
    return records.map((one) => decoder.decode(one, event));
  }
  const { STATE, SHOWN, HIDDEN, UNLISTED } = VISIBILITY;

  it('is not the state with which a capture begins: containers, accounts, whatever is asynchronous', () => {
    const gone = record({ code: EVENT.USER_DELETED_E, params: {} });
    const oldContainer = record({ code: 272, params: { json: '{}' } });
    const leading = [container, user, gone, oldContainer, asynchronous('container'), asynchronous('other')]; // prettier-ignore
    expect(visibilities(...leading)).toEqual(leading.map(() => STATE));
  });

  it('is what comes later, processor times being the first record of another kind', () => {
    expect(visibilities(user, other, container, user, asynchronous('container'))).toEqual([
      STATE,
      ...[SHOWN, SHOWN, SHOWN, SHOWN],
    ]);
    expect(visibilities(container, info, container)).toEqual([STATE, UNLISTED, SHOWN]);
  });

  it('is what comes after a hidden enter record, but codes that nobody knows end no state', () => {
    const enter = record({ code: READ_E, params: { fd: 5, size: 1 } });
    const unknown = record({ code: 4000, params: [] });
    expect(visibilities(enter, container)).toEqual([HIDDEN, SHOWN]);
    expect(visibilities(unknown, container)).toEqual([HIDDEN, STATE]);
  });

  it('is no record with the state-only flag, which ends the leading state all the same', () => {
    const close = stateOnly(record({ code: EVENT.CLOSE_X, params: { res: 0, fd: 1 } }));
    const usage = stateOnly(record({ code: EVENT.PROCINFO_E, params: {} }));
    expect(visibilities(close, usage, other, container)).toEqual([STATE, STATE, SHOWN, SHOWN]);
  });

  it('is no event that never had a meaning, or has a code that nobody knows', () => {
    expect(
      visibilities(record({ code: 17, params: [] }), record({ code: 4000, params: [] })),
    ).toEqual([HIDDEN, HIDDEN]);
  });

  it('is every record with --raw, as it was recorded', () => {
    const decoder = new EventDecoder({ raw: true });
    const event = emptyEvent();
    expect(decoder.decode(record({ code: READ_E, params: { fd: 5, size: 1 } }), event)).toBe(SHOWN);
    expect(event.row.code).toBe(READ_E);
    expect(event.signed(0)).toBe(5);
    const exit = record({ code: EVENT.READ_X, params: { res: 3 }, count: 1 });
    expect(decoder.decode(exit, event)).toBe(SHOWN);
    expect(event.paramCount).toBe(1);
    expect(decoder.decode(container, event)).toBe(SHOWN);
  });
});

describe('hostile records', () => {
  it('are counted, once for each kind, with the first offset', () => {
    const decoder = new EventDecoder({ raw: false });
    const event = emptyEvent();
    const broken = record({ code: EVENT.CLOSE_X, params: { res: 0, fd: 1 } });
    broken.end -= 1;
    broken.offset = 77;
    decoder.decode(record({ code: 4000, params: [] }), event);
    decoder.decode(broken, event);
    decoder.decode(broken, event);
    expect(decoder.diagnostics.map(({ id, offset }) => [id, offset])).toEqual([
      ['events/unknown-code', 0],
      ['events/params-beyond-record', 77],
    ]);
    expect(decoder.diagnostics[1]?.detail).toContain('2 event records');
  });

  it('lose the parameter that reaches beyond them, and keep those before it', () => {
    const broken = record({ code: EVENT.READ_X, params: { res: 3, data: 'abc', fd: 4, size: 5 } });
    broken.end -= 6;
    const event = decoded(broken);
    expect([event.signed(0), event.text(1), event.lengths[2], event.lengths[3]]).toEqual([
      3,
      'abc',
      ABSENT,
      ABSENT,
    ]);
  });

  it('cannot claim more parameters than there are bytes for their lengths', () => {
    const broken = record({ code: EVENT.READ_X, params: { res: 3 } });
    broken.paramCount = 0xffffffff;
    expect(decoded(broken).has(0)).toBe(false);
  });

  it('never throw and never show a byte beyond the record', () => {
    const decoder = new EventDecoder({ raw: false });
    const raw = new EventDecoder({ raw: true });
    const event = emptyEvent();
    fc.assert(
      fc.property(
        fc.record({
          code: fc.integer({ min: 0, max: 460 }),
          paramCount: fc.oneof(fc.integer({ min: -1, max: 40 }), fc.constant(0xffffffff)),
          hasWideLengths: fc.boolean(),
          tid: fc.integer({ min: 1, max: 3 }),
        }),
        fc.uint8Array({ maxLength: 200 }),
        (facts, bytes) => {
          const one = Object.assign(new EventRecord(), facts);
          one.bytes = Buffer.concat([Buffer.alloc(4, 0xaa), bytes, Buffer.alloc(16, 0xbb)]);
          one.view = new DataView(one.bytes.buffer, one.bytes.byteOffset, one.bytes.length);
          one.lengthsAt = 4;
          one.end = 4 + bytes.length;
          for (const each of [raw, decoder]) {
            if (each.decode(one, event) === VISIBILITY.HIDDEN) {
              continue;
            }
            for (let i = 0; i < event.paramCount; i += 1) {
              const length = event.lengths[i] as number;
              const limit = event.bytes === one.bytes ? one.end : event.bytes.length;
              expect(length === ABSENT || (event.starts[i] as number) + length <= limit).toBe(true);
              event.unsigned(i);
              event.raw(i);
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('cannot make the table of waiting threads grow without end', () => {
    const decoder = new EventDecoder({ raw: false });
    const event = emptyEvent();
    const path = 'x'.repeat(60_000);
    const open = record({ code: EVENT.OPEN_E, params: { name: path, flags: 0, mode: 0 } });
    const before = process.memoryUsage().arrayBuffers;
    for (let tid = 0; tid < 2000; tid += 1) {
      open.tid = tid;
      decoder.decode(open, event);
    }
    const small = record({ code: READ_E, params: { fd: 1, size: 1 } });
    for (let tid = 0; tid < 100_000; tid += 1) {
      small.tid = tid;
      decoder.decode(small, event);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    small.tid = 99_999;
    const exit = record({ code: EVENT.READ_X, params: { res: 1 }, count: 1, tid: 99_999 });
    decoder.decode(exit, event);
    expect(signed(event, 'fd')).toBe(1);
  });

  it('has rows for every code, whose plans never fail', () => {
    const event = emptyEvent();
    for (const row of EVENT_TABLE) {
      for (let count = 0; count <= row.params.length; count += 1) {
        const decoder = new EventDecoder({ raw: false });
        decoder.decode(record({ code: row.code, params: {}, count }), event);
      }
    }
  });
});
