/** Blocks as they should be: every type and version. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEXT, openEvidence } from '../../src/capture/index.js';
import { block, capture, event, fileOf, readBytes, section } from './blocks.js';

describe('an event block', () => {
  const COUNTED = [0x216, 0x217, 0x221, 0x222];

  it.each(COUNTED)('of type 0x%s gives its header and its parameters', async (type) => {
    const shape = { type, cpu: 7, time: 0x1234_5678_9abc_def0n, tid: 4711, code: 307 };
    const { events, ids } = await readBytes(
      capture(section(), event({ ...shape, params: ['\x05\0\0\0\0\0\0\0', '', '/etc/passwd\0'] })),
    );
    expect(ids).toEqual([]);
    expect(events).toEqual([
      {
        number: 1,
        offset: 28,
        cpu: 7,
        time: 0x1234_5678_9abc_def0n,
        tid: 4711,
        code: 307,
        params: ['\x05\0\0\0\0\0\0\0', '', '/etc/passwd\0'],
      },
    ]);
  });

  it.each([0x204, 0x208, 0x8010abcd])(
    'of the old type 0x%s has no parameter count',
    async (type) => {
      const bytes = capture(section(), event({ type, code: 12, params: ['abcd'] }));
      const reader = await openEvidence(fileOf(bytes));
      await reader.fill();
      expect([reader.next(), reader.next()]).toEqual([NEXT.SECTION, NEXT.EVENT]);
      const { record } = reader;
      expect(record.paramCount).toBe(-1);
      expect(record.code).toBe(12);
      expect(record.view.getUint16(record.lengthsAt, true)).toBe(4);
      expect(record.end - record.lengthsAt).toBe(6);
      await reader.close();
    },
  );

  it.each([
    [-1n, -1],
    [0x7fff_ffffn, 0x7fff_ffff],
    [0xffff_ffffn, 0xffff_ffff],
    [0x1_0000_0005n, 0x1_0000_0005],
  ])('with thread id %s keeps it', async (tid, expected) => {
    const { events } = await readBytes(capture(section(), event({ tid })));
    expect(events[0]?.tid).toBe(expected);
  });

  it('may hold block options behind its parameters', async () => {
    const behind = Buffer.from('a comment that pcapng allows');
    const { events, ids } = await readBytes(
      capture(section(), event({ params: ['xy'], behind }), event({ code: 5 })),
    );
    expect(ids).toEqual([]);
    expect(events.map(({ params, code }) => [code, params])).toEqual([
      [307, ['xy']],
      [5, []],
    ]);
  });

  it('may be far larger than what is read at a time', async () => {
    const large = 'x'.repeat(300_000);
    const bytes = capture(section(), event({ type: 0x221, params: [large] }), event());
    const { events, ids } = await readBytes(bytes, { chunkBytes: 1000 });
    expect(ids).toEqual([]);
    expect(events[0]?.params).toEqual([large]);
    expect(events).toHaveLength(2);
  });
});

describe('a section', () => {
  it('is reported, and event numbers go on counting through it', async () => {
    const one = capture(section(), event({ code: 1 }), event({ code: 2 }));
    const { events, sections, ids } = await readBytes(capture(one, one));
    expect(sections).toBe(2);
    expect(ids).toEqual([]);
    expect(events.map(({ number, code }) => [number, code])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
    ]);
  });
});

describe('reading', () => {
  const small = capture(
    section(),
    block(0x202, Buffer.alloc(0)),
    event({ params: ['one', 'two'] }),
    block(0x7777, Buffer.from('unknown!')),
    event({ type: 0x204, params: ['old'] }),
    event({ type: 0x222, params: ['large'] }),
    section(),
    event({ type: 0x217, params: ['a'.repeat(200)] }),
  );

  it('gives the same wherever the chunks are cut', async () => {
    const whole = await readBytes(small);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: small.length }),
        fc.integer({ min: 1, max: small.length }),
        async (chunkBytes, pieceBytes) => {
          expect(await readBytes(small, { chunkBytes, pieceBytes })).toEqual(whole);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives each block as it lies in the file, those of unknown types apart', async () => {
    const { blocks } = await readBytes(small, { chunkBytes: 50 });
    const known = capture(
      small.subarray(0, small.indexOf('unknown!') - 8),
      small.subarray(small.indexOf('unknown!') + 12),
    );
    expect(blocks).toBe(known.latin1Slice());
  });

  it('lends the record a Node Buffer, replaced only when it grows', async () => {
    const reader = await openEvidence(fileOf(small));
    const { bytes } = reader.record;
    expect(Buffer.isBuffer(bytes)).toBe(true);
    while (await reader.fill()) {
      while (reader.next() !== NEXT.NEED_MORE) {
        expect(reader.record.bytes).toBe(bytes);
      }
    }
    await reader.close();
  });
});
