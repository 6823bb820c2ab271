/** Packed captures: whole ones in every form, and what is left of damaged ones. */
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeSync, openSync } from 'node:fs';
import { Findings } from '../../src/capture/findings.js';
import { FileSource } from '../../src/capture/raw-source.js';
import {
  createZstdDecoder,
  PortableDecoder,
  type ZstdDecoder,
} from '../../src/capture/zstd-decoder.js';
import { ZstdSource } from '../../src/capture/zstd-source.js';
import { UserError } from '../../src/errors.js';
import { capture, event, fileOf, pack, readBytes, readFile, section } from './blocks.js';

/** Events whose bytes do not pack to nothing. */
function noisyEvents(count: number, seed: number): Buffer[] {
  let state = seed;
  return Array.from({ length: count }, (_each, index) => {
    const noise = Buffer.alloc(60);
    for (let at = 0; at < noise.length; at += 1) {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      noise[at] = state >>> 24;
    }
    return event({ code: index % 300, time: BigInt(index), params: [noise] });
  });
}

const events = noisyEvents(3000, 1);
const plain = capture(section(), ...events);
const first = capture(section(), ...events.slice(0, 1000));
const second = capture(...events.slice(1000));

describe('gzip', () => {
  it('gives what the plain file gives', async () => {
    const reading = await readFile(fileOf(plain));
    expect(reading.events).toHaveLength(3000);
    expect(await readFile(fileOf(gzipSync(plain)))).toEqual(reading);
    expect(await readBytes(gzipSync(plain))).toEqual(reading);
  });

  it('may have any number of members, cut anywhere, arriving in any pieces', async () => {
    const small = capture(section(), ...events.slice(0, 20));
    const whole = await readBytes(small);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: small.length }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 500 }),
        async (cuts, pieceBytes) => {
          const at = [0, ...cuts.sort((a, b) => a - b), small.length];
          const members = at.slice(1).map((end, index) => gzipSync(small.subarray(at[index], end)));
          expect(await readBytes(Buffer.concat(members), { pieceBytes })).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may end in padding', async () => {
    const { events: seen, ids } = await readFile(
      fileOf(capture(gzipSync(plain), Buffer.alloc(512))),
    );
    expect([seen.length, ids]).toEqual([3000, []]);
  });

  it('that was cut short gives all up to there', async () => {
    const packed = gzipSync(plain);
    const {
      events: seen,
      ids,
      diagnostics,
    } = await readFile(fileOf(packed.subarray(0, packed.length >> 1)));
    expect(seen.length).toBeGreaterThan(1400);
    expect(ids).toContain('capture/torn-compression');
    const torn = diagnostics.find(({ id }) => id === 'capture/torn-compression');
    expect(torn?.offset).toBeGreaterThan(1400 * event({ params: ['x'.repeat(60)] }).length);
  });

  it('that lacks nothing but its last byte gives everything', async () => {
    const packed = gzipSync(plain);
    const { events: seen, ids } = await readFile(fileOf(packed.subarray(0, packed.length - 1)));
    expect([seen.length, ids]).toEqual([3000, ['capture/torn-compression']]);
  });

  it('with something behind it gives everything and says so', async () => {
    const bytes = capture(gzipSync(plain), Buffer.from('-- sent from my phone'));
    const { events: seen, diagnostics } = await readFile(fileOf(bytes));
    expect(seen).toHaveLength(3000);
    expect(diagnostics).toMatchObject([{ id: 'capture/trailing-garbage', offset: plain.length }]);
  });

  it('with something between two members gives both', async () => {
    const bytes = capture(gzipSync(first), Buffer.from('oops'), gzipSync(second));
    const { events: seen, ids } = await readFile(fileOf(bytes));
    expect([seen.length, ids]).toEqual([3000, ['capture/trailing-garbage']]);
  });

  it('whose checksum is wrong gives everything and tells that it may be wrong', async () => {
    const bytes = gzipSync(plain);
    bytes.writeUInt32LE(0, bytes.length - 8);
    const { events: seen, ids } = await readFile(fileOf(bytes));
    expect([seen.length, ids]).toEqual([3000, ['capture/bad-compression']]);
  });

  it('with a damaged member goes on at the next', async () => {
    const packed = gzipSync(first);
    const middle = packed.length >> 1;
    packed.fill(0xff, middle, middle + 40);
    const { events: seen, ids } = await readFile(fileOf(capture(packed, gzipSync(second))));
    const codes = seen.slice(-2000).map(({ time }) => Number(time));
    expect(codes).toEqual(Array.from({ length: 2000 }, (_each, index) => index + 1000));
    expect(seen.length).toBeGreaterThan(2400);
    expect(ids).toContain('capture/bad-compression');
  });

  it('with several damaged members gives what lies before the damage of each', async () => {
    const parts = [0, 1, 2, 3, 4].map((part) => {
      const packed = gzipSync(capture(...events.slice(part * 600, (part + 1) * 600)));
      const middle = packed.length >> 1;
      packed.fill(0xff, middle, middle + 40);
      return packed;
    });
    const { events: seen } = await readFile(fileOf(capture(gzipSync(section()), ...parts)));
    const times = seen.map(({ time }) => Number(time));
    for (const part of parts.keys()) {
      const ofPart = times.filter((time) => Math.floor(time / 600) === part);
      expect(ofPart.length).toBeGreaterThan(200);
    }
  });

  it('that is damaged in a pipe is read as far as it can be', async () => {
    const bytes = capture(gzipSync(first), Buffer.from('oops'), gzipSync(second));
    const { events: seen, ids } = await readBytes(bytes);
    expect(seen.length).toBeGreaterThanOrEqual(2000);
    expect(ids).toContain('capture/trailing-garbage');
  });
});

