/** Sections that were recorded on a big-endian machine. */
import { describe, expect, it } from 'vitest';
import { NEXT, openEvidence } from '../../src/capture/index.js';
import { Packer, block, capture, event, fileOf, readBytes, section } from './blocks.js';

describe('the other byte order', () => {
  const big = { isLittle: false } as const;
  const list = new Packer(false).u64(42).u64(5, 9).u8(1).string('/x').bytes;
  const bytes = capture(
    section(false),
    block(0x203, list, big),
    event({ ...big, cpu: 3, tid: 77, code: 300, params: ['\0\0\0\x05', 'text\0'] }),
    event({ ...big, type: 0x222, tid: -1n, params: ['wide'] }),
  );

  it('gives the same events and lists', async () => {
    const { events, lists, blocks, ids } = await readBytes(bytes, { chunkBytes: 64 });
    expect(ids).toEqual(['capture/foreign-byte-order']);
    expect(lists).toMatchObject([
      { kind: 'fds', tid: 42, fds: [{ fd: 5, inode: 9n, name: '/x' }] },
    ]);
    expect(events).toMatchObject([
      {
        cpu: 3,
        tid: 77,
        code: 300,
        time: 1_700_000_000_123_456_789n,
        params: ['\0\0\0\x05', 'text\0'],
      },
      { tid: -1, params: ['wide'] },
    ]);
    expect(blocks).toBe(bytes.latin1Slice());
  });

  it('marks records whose parameters are to be turned around, and gives them in a copy', async () => {
    const reader = await openEvidence(fileOf(bytes));
    let values: number[] = [];
    do {
      for (let found = reader.next(); found !== NEXT.NEED_MORE; found = reader.next()) {
        const { record } = reader;
        if (found === NEXT.EVENT && record.code === 300) {
          expect(record.isBigEndian).toBe(true);
          const before = Buffer.from(reader.block());
          const at = record.lengthsAt + 4;
          record.bytes.subarray(at, at + 4).reverse();
          values = [...values, record.view.getUint32(at, true)];
          expect(reader.block()).toEqual(before);
        }
      }
    } while (await reader.fill());
    await reader.close();
    expect(values).toEqual([5]);
  });

  it('ends where a section of this one begins', async () => {
    const { events, ids } = await readBytes(
      capture(bytes, section(), event({ code: 9 }), section(false), event({ ...big, code: 8 })),
      { chunkBytes: 100 },
    );
    expect(events.map(({ code }) => code)).toEqual([300, 307, 9, 8]);
    expect(ids).toEqual(['capture/foreign-byte-order', 'capture/foreign-byte-order']);
  });
});
