/**
 * Damaged and lying captures: what can be seen is seen, what cannot is reported, with offset and reason,
 * and nothing throws. Every finding that the capture room knows is made by a case here.
 */
import { appendFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { DIAGNOSTICS } from '../../src/diagnostics.js';
import {
  block,
  capture,
  event,
  fileOf,
  pack,
  readAll,
  readBytes,
  section,
  type Reading,
} from '../capture/blocks.js';

const seenIds = new Set<string>();

function codes(reading: Reading): readonly number[] {
  reading.ids.forEach((id) => seenIds.add(id));
  return reading.events.map(({ code }) => code);
}

/** A worker that cannot hash needs a large file: test/capture/read-errors.test.ts. */
const ELSEWHERE: ReadonlySet<string> = new Set(['capture/not-hashed']);

afterAll(() => {
  const known = Object.keys(DIAGNOSTICS).filter(
    (id) => id.startsWith('capture/') && !ELSEWHERE.has(id),
  );
  expect([...seenIds].sort()).toEqual(known.sort());
});

const e1 = event({ code: 1, params: ['first'] });
const e3 = event({ code: 3, params: ['third'] });
const e4 = event({ code: 4, params: ['fourth'] });
const at = section().length + e1.length;
const GARBAGE = Buffer.from('this is no block, and it is not a multiple of four long');

/** `[1, x, 3, 4]` with something in the place of x. */
const around = (middle: Uint8Array) => capture(section(), e1, middle, e3, e4);

describe('a block in the middle', () => {
  const good = { code: 2, params: ['second'] };
  const length = event(good).length;

  it.each([
    ['claims 4 GiB', event({ ...good, length: 0xffff_fffc })],
    ['claims 2 GiB', event({ ...good, length: 0x8000_0000 })],
    ['claims no length', event({ ...good, length: 0 })],
    ['claims a length that is no multiple of 4', event({ ...good, length: length + 1 })],
    ['claims 4 bytes too many', event({ ...good, length: length + 4 })],
    ['claims 4 bytes too few', event({ ...good, length: length - 4 })],
    ['claims to reach to the end', event({ ...good, length: length + e3.length + e4.length })],
    ['claims to reach beyond the end', event({ ...good, length: 60_000 })],
    ['says something else at its end', event({ ...good, trailer: 12 })],
    ['says two wrong lengths', event({ ...good, length: 0xfff0, trailer: 0xfff0 })],
  ])('that %s is read all the same, and so is what follows', async (_what, bytes) => {
    const reading = await readBytes(around(bytes));
    expect(codes(reading)).toEqual([1, 2, 3, 4]);
    expect(reading.events[1]?.params).toEqual(['second']);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/length-mismatch', offset: at }]);
  });

  it('of a list that lies about its length is read all the same', async () => {
    const list = pack().u64(5).u64(3, 1).u8(1).string('/tmp/x').bytes;
    const reading = await readBytes(around(block(0x203, list, { length: 1_000_000 })));
    expect(codes(reading)).toEqual([1, 3, 4]);
    expect(reading.lists).toMatchObject([{ kind: 'fds', fds: [{ name: '/tmp/x' }] }]);
    expect(reading.ids).toEqual(['capture/length-mismatch']);
  });

  it.each([
    ['garbage', GARBAGE],
    ['zeros', Buffer.alloc(4096)],
    ['a block of which the beginning is missing', event(good).subarray(20)],
    ['a block of which the end is missing', event(good).subarray(0, length - 20)],
    [
      'a block that is wrong in every length',
      event({ ...good, length: 8, trailer: 8, len: 0x7fff_0000 }),
    ],
  ])('that is %s is passed over', async (_what, bytes) => {
    const reading = await readBytes(around(bytes));
    expect(codes(reading)).toEqual([1, 3, 4]);
    expect(reading.events[1]?.number).toBe(3 - 1);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/resynchronised', offset: at }]);
    const next = at + bytes.length;
    expect(reading.diagnostics[0]?.detail).toContain(`the next block is at offset ${next}`);
  });

  it('of an unknown type is passed over and counted', async () => {
    const strange = block(0xbeef, Buffer.from('new!'));
    const reading = await readBytes(around(capture(strange, strange)));
    expect(codes(reading)).toEqual([1, 3, 4]);
    expect(reading.diagnostics).toEqual([
      {
        id: 'capture/unknown-block',
        offset: at,
        detail: '2 blocks of the unknown type 0xbeef passed over (32 bytes)',
      },
    ]);
  });

  it('gives the same findings wherever the chunks are cut', async () => {
    const bytes = around(
      capture(GARBAGE, e1, event({ ...good, length: 0xfff0 }), event({ ...good, trailer: 0 })),
    );
    const whole = await readBytes(bytes);
    expect(codes(whole)).toEqual([1, 1, 2, 2, 3, 4]);
    for (let chunkBytes = 1; chunkBytes < bytes.length; chunkBytes += 7) {
      expect(await readBytes(bytes, { chunkBytes, pieceBytes: chunkBytes })).toEqual(whole);
    }
  });
});

describe('an event', () => {
  const good = { code: 2, params: ['se', 'cond'] };

  it.each([
    ['claims more bytes than its block has', event({ ...good, len: 0x7fff_fff0 })],
    ['claims fewer bytes than its header has', event({ ...good, len: 3 })],
  ])('that %s keeps the parameters that are in the block', async (_what, bytes) => {
    const reading = await readBytes(around(bytes));
    expect(codes(reading)).toEqual([1, 2, 3, 4]);
    expect(reading.events[1]?.params).toEqual(['se', 'cond']);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/bad-event', offset: at }]);
  });

  it('that claims four billion parameters has none', async () => {
    const reading = await readBytes(around(event({ ...good, count: 0xffff_ffff })));
    expect(codes(reading)).toEqual([1, 2, 3, 4]);
    expect(reading.events[1]?.params).toEqual([]);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/bad-event', offset: at }]);
  });

  it.each([0x216, 0x221])(
    'of type %i whose parameters are longer than its block never reaches beyond it',
    async (type) => {
      const lengths = [type === 0x216 ? 0xffff : 0xffff_ffff, 4];
      const reading = await readBytes(around(event({ ...good, type, lengths })));
      expect(codes(reading)).toEqual([1, 2, 3, 4]);
      expect(reading.events[1]?.params?.join('').length).toBeLessThan(20);
    },
  );

  it('of an old type that claims more bytes than its block has ends with it', async () => {
    const reading = await readBytes(around(event({ ...good, type: 0x204, len: 5000 })));
    expect(codes(reading)).toEqual([1, 2, 3, 4]);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/bad-event', offset: at }]);
  });

  it('whose block is too short for its header is counted, and not shown', async () => {
    const reading = await readBytes(around(block(0x216, Buffer.alloc(20))));
    expect(codes(reading)).toEqual([1, 3, 4]);
    expect(reading.events[1]?.number).toBe(3);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/bad-event', offset: at }]);
  });
});

describe('a list', () => {
  const entry = pack().u64(3, 1).u8(1).string('/a').bytes;
  const whole = pack()
    .u32(entry.length + 4)
    .raw(entry).bytes;

  it.each([
    ['whose entry goes beyond it', 0x218, pack().u64(7).raw(whole).u32(0xffff).raw(entry).bytes],
    [
      'whose entry is shorter than it can be',
      0x218,
      pack().u64(7).raw(whole).u32(6).raw(entry).bytes,
    ],
    [
      'whose text goes beyond it',
      0x203,
      pack().u64(7).raw(entry).u64(4, 1).u8(1).u16(0xffff).raw('/b').bytes,
    ],
  ])('%s keeps the entries before', async (_what, type, body) => {
    const reading = await readBytes(around(block(type, body)));
    expect(codes(reading)).toEqual([1, 3, 4]);
    expect(reading.lists).toMatchObject([{ kind: 'fds', tid: 7, fds: [{ fd: 3, name: '/a' }] }]);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/bad-metadata', offset: at }]);
  });

  it.each([0x201, 0x202, 0x215, 0x205, 0x219, 0x206, 0x220])(
    'of type %i made of anything ends',
    async (type) => {
      for (const byte of [0, 1, 0x7f, 0xff]) {
        const reading = await readBytes(around(block(type, Buffer.alloc(5000, byte))));
        expect(codes(reading)).toEqual([1, 3, 4]);
        expect(reading.lists).toHaveLength(1);
      }
    },
  );
});

describe('a file', () => {
  const whole = around(event({ code: 2, type: 0x204, params: ['old'] }));
  const starts = [section(), e1, event({ code: 2, type: 0x204, params: ['old'] }), e3, e4].map(
    ({ length }) => length,
  );

  it('cut at any byte gives the events up to there, and says where it was cut', async () => {
    const ends = starts.map((_length, index) => starts.slice(0, index + 1).reduce((a, b) => a + b));
    for (let cut = 28; cut < whole.length; cut += 1) {
      const reading = await readBytes(whole.subarray(0, cut));
      const begun = ends.filter((end) => end <= cut).length;
      expect(reading.events).toHaveLength(begun - 1);
      codes(reading);
      const offset = ends[begun - 1] as number;
      expect(reading.diagnostics).toMatchObject(
        offset === cut ? [] : [{ id: 'capture/truncated-block', offset }],
      );
    }
  });

  it('cut inside an event that holds a capture does not show what that one holds', async () => {
    const forged = capture(event({ code: 66 }), event({ code: 66 }));
    const bytes = capture(section(), e1, event({ code: 2, params: [forged, 'x'.repeat(100)] }));
    const reading = await readBytes(bytes.subarray(0, bytes.length - 40));
    expect(codes(reading)).toEqual([1]);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/truncated-block', offset: at }]);
  });

  it.each([
    ['without its section header', whole.subarray(28)],
    ['whose first bytes are gone', whole.subarray(16)],
    ['whose section header is damaged', capture(Buffer.alloc(8), whole.subarray(8))],
  ])('%s is read from the first whole block on', async (_what, bytes) => {
    const reading = await readBytes(bytes);
    expect(codes(reading)).toEqual([1, 2, 3, 4]);
    expect(reading.ids).toContain('capture/no-section-header');
  });

  it('of a newer major version is read, and that is reported', async () => {
    const reading = await readBytes(capture(section(true, 2), e1));
    expect(codes(reading)).toEqual([1]);
    expect(reading.diagnostics).toMatchObject([{ id: 'capture/newer-version', offset: 0 }]);
  });

  it('of the other byte order is read, and that is reported', async () => {
    const reading = await readBytes(capture(section(false), event({ code: 9, isLittle: false })));
    expect(codes(reading)).toEqual([9]);
    expect(reading.ids).toEqual(['capture/foreign-byte-order']);
  });

  it('of nothing but damage tells so much of it as can be read, and counts the rest', async () => {
    const pieces = Array.from({ length: 500 }, (_each, index) => [
      e1,
      block(0x10000 + index, Buffer.from('new!')),
      GARBAGE,
    ]);
    const reading = await readBytes(capture(section(), ...pieces.flat()));
    expect(codes(reading)).toHaveLength(500);
    expect(reading.diagnostics.length).toBeLessThan(110);
    expect(reading.diagnostics.filter(({ offset }) => offset === undefined)).toMatchObject([
      { id: 'capture/resynchronised', detail: '449 more, besides the 50 that are listed' },
      { id: 'capture/unknown-block', detail: '450 more, of other unknown types' },
    ]);
  });
});

describe('packed evidence', () => {
  const noise = Buffer.from(
    Array.from({ length: 4000 }, (_each, index) => (index * index * 7919) >> 5),
  );
  const packed = gzipSync(capture(section(), e1, event({ code: 2, params: [noise] }), e3));

  it('that is cut short is read as far as it goes', async () => {
    const reading = await readBytes(packed.subarray(0, packed.length - 100));
    expect(codes(reading)).toEqual([1]);
    expect(reading.ids).toEqual(['capture/truncated-block', 'capture/torn-compression']);
  });

  it('that is damaged is read as far as it goes', async () => {
    const bytes = Buffer.from(packed);
    bytes.writeUInt32LE(1, bytes.length - 8);
    const reader = await openEvidence(fileOf(bytes));
    const reading = await readAll(reader);
    await reader.close();
    expect(codes(reading)).toEqual([1, 2, 3]);
    expect(reading.ids).toEqual(['capture/bad-compression']);
  });

  it('with something behind it is read whole', async () => {
    const reader = await openEvidence(fileOf(capture(packed, GARBAGE)));
    const reading = await readAll(reader);
    await reader.close();
    expect(codes(reading)).toEqual([1, 2, 3]);
    expect(reading.ids).toEqual(['capture/trailing-garbage']);
  });
});

describe('a source', () => {
  it('that fails in the middle has given what it gave', async () => {
    const stdin = new Readable({
      read() {
        this.push(capture(section(), e1));
        this.destroy(new Error('EIO: the cable is loose'));
      },
    });
    const reader = await openEvidence('-', { stdin });
    const reading = await readAll(reader);
    await reader.close();
    codes(reading);
    expect(reading.diagnostics).toMatchObject([
      {
        id: 'capture/read-error',
        detail: expect.stringMatching(/^at byte \d+ .*EIO: the cable is loose$/) as unknown,
      },
    ]);
  });

  it('that changes meanwhile is reported', async () => {
    const path = fileOf(capture(section(), e1));
    const reader = await openEvidence(path);
    appendFileSync(path, e3);
    await reader.close();
    reader.diagnostics.forEach(({ id }) => seenIds.add(id));
    expect(reader.diagnostics).toMatchObject([{ id: 'capture/changed-while-read' }]);
  });
});