/** A zstd frame of raw blocks, and of blocks that repeat one byte. */
function zstdFrame(
  blocks: readonly (Buffer | { byte: number; count: number })[],
  windowLog = 17,
): Buffer {
  const frame = pack()
    .u32(0xfd2fb528)
    .u8(0)
    .u8((windowLog - 10) << 3);
  blocks.forEach((each, index) => {
    const last = index === blocks.length - 1 ? 1 : 0;
    const [type, size, content] = Buffer.isBuffer(each)
      ? [0, each.length, each]
      : [1, each.count, Buffer.of(each.byte)];
    const word = (size << 3) | (type << 1) | last;
    frame
      .u16(word & 0xffff)
      .u8(word >> 16)
      .raw(content);
  });
  return frame.bytes;
}

/** `section()` and one event with a parameter of 3000 times the same sentence, packed by zstd 1.5. */
const REAL_ZSTD =
  'KLUv/aSgDwIAdAMAdAUKDQ0KHAAAAE08KxoBAAIA/yECAACEDwAVzYU9/pyXFyoAdjMBAQAAAFhUaGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nLiAHAGX8hyovLcDmBOwdJgrAzbBmAAxlAAAghA8CAAEAmYe+AgJs2WxR';

/** What lies before its first block. */
const ZSTD_HEADER_BYTES = 9;

