/**
 * The encoding of a log: UTF-8, or UTF-16 as Windows tools write it (`>` of PowerShell 5), which is brought to UTF-8
 * while it is read. Half a surrogate pair becomes U+FFFD; half a character at the end is dropped.
 */
import type { ByteSource } from './byte-source.js';

/** Encodings of logs. */
export type TextEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

/** Bytes that identify UTF-16 without a byte-order mark: an audit log begins with ASCII. */
const PROBE_BYTES = 64;
/** A unit of UTF-16 takes at most three bytes in UTF-8 (pairs: four for two). */
const MAX_UTF8_BYTES = 3;

/** The encoding of content that begins with `head`. */
export function encodingOf(head: Buffer): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) {
    return 'UTF-16LE';
  }
  if (head[0] === 0xfe && head[1] === 0xff) {
    return 'UTF-16BE';
  }
  const probe = head.subarray(0, Math.min(PROBE_BYTES, head.length & ~1));
  if (probe.length >= 4 && probe.every((byte, at) => (byte === 0) === (at % 2 === 1))) {
    return 'UTF-16LE';
  }
  return probe.length >= 4 && probe.every((byte, at) => (byte === 0) === (at % 2 === 0))
    ? 'UTF-16BE'
    : 'UTF-8';
}

/** `bytes` as UTF-8; a character that is cut off at the end is dropped. */
export function toUtf8(bytes: Buffer, encoding: TextEncoding): Buffer {
  if (encoding === 'UTF-8') {
    return bytes;
  }
  const units = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  if (encoding === 'UTF-16BE') {
    units.swap16();
  }
  return Buffer.from(units.toString('utf16le'), 'utf8');
}

/** Units of UTF-16 that `bytes[start, end)`, which is UTF-8, stands for. */
export function utf16Length(bytes: Buffer, start: number, end: number): number {
  return bytes.utf8Slice(start, end).length;
}

/** UTF-16 as UTF-8. Reads must have room for `MAX_UTF8_BYTES` at least. */
export class Utf16Source implements ByteSource {
  readonly #source: ByteSource;
  readonly #encoding: TextEncoding;
  /** Bytes that were read and not given out: half a unit, or half a pair. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource, encoding: TextEncoding) {
    this.#source = source;
    this.#encoding = encoding;
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    const room = Math.floor((end - start) / MAX_UTF8_BYTES) * 2;
    const units = Buffer.allocUnsafe(Math.max(room, this.#rest.length + 2));
    for (;;) {
      const have = this.#rest.copy(units);
      const count = await this.#source.read(units, have, units.length);
      const length = have + count;
      // at the end half a pair is given out as it is
      const whole = count === 0 ? length & ~1 : this.#wholeLength(units, length);
      this.#rest = Buffer.from(units.subarray(whole, length));
      if (whole > 0) {
        return toUtf8(units.subarray(0, whole), this.#encoding).copy(into, start);
      }
      if (count === 0) {
        return 0;
      }
    }
  }

  /** Without half a unit at the end, nor the first half of a pair. */
  #wholeLength(units: Buffer, length: number): number {
    const whole = length & ~1;
    const high = units[whole - (this.#encoding === 'UTF-16LE' ? 1 : 2)] as number;
    return whole > 0 && high >= 0xd8 && high <= 0xdb ? whole - 2 : whole;
  }
}
