/**
 * One event in the newest layout, as the rest of the program sees it: a reused cursor over bytes that
 * were read already. Parameters are (start, length) pairs; nothing becomes a string, a bigint or an
 * object until somebody reads it. An old enter and exit pair is one event: the slots that the newest
 * layout moved from enter to exit point to a copy of the remembered enter parameters.
 */
import type { EventRow } from './row.js';

/** More parameters than any event of the table has; what lies beyond is counted, not read. */
export const MAX_PARAMS = 64;

/** Place of the return value: the first parameter of every exit event that has one. */
export const RESULT = 0;

/** A parameter that is not there (older capture, or no enter event was seen). */
export const ABSENT = -1;

/** Parameters of a record: places in a buffer, read only when asked. */
export class Params {
  /** Bytes and view that `starts` index into. */
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Parameters present: never more than the row has. */
  paramCount = 0;
  readonly starts: Int32Array;
  /** In bytes; `ABSENT` where the slot is not filled. 0 is "recorded, but empty". */
  readonly lengths: Int32Array;

  constructor(slots: number) {
    this.starts = new Int32Array(slots);
    this.lengths = new Int32Array(slots);
  }

  /** Whether parameter `index` is there and not empty. */
  has(index: number): boolean {
    return index < this.paramCount && (this.lengths[index] as number) > 0;
  }

  /** Unsigned number of 1, 2, 4 or 8 bytes (exact to 2^53); `undefined` if absent or of another size. */
  unsigned(index: number): number | undefined {
    if (index >= this.paramCount) {
      return undefined;
    }
    const at = this.starts[index] as number;
    switch (this.lengths[index] as number) {
      case 1:
        return this.view.getUint8(at);
      case 2:
        return this.view.getUint16(at, true);
      case 4:
        return this.view.getUint32(at, true);
      case 8:
        return this.view.getUint32(at + 4, true) * 4294967296 + this.view.getUint32(at, true);
      default:
        return undefined;
    }
  }

  /** Signed number of 1, 2, 4 or 8 bytes (exact to 2^53); `undefined` if absent or of another size. */
  signed(index: number): number | undefined {
    if (index >= this.paramCount) {
      return undefined;
    }
    const at = this.starts[index] as number;
    switch (this.lengths[index] as number) {
      case 1:
        return this.view.getInt8(at);
      case 2:
        return this.view.getInt16(at, true);
      case 4:
        return this.view.getInt32(at, true);
      case 8:
        return this.view.getInt32(at + 4, true) * 4294967296 + this.view.getUint32(at, true);
      default:
        return undefined;
    }
  }

  /** Exact unsigned 64-bit number; `undefined` if absent or not 8 bytes long. */
  unsigned64(index: number): bigint | undefined {
    return index < this.paramCount && this.lengths[index] === 8
      ? this.view.getBigUint64(this.starts[index] as number, true)
      : undefined;
  }

  /** Exact signed 64-bit number; `undefined` if absent or not 8 bytes long. */
  signed64(index: number): bigint | undefined {
    return index < this.paramCount && this.lengths[index] === 8
      ? this.view.getBigInt64(this.starts[index] as number, true)
      : undefined;
  }

  /** Byte string up to the first NUL; `undefined` if the parameter is absent or has no byte at all. */
  text(index: number): string | undefined {
    if (!this.has(index)) {
      return undefined;
    }
    const start = this.starts[index] as number;
    const end = start + (this.lengths[index] as number);
    let stop = start;
    while (stop < end && this.bytes[stop] !== 0) {
      stop += 1;
    }
    return this.bytes.latin1Slice(start, stop);
  }

  /** All bytes as a byte string, NULs included; `undefined` if absent. */
  raw(index: number): string | undefined {
    if (index >= this.paramCount || this.lengths[index] === ABSENT) {
      return undefined;
    }
    const start = this.starts[index] as number;
    return this.bytes.latin1Slice(start, start + (this.lengths[index] as number));
  }

  /** Where the parameters lie, which follow each other: from the first's start to the last's end. */
  span(): Span {
    let last = this.paramCount - 1;
    while (last >= 0 && this.lengths[last] === ABSENT) {
      last -= 1;
    }
    return last < 0
      ? { from: 0, to: 0 }
      : {
          from: this.starts[0] as number,
          to: (this.starts[last] as number) + (this.lengths[last] as number),
        };
  }

  /** A view of the bytes, not a copy; `undefined` if absent. */
  slice(index: number): Uint8Array | undefined {
    if (index >= this.paramCount || this.lengths[index] === ABSENT) {
      return undefined;
    }
    const start = this.starts[index] as number;
    return this.bytes.subarray(start, start + (this.lengths[index] as number));
  }
}

/** What {@link Params.span} answers: offsets in `bytes`, `to` behind the last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The enter half of a pair, as it was recorded. Valid until the thread's next enter event. */
export class EnterHalf extends Params {
  /** Event code as recorded. */
  code = -1;
  /** Whether the exit has not come yet. */
  isWaiting = false;
  timeHigh = 0;
  timeLow = 0;
}

/** The event under the cursor. Valid until the next record is decoded. */
export class Event extends Params {
  /** Position among the records of the file, from 1. */
  number = 0;
  /** Offset of the block in the uncompressed evidence, in bytes. */
  offset = 0;
  cpu = 0;
  /** Time of the event (of the exit record, for a pair): halves, as `nanoseconds()` joins them. */
  timeHigh = 0;
  timeLow = 0;
  /** Time of the enter record of a pair; both 0 where there was none. */
  enterTimeHigh = 0;
  enterTimeLow = 0;
  tid = 0;
  /** Event code in the newest layout, and as it was recorded. */
  code = 0;
  recordedCode = 0;
  /** Row of `code`. */
  row: EventRow;
  /**
   * The remembered enter half of the same system call (an `execve` exit may have that of `execveat`), with its own
   * parameters: some of them say more than the exit does (what a path was before the call).
   */
  enter: EnterHalf | undefined = undefined;
  /** The parsed line of a log, or the payload of a plugin event once somebody asked. */
  json: unknown = undefined;

  constructor(row: EventRow) {
    super(MAX_PARAMS);
    this.row = row;
  }
}
