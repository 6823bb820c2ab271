/**
 * The part of an inflated stream that is in memory: what was read and is still needed. It moves on when more is read,
 * and grows only where something is longer than all of it.
 */
import { utf16Length } from './audit-encoding.js';
import type { AuditInput } from './audit-input.js';

/** How much is read at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A window on one input. */
export class AuditWindow {
  /** The bytes; replaced by `fill()`. */
  bytes: Buffer;
  /** Index of the first byte that is still needed; whoever reads moves it on. */
  at = 0;
  /** Offset in the stream of `bytes[0]`. */
  base = 0;
  /** The stream has ended: nothing follows what is here. */
  isAtEnd = false;
  readonly #input: AuditInput;
  #room: Buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
  /** In UTF-16: a place in `bytes` and where it is on disk, from which others are counted. */
  #knownAt = 0;
  #knownPlace = 0;

  constructor(input: AuditInput) {
    this.#input = input;
    this.bytes = this.#room.subarray(0, 0);
  }

  /** Offset of `at` in the stream. */
  get offset(): number {
    return this.base + this.at;
  }

  /** Offset in the file, as it is before its encoding is changed, of `bytes[at]`. Quick where `at` grows. */
  placeOf(at: number): number {
    if (this.#input.encoding === 'UTF-8') {
      return this.base + at;
    }
    this.#knownPlace +=
      at >= this.#knownAt
        ? 2 * utf16Length(this.bytes, this.#knownAt, at)
        : -2 * utf16Length(this.bytes, at, this.#knownAt);
    this.#knownAt = at;
    return this.#knownPlace;
  }

  /** Read on. Returns by how many places what is kept has moved towards the front. */
  async fill(): Promise<number> {
    const moved = this.at;
    const kept = this.#makeRoom();
    const end = Math.min(this.#room.length, kept + CHUNK_BYTES);
    const count = await this.#input.read(this.#room, kept, end);
    this.bytes = this.#room.subarray(0, kept + count);
    this.isAtEnd = count === 0;
    return moved;
  }

  /** Move what is still needed to the front; returns how much that is. At least half a chunk is free then. */
  #makeRoom(): number {
    const kept = this.bytes.length - this.at;
    const source = this.bytes.subarray(this.at);
    this.placeOf(this.at);
    if (kept + CHUNK_BYTES / 2 > this.#room.length) {
      this.#room = Buffer.allocUnsafeSlow(this.#room.length * 2);
    }
    source.copy(this.#room, 0);
    this.base += this.at;
    this.at = 0;
    this.#knownAt = 0;
    return kept;
  }
}
