/** Whatever the bytes are: no exception but a UserError, no endless loop, no unbounded memory. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCKS } from '../../src/capture/block-table.js';
import { openEvidence } from '../../src/capture/index.js';
import { UserError } from '../../src/errors.js';
import {
  block,
  capture,
  event,
  fileOf,
  pack,
  readAll,
  readBytes,
  section,
} from '../capture/blocks.js';

/** Read what can be read; a refusal is an answer too. */
async function survives(bytes: Uint8Array, chunkBytes?: number): Promise<void> {
  try {
    const reading = await readBytes(bytes, chunkBytes === undefined ? {} : { chunkBytes });
    for (const { params, offset } of reading.events) {
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(params?.every((param) => typeof param === 'string') ?? true).toBe(true);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
  }
}

const whole = capture(
  section(),
  block(0x218, pack().u64(1).u32(25).u64(3, 1).u8(1).string('/a').bytes),
  event({ params: ['one', 'two'] }),
  event({ type: 0x204, params: ['old'] }),
  event({ type: 0x222, params: ['large'] }),
  section(false),
  event({ isLittle: false, params: ['big'] }),
  section(),
  event({ type: 0x217, params: ['last'] }),
);
const types = BLOCKS.map(({ type }) => type);
const anyBlock = fc
  .record({
    type: fc.constantFrom(...types),
    body: fc.uint8Array({ maxLength: 120 }),
    length: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined, freq: 10 }),
    trailer: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined, freq: 10 }),
    isLittle: fc.boolean(),
  })
  .map(({ type, body, isLittle, length, trailer }) =>
    block(type, body, {
      isLittle,
      ...(length === undefined ? {} : { length }),
      ...(trailer === undefined ? {} : { trailer }),
    }),
  );

describe('reading never throws', () => {
  it('whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 64 }),
        survives,
      ),
      { numRuns: 300 },
    );
  });

  it('whatever follows a section header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.uint8Array({ maxLength: 300 }), (isLittle, bytes) =>
        survives(capture(section(isLittle), bytes), 50),
      ),
      { numRuns: 300 },
    );
  });

  it('whatever is in the blocks, and whatever they claim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBlock, { maxLength: 12 }), fc.boolean(), (blocks, isLittle) =>
        survives(capture(section(isLittle), ...blocks), 100),
      ),
      { numRuns: 500 },
    );
  });

  it('whichever bytes of a capture are changed', async () => {
    const change = fc.tuple(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(whole);
        changes.forEach(([at, value]) => {
          bytes[at] = value;
        });
        return survives(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['gzip', Buffer.from(gzipSync(whole))],
    ['two gzip members', capture(gzipSync(whole), gzipSync(whole))],
    ['zstd', Buffer.from('KLUv/QQAAQAAYWJj', 'base64')],
  ])('whichever bytes of %s are changed', async (_what, packed) => {
    const change = fc.tuple(
      fc.integer({ min: 0, max: packed.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(packed.length),
        async (changes, cut) => {
          const bytes = Buffer.from(packed);
          changes.forEach(([at, value]) => {
            bytes[at] = value;
          });
          const part = bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut : 0));
          await survives(part);
          await openEvidence(fileOf(part)).then(
            async (reader) => {
              await readAll(reader);
              await reader.close();
            },
            (error: unknown) => {
              expect(error).toBeInstanceOf(UserError);
            },
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('memory is bounded', () => {
  /** Highest resident size while reading, over what it was before. */
  async function growthOf(bytes: Uint8Array): Promise<number> {
    const before = process.memoryUsage.rss();
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 5);
    await survives(bytes);
    clearInterval(timer);
    return Math.max(most, process.memoryUsage.rss()) - before;
  }

  const MB = 1024 * 1024;
  /** A gzip of a head and many megabytes of zeros, without holding them. */
  function bomb(head: Buffer, megabytes: number): Buffer {
    const zeros = gzipSync(Buffer.alloc(MB));
    return capture(gzipSync(head), ...Array.from({ length: megabytes }, () => zeros));
  }

  it.each([
    ['an event that claims what is there', pack().u32(0x216, 0x0700_0000).bytes],
    ['a block of an unknown type that claims it', pack().u32(0xbeef, 0x0700_0000).bytes],
    ['nothing but zeros', Buffer.alloc(0)],
  ])('by far less than 128 MB of %s', async (_what, head) => {
    expect(await growthOf(bomb(capture(section(), head), 128))).toBeLessThan(150 * MB);
  });

  it('by the events: a long capture takes no more than a short one', async () => {
    const events = gzipSync(
      capture(...Array.from({ length: 5000 }, () => event({ params: ['x'.repeat(200)] }))),
    );
    const long = capture(gzipSync(section()), ...Array.from({ length: 200 }, () => events));
    const reader = await openEvidence(fileOf(long));
    const before = process.memoryUsage.rss();
    let count = 0;
    do {
      while (reader.next() !== 0) {
        count += 1;
      }
    } while (await reader.fill());
    await reader.close();
    expect(count).toBe(1_000_001);
    expect(process.memoryUsage.rss() - before).toBeLessThan(80 * MB);
  });

  it('in spite of a deflate that repeats itself for ever', async () => {
    const endless = deflateRawSync(Buffer.alloc(64 * MB), { level: 9 });
    expect(
      await growthOf(capture(Buffer.from('1f8b0800000000000003', 'hex'), endless)),
    ).toBeLessThan(150 * MB);
  });
});