describe('zstd', () => {
  it('as the zstd program writes it gives what the plain file gives', async () => {
    const sentence = 'The quick brown fox jumps over the lazy dog. '.repeat(3000);
    const expected = await readBytes(
      capture(section(), event({ type: 0x221, params: [sentence] })),
    );
    expect(await readBytes(Buffer.from(REAL_ZSTD, 'base64'))).toEqual(expected);
    expect(await readBytes(Buffer.from(REAL_ZSTD, 'base64'), { pieceBytes: 1 })).toEqual(expected);
  });

  it('with a changed byte is reported, unless what unpacks is the same', async () => {
    const whole = Buffer.from(REAL_ZSTD, 'base64');
    const expected = await readBytes(whole);
    for (let at = ZSTD_HEADER_BYTES; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes[at] as number) ^ 1, at);
      const isTold = await readBytes(bytes).then(
        ({ events: seen, ids }) => ids.length > 0 || isDeepStrictEqual(seen, expected.events),
        (error: unknown) => error instanceof UserError,
      );
      expect([at, isTold]).toEqual([at, true]);
    }
    const bytes = Buffer.from(whole);
    bytes.fill(0, whole.length - 4);
    const { events: seen, diagnostics } = await readBytes(bytes);
    expect(seen).toHaveLength(1);
    expect(diagnostics[0]?.detail).toContain('its checksum differs');
  });

  it('may have several frames, skippable ones among them', async () => {
    const skippable = pack().u32(0x184d2a53, 5).raw('notes').bytes;
    const bytes = capture(
      zstdFrame([first.subarray(0, 100_000)]),
      skippable,
      zstdFrame([first.subarray(100_000)]),
    );
    const reading = await readFile(fileOf(bytes));
    expect([reading.events.length, reading.ids]).toEqual([1000, []]);
    expect(await readBytes(bytes, { pieceBytes: 7000 })).toEqual(reading);
  });

  it('that was cut short gives all up to there', async () => {
    const bytes = zstdFrame([first.subarray(0, 50_000), first.subarray(50_000)]);
    const { events: seen, ids } = await readFile(fileOf(bytes.subarray(0, 60_000)));
    expect(seen.length).toBeGreaterThan(400);
    expect(ids).toEqual(['capture/truncated-block', 'capture/torn-compression']);
  });

  it('with a damaged frame goes on at the next', async () => {
    const broken = zstdFrame([first, first.subarray(0, 4)]);
    broken.fill(0xff, 6 + 3 + first.length, 6 + 3 + first.length + 3);
    const { events: seen, ids } = await readFile(
      fileOf(capture(broken, zstdFrame([second.subarray(0, 130_000)]))),
    );
    expect(seen.length).toBeGreaterThan(2000);
    expect(ids).toContain('capture/bad-compression');
  });

  it('that asks for gigabytes of memory is not obeyed', async () => {
    const bytes = capture(zstdFrame([section()]), zstdFrame([event()], 31), zstdFrame([event()]));
    const { events: seen, diagnostics } = await readFile(fileOf(bytes));
    expect(seen).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ id: 'capture/bad-compression', offset: 28 });
    expect(diagnostics[0]?.detail).toContain('2147483648 bytes of memory');
  });

  it('that is flushed often is read whole', async () => {
    const parts = [section(), ...events];
    const { diagnostics, events: seen } = await readFile(fileOf(capture(zstdFrame(parts, 21))));
    expect([seen.length, diagnostics]).toEqual([events.length, []]);
  });

  it('of a few bytes that becomes megabytes is unpacked a little at a time', async () => {
    const zeros = { byte: 0, count: 128 * 1024 };
    const bomb = zstdFrame([section(), ...Array.from({ length: 400 }, () => zeros)]);
    const { ids } = await readBytes(bomb);
    expect(ids).toEqual(['capture/truncated-block']);
  });
});

const DECODERS = [
  { name: 'fzstd', create: (): ZstdDecoder => new PortableDecoder() },
  // Node 20 has no zstd of its own: there, this is fzstd once more.
  { name: 'the best of this Node', create: createZstdDecoder },
];

/** What a zstd file gives, byte for byte, and what is found. */
async function unpacked(
  bytes: Buffer,
  decoder: ZstdDecoder,
): Promise<{ bytes: Buffer; ids: string[]; details: string }> {
  const findings = new Findings();
  const file = fileOf(bytes);
  const fd = openSync(file, 'r');
  const source = new ZstdSource(new FileSource(fd, findings, false), findings, decoder);
  const parts: Buffer[] = [];
  for (;;) {
    const into = Buffer.alloc(64 * 1024);
    const count = await source.read(into, 0, into.length);
    if (count === 0) {
      break;
    }
    parts.push(into.subarray(0, count));
  }
  closeSync(fd);
  const list = findings.list();
  return {
    bytes: Buffer.concat(parts),
    ids: list.map(({ id }) => id),
    details: list.map(({ detail }) => detail).join(),
  };
}

describe.each(DECODERS)('zstd through $name', ({ create }) => {
  it('is given up where tiny blocks lie in a large window, and only if the decoder moves the window', async () => {
    const tiny = Array.from({ length: 20_000 }, () => ({ byte: 0, count: 1 }));
    const decoder = create();
    const { details } = await unpacked(capture(zstdFrame([section(), ...tiny], 27)), decoder);
    expect(details.includes('blocks are too small for its window')).toBe(decoder.movesWindow);
  });
});

describe('the best zstd decoder of this Node', () => {
  it('reports damage wherever fzstd does, and gives the same bytes where it reports none', async () => {
    const real = Buffer.from(REAL_ZSTD, 'base64');
    const whole = capture(real, zstdFrame([first.subarray(0, 300)]), real);
    for (let at = 0; at < whole.length; at += 3) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes[at] as number) ^ (1 + (at % 255)), at);
      const seen = await unpacked(bytes, createZstdDecoder());
      const expected = await unpacked(bytes, new PortableDecoder());
      expect([at, seen.ids.length > 0]).toEqual([
        at,
        seen.ids.length > 0 || expected.ids.length > 0,
      ]);
      if (seen.ids.length === 0) {
        expect(seen.bytes.equals(expected.bytes)).toBe(true);
      }
    }
  });
});
