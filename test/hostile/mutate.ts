/** Inputs made of others: bytes, lengths, lines and words changed, as a seed says. The same seed gives the same input. */
import { gzipSync } from 'node:zlib';

/** A number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** xorshift32: small, and the same on every machine. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Numbers at which length fields and ids go wrong. */
const ODD = [
  0, 1, 4, 12, 0x7f, 0x80, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
const MOST_STEPS = 6;
const MOST_PIECE_BYTES = 400;

type Step = (bytes: Buffer, random: Random) => Buffer;

const BYTE_STEPS: readonly Step[] = [
  (bytes, random) => {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length >= 4) {
      bytes.writeUInt32LE(ODD[random(ODD.length)] ?? 0, random(bytes.length - 3));
    }
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, 1 + random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    const piece = bytes.subarray(at, at + random(MOST_PIECE_BYTES));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    const rest = bytes.subarray(at + random(MOST_PIECE_BYTES));
    return Buffer.concat([bytes.subarray(0, at + 1), rest]);
  },
];

/** What means something in YAML, JSON, conditions, templates and logs. */
const WORDS =
  '- |: |? |{|}|[|]|, |"|\'|&a |*a|<<: |!!str |!!binary |\t| #|---\n|...\n|\u0000|\ufeff|\u2028|(|)| and | or | not | in (| exists|' +
  ' pmatch (| = | contains |%proc.name|%evt.arg[|%|\\|\\u0000|null|~|true|1e999|-1|99999999999999999999|0x7fffffff|\n|\r\n|\n  |{"|":|[[|' +
  'override: {condition: append}|exceptions:|__proto__|constructor|\ud800|2026-13-45T99:99:99Z|> |\\n';
const TOKENS = [...WORDS.split('|'), '|', '|-\n  '];

function tokenOf(random: Random): Buffer {
  return Buffer.from(TOKENS[random(TOKENS.length)] ?? '');
}

/** A place where a line begins. */
function lineAt(bytes: Buffer, random: Random): number {
  return bytes.indexOf('\n', random(bytes.length)) + 1;
}

const TEXT_STEPS: readonly Step[] = [
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), tokenOf(random), bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      tokenOf(random),
      bytes.subarray(at + 1 + random(8)),
    ]);
  },
  // a line, or a few, once more and somewhere else
  (bytes, random) => {
    const from = lineAt(bytes, random);
    const end = bytes.indexOf('\n', from + random(MOST_PIECE_BYTES)) + 1;
    const at = lineAt(bytes, random);
    const lines = bytes.subarray(from, Math.max(from, end));
    return Buffer.concat([bytes.subarray(0, at), lines, bytes.subarray(at)]);
  },
  (bytes, random) => {
    const from = lineAt(bytes, random);
    const end = bytes.indexOf('\n', from) + 1;
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.max(from, end))]);
  },
  // indented more, or less
  (bytes, random) => {
    const at = lineAt(bytes, random);
    return random(2) === 0
      ? Buffer.concat([bytes.subarray(0, at), Buffer.from('  '), bytes.subarray(at)])
      : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 2)]);
  },
];

function mutate(random: Random, seeds: readonly Uint8Array[], possible: readonly Step[]): Buffer {
  let bytes: Buffer = Buffer.from(seeds[random(seeds.length)] ?? []);
  const steps = 1 + random(MOST_STEPS);
  for (let i = 0; i < steps; i += 1) {
    const next = possible[random(possible.length)]?.(bytes, random) ?? bytes;
    bytes = next.length === 0 ? bytes : next;
  }
  return bytes;
}

/** One of `seeds`, changed in a few ways. */
export function mutateBytes(random: Random, seeds: readonly Uint8Array[]): Buffer {
  return mutate(random, seeds, BYTE_STEPS);
}

/** One or two of `seeds`, which are text, changed in a few ways. */
export function mutateText(random: Random, seeds: readonly Uint8Array[]): Buffer {
  const one = (): Buffer => Buffer.from(seeds[random(seeds.length)] ?? []);
  const both = Buffer.concat([one(), Buffer.from('\n'), one()]);
  const steps = random(8) === 0 ? [...TEXT_STEPS, ...BYTE_STEPS] : TEXT_STEPS;
  return mutate(random, random(3) === 0 ? [both] : seeds, steps);
}

/** The same bytes, sometimes as gzip. */
export function packed(random: Random, bytes: Uint8Array): Uint8Array {
  return random(20) === 0 ? gzipSync(bytes) : bytes;
}

/** As a zstd frame of stored blocks, of a window of 128 kB; with `random`, of some small blocks, and some of one byte many times. */
export function storedAsZstd(bytes: Uint8Array, random?: Random): Buffer {
  const parts: Buffer[] = [Buffer.from('28b52ffd0038', 'hex')];
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(bytes.length - at, random === undefined ? 65_536 : 1 + random(2000));
    const isLast = at + length >= bytes.length ? 1 : 0;
    if (random?.(30) === 0) {
      parts.push(blockHeader(0, 1, random(131_073)), Buffer.of(random(256)));
    }
    parts.push(blockHeader(isLast, 0, length), Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat(parts);
}

function blockHeader(isLast: number, type: number, size: number): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE(isLast | (type << 1) | (size << 3), 0, 3);
  return header;
}
