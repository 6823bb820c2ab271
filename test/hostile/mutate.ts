/** Inputs made of others: bytes, lengths and pieces changed, as a seed says. The same seed gives the same input. */
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

const STEPS: readonly Step[] = [
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

/** One of `seeds`, changed in a few ways, and sometimes packed. */
export function mutate(random: Random, seeds: readonly Uint8Array[]): Buffer {
  let bytes: Buffer = Buffer.from(seeds[random(seeds.length)] ?? []);
  const steps = 1 + random(MOST_STEPS);
  for (let i = 0; i < steps; i += 1) {
    bytes = STEPS[random(STEPS.length)]?.(bytes, random) ?? bytes;
  }
  return random(20) === 0 ? gzipSync(bytes) : bytes;
}
