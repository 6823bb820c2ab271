/**
 * XXH64 with seed 0, of which a zstd frame holds the lower half (RFC 8878, section 3.1.1). Long inputs go through stripes
 * of 32 bytes in four lanes; there a 64-bit number is two halves, since BigInt is some fifty times slower. The few steps
 * at the end are in BigInt.
 */

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
const P1_HIGH = 0x9e3779b1 | 0;
const P1_LOW = 0x85ebca87 | 0;
const P2_HIGH = 0xc2b2ae3d | 0;
const P2_LOW = 0x27d4eb4f | 0;

const STRIPE_BYTES = 32;
const LANE_BYTES = 8;
/** How far a lane is turned before the lanes are added. */
const LANE_TURNS = [1n, 7n, 12n, 18n] as const;

/** Sums bytes up, in as many pieces as they come. */
export class Xxh64 {
  /** Of each lane the high half, then the low one. */
  readonly #lanes = new Int32Array(8);
  /** Bytes that do not fill a stripe yet. */
  readonly #rest = new Uint8Array(STRIPE_BYTES);
  #restBytes = 0;
  #lengthBytes = 0;

  constructor() {
    [P1 + P2, P2, 0n, -P1].forEach((start, lane) => {
      this.#lanes[2 * lane] = Number(BigInt.asIntN(32, start >> 32n));
      this.#lanes[2 * lane + 1] = Number(BigInt.asIntN(32, start));
    });
  }

  add(bytes: Uint8Array): void {
    this.#lengthBytes += bytes.length;
    let at = 0;
    if (this.#restBytes > 0) {
      at = Math.min(STRIPE_BYTES - this.#restBytes, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restBytes);
      this.#restBytes += at;
      if (this.#restBytes < STRIPE_BYTES) {
        return;
      }
      addStripes(this.#lanes, this.#rest);
    }
    const end = at + Math.floor((bytes.length - at) / STRIPE_BYTES) * STRIPE_BYTES;
    addStripes(this.#lanes, bytes.subarray(at, end));
    this.#rest.set(bytes.subarray(end));
    this.#restBytes = bytes.length - end;
  }

  /** The sum of all bytes so far. */
  sum(): bigint {
    const view = new DataView(this.#rest.buffer);
    let hash = wrap(
      (this.#lengthBytes < STRIPE_BYTES ? P5 : this.#joined()) + BigInt(this.#lengthBytes),
    );
    let at = 0;
    for (; at + LANE_BYTES <= this.#restBytes; at += LANE_BYTES) {
      hash = wrap(turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
    }
    if (at + 4 <= this.#restBytes) {
      hash = wrap(turn(hash ^ wrap(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
      at += 4;
    }
    for (; at < this.#restBytes; at += 1) {
      hash = wrap(turn(hash ^ wrap(BigInt(view.getUint8(at)) * P5), 11n) * P1);
    }
    hash = wrap((hash ^ (hash >> 33n)) * P2);
    hash = wrap((hash ^ (hash >> 29n)) * P3);
    return hash ^ (hash >> 32n);
  }

  /** What a zstd frame holds of the sum. */
  lowerHalf(): number {
    return Number(BigInt.asUintN(32, this.sum()));
  }

  #joined(): bigint {
    const lanes = LANE_TURNS.map((_, lane) => {
      const [high = 0, low = 0] = this.#lanes.subarray(2 * lane);
      return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    });
    const turned = lanes.map((lane, at) => turn(lane, LANE_TURNS[at] as bigint));
    const start = wrap(turned.reduce((sum, lane) => sum + lane));
    return lanes.reduce((hash, lane) => wrap((hash ^ round(0n, lane)) * P1 + P4), start);
  }
}

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

const turn = (value: bigint, by: bigint): bigint => wrap(value << by) | (value >> (64n - by));

const round = (lane: bigint, input: bigint): bigint =>
  wrap(turn(wrap(lane + input * P2), 31n) * P1);

/** `lane = turn(lane + input * P2, 31) * P1` for each lane of each stripe: `round`, in halves. */
function addStripes(lanes: Int32Array, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += LANE_BYTES) {
    const lane = (at & (STRIPE_BYTES - 1)) >> 2;
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    const laneLow = (lanes[lane + 1] as number) >>> 0;
    const sum = laneLow + (Math.imul(low, P2_LOW) >>> 0);
    const sumLow = sum | 0;
    const sumHigh =
      ((lanes[lane] as number) +
        productHigh(low, P2_LOW) +
        Math.imul(low, P2_HIGH) +
        Math.imul(high, P2_LOW) +
        (sum > 0xffffffff ? 1 : 0)) |
      0;
    const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
    const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
    lanes[lane + 1] = Math.imul(turnedLow, P1_LOW);
    lanes[lane] =
      productHigh(turnedLow, P1_LOW) +
      Math.imul(turnedLow, P1_HIGH) +
      Math.imul(turnedHigh, P1_LOW);
  }
}

/** The upper 32 bits of the product of two unsigned numbers. */
function productHigh(a: number, b: number): number {
  const middle =
    (Math.imul(a >>> 16, b & 0xffff) >>> 0) + (Math.imul(a & 0xffff, b & 0xffff) >>> 16);
  const other = (Math.imul(a & 0xffff, b >>> 16) >>> 0) + (middle & 0xffff);
  return (Math.imul(a >>> 16, b >>> 16) + (middle >>> 16) + (other >>> 16)) | 0;
}
