/**
 * Puts an event of an older layout together: the slots of the newest layout point to the record's own bytes, or,
 * where the enter half or a zero has a part in it, to a buffer in which all of them lie side by side. That
 * buffer is reused: what it held is gone with the next event.
 */
import { ABSENT, MAX_PARAMS, type EnterHalf, type Event } from './event.js';
import { SOURCE, type Plan, type Slot } from './layouts.js';

/** A zero of every type's size, at the start of the buffer. */
const ZERO_BYTES = 16;
/** Below this, a loop is faster than a call. */
const FEW_BYTES = 64;

/** Where the parameters of the record were before they became slots of the newest layout. */
interface Recorded {
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** What the record's places move by. */
  shift: number;
  half: EnterHalf | undefined;
  /** Where the half's parameters begin in the buffer. */
  halfAt: number;
}

function copy(from: Buffer, to: Buffer, at: number, span: { from: number; to: number }): void {
  const length = span.to - span.from;
  if (length > FEW_BYTES) {
    from.copy(to, at, span.from, span.to);
    return;
  }
  for (let i = 0; i < length; i += 1) {
    to[at + i] = from[span.from + i] as number;
  }
}

/** Composes one event at a time. */
export class Composer {
  #bytes = Buffer.alloc(4096);
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
  readonly #recorded: Recorded = {
    starts: new Int32Array(MAX_PARAMS),
    lengths: new Int32Array(MAX_PARAMS),
    shift: 0,
    half: undefined,
    halfAt: 0,
  };

  /** Give the event the row and the slots of `plan`; `half` is the enter half of the same system call. */
  compose(event: Event, plan: Plan, half: EnterHalf | undefined): void {
    const recorded = this.#recorded;
    for (let i = 0; i < event.paramCount; i += 1) {
      recorded.starts[i] = event.starts[i] as number;
      recorded.lengths[i] = event.lengths[i] as number;
    }
    recorded.half = half;
    recorded.shift = 0;
    if (plan.needsZero || (plan.needsEnter && half !== undefined)) {
      this.#gather(event, half);
    }
    for (let i = 0; i < plan.slots.length; i += 1) {
      placeSlot(event, i, plan.slots[i] as Slot, recorded);
    }
    event.paramCount = plan.slots.length;
    event.row = plan.row;
    event.code = plan.row.code;
  }

  /** Make a text of our own the event's first parameter. */
  putText(event: Event, text: string): void {
    this.#reserve(ZERO_BYTES + text.length + 1);
    this.#bytes.latin1Write(`${text}\0`, ZERO_BYTES);
    event.bytes = this.#bytes;
    event.view = this.#view;
    event.starts[0] = ZERO_BYTES;
    event.lengths[0] = text.length + 1;
  }

  /** Copy what both halves hold behind the zeroes of the buffer, and let the event read from there. */
  #gather(event: Event, half: EnterHalf | undefined): void {
    const span = event.span();
    const halfSpan = half?.span();
    const halfAt = ZERO_BYTES + span.to - span.from;
    this.#reserve(halfAt + (halfSpan?.to ?? 0));
    copy(event.bytes, this.#bytes, ZERO_BYTES, span);
    if (half !== undefined && halfSpan !== undefined) {
      copy(half.bytes, this.#bytes, halfAt, halfSpan);
    }
    this.#recorded.shift = ZERO_BYTES - span.from;
    this.#recorded.halfAt = halfAt;
    event.bytes = this.#bytes;
    event.view = this.#view;
  }

  #reserve(size: number): void {
    if (size > this.#bytes.length) {
      this.#bytes = Buffer.alloc(size * 2);
      this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
    }
  }
}

/** Fill slot `at` of the newest layout. */
function placeSlot(event: Event, at: number, slot: Slot, recorded: Recorded): void {
  const { index } = slot;
  let start = 0;
  let length = ABSENT;
  if (slot.source === SOURCE.RECORD || slot.source === SOURCE.RECORD_VALUE) {
    const skipped = slot.source === SOURCE.RECORD ? 0 : 1;
    start = (recorded.starts[index] as number) + recorded.shift + skipped;
    length = Math.max((recorded.lengths[index] as number) - skipped, ABSENT);
  } else if (slot.source !== SOURCE.ABSENT) {
    const half = slot.source === SOURCE.ZERO ? undefined : recorded.half;
    if (half !== undefined && index < half.paramCount) {
      start = (half.starts[index] as number) + recorded.halfAt;
      length = half.lengths[index] as number;
    } else if (slot.source !== SOURCE.ENTER) {
      length = slot.zeroBytes;
    }
  }
  event.starts[at] = start;
  event.lengths[at] = slot.mostBytes > 0 && length > slot.mostBytes ? slot.mostBytes : length;
}
