/**
 * Records -> events in the newest layout. A record that is in it already costs one pass over its parameter
 * lengths; nothing is copied. An enter half is remembered and hidden; its exit gets a buffer of the
 * decoder's own, in which the parameters of both halves lie side by side.
 */
import type { EventRecord } from '../capture/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { EVENT } from './codes.js';
import { containerJson } from './container-json.js';
import { EnterHalves } from './enter-halves.js';
import { FLAG } from './event-bits.js';
import { ABSENT, MAX_PARAMS, type EnterHalf, type Event } from './event.js';
import { NEWEST, planFor, SOURCE, type Plan, type Slot } from './layouts.js';
import { EVENT_TABLE } from './table.js';
import type { EventRow } from './row.js';

/** What a record is to the one who looks. */
export const VISIBILITY = {
  /** The enter half of a pair, or nothing that means anything: the event is not valid. */
  HIDDEN: 0,
  SHOWN: 1,
  /** What the machine was like when the capture began, told as events. */
  STATE: 2,
} as const;
export type Visibility = (typeof VISIBILITY)[keyof typeof VISIBILITY];

/** How a code is treated, in a byte each. */
const TREATMENT = {
  /** In the newest layout if it has all parameters, or if its row is never brought to a newer one. */
  NEWEST: 0,
  /** Brought to the newest layout whatever it holds. */
  OLD: 1,
  ENTER: 2,
  DROPPED: 3,
  /** May be part of the state with which a capture begins. */
  STATE: 4,
} as const;

const STATE_NAMES: ReadonlySet<string> = new Set([
  'procinfo',
  'container',
  'asyncevent',
  'useradded',
  'groupadded',
]);

function treatmentOf(row: EventRow): number {
  if ((row.flags & FLAG.UNUSED) !== 0) {
    return TREATMENT.DROPPED;
  }
  if (STATE_NAMES.has(row.name)) {
    return TREATMENT.STATE;
  }
  const isOld = (row.flags & FLAG.OLD) !== 0;
  if (row.code % 2 === 1) {
    return isOld ? TREATMENT.OLD : TREATMENT.NEWEST;
  }
  if (!isOld && (row.flags & FLAG.BROUGHT) === 0) {
    return TREATMENT.NEWEST;
  }
  const exit = EVENT_TABLE[row.code + 1];
  if (exit !== undefined && (exit.flags & FLAG.UNUSED) === 0) {
    return TREATMENT.ENTER;
  }
  return NEWEST[row.code] === row.code ? TREATMENT.DROPPED : TREATMENT.OLD;
}

const TREATMENTS = Uint8Array.from(EVENT_TABLE, treatmentOf);
/** Fewer parameters than this make a record of an older layout; 0 where fewer are just fewer. */
const COMPLETE = Uint8Array.from(EVENT_TABLE, (row) =>
  (row.flags & FLAG.BROUGHT) === 0 ? 0 : row.params.length,
);

/** Zero in every type's size, at the start of the decoder's own buffer. */
const ZERO_BYTES = 16;
/** Where the slots of a record were before they became those of the newest layout. */
const OLD_STARTS = new Int32Array(MAX_PARAMS);
const OLD_LENGTHS = new Int32Array(MAX_PARAMS);
/** Old writers counted three bytes too many for these. */
const MISCOUNTED: ReadonlySet<number> = new Set([
  EVENT.NOTIFICATION_E,
  EVENT.INFRASTRUCTURE_EVENT_E,
]);
const MISCOUNT = 3;

/** Decodes the records of one piece of evidence, in order. */
export class EventDecoder {
  readonly #isRaw: boolean;
  readonly #halves = new EnterHalves();
  #hasBegun = false;
  #unknown = 0;
  #unknownAt: number | undefined = undefined;
  #damaged = 0;
  #damagedAt: number | undefined = undefined;
  #own = Buffer.alloc(4096);
  #ownView = new DataView(this.#own.buffer, this.#own.byteOffset, this.#own.length);

  constructor(options: { readonly raw: boolean }) {
    this.#isRaw = options.raw;
  }

  /** Forget everything about threads: a new section begins. What was counted stays. */
  reset(): void {
    this.#halves.clear();
    this.#hasBegun = false;
  }

  /** What was not understood so far, one finding of each kind. */
  get diagnostics(): readonly Diagnostic[] {
    const found: Diagnostic[] = [];
    if (this.#unknown > 0) {
      found.push({
        id: 'events/unknown-code',
        offset: this.#unknownAt,
        detail: `${this.#unknown} event records have a code beyond ${EVENT_TABLE.length - 1}, the last that is known`,
      });
    }
    if (this.#damaged > 0) {
      found.push({
        id: 'events/params-beyond-record',
        offset: this.#damagedAt,
        detail: `${this.#damaged} event records claim more parameter bytes than they have`,
      });
    }
    return found;
  }

  /**
   * Put `record` under the cursor. Never throws on hostile bytes and never reads beyond the record; the event is
   * valid until the next call, and only if the answer is not HIDDEN.
   */
  decode(record: EventRecord, event: Event): Visibility {
    const { code } = record;
    const treatment = TREATMENTS[code];
    if (treatment === undefined) {
      this.#unknown += 1;
      this.#unknownAt ??= record.offset;
      return VISIBILITY.HIDDEN;
    }
    event.number = record.number;
    event.offset = record.offset;
    event.cpu = record.cpu;
    event.timeHigh = record.timeHigh;
    event.timeLow = record.timeLow;
    event.enterTimeHigh = 0;
    event.enterTimeLow = 0;
    event.tid = record.tid;
    event.code = code;
    event.recordedCode = code;
    event.row = EVENT_TABLE[code] as EventRow;
    event.enter = undefined;
    event.json = record.json;
    if (this.#isRaw) {
      this.#place(record, event);
      return VISIBILITY.SHOWN;
    }
    const count = record.paramCount;
    if (
      treatment === TREATMENT.NEWEST &&
      count >= (COMPLETE[code] as number) &&
      this.#halves.waiting === 0
    ) {
      this.#hasBegun = true;
      this.#place(record, event);
      return VISIBILITY.SHOWN;
    }
    return this.#bring(record, event, treatment);
  }

  /** Everything but a record that is in the newest layout while no thread waits for its exit. */
  #bring(record: EventRecord, event: Event, treatment: number): Visibility {
    if (treatment === TREATMENT.DROPPED) {
      this.#hasBegun = true;
      return VISIBILITY.HIDDEN;
    }
    this.#place(record, event);
    if (treatment === TREATMENT.ENTER) {
      this.#hasBegun = true;
      this.#halves.remember(event);
      return VISIBILITY.HIDDEN;
    }
    const { code } = record;
    const half = this.#halves.waiting === 0 ? undefined : this.#halves.take(event);
    if (half !== undefined) {
      event.enter = half;
      event.enterTimeHigh = half.timeHigh;
      event.enterTimeLow = half.timeLow;
    }
    if (NEWEST[code] !== code || event.paramCount < (COMPLETE[code] as number)) {
      const pair = half?.code === code - 1 ? half : undefined;
      const json = code === EVENT.CONTAINER_E ? containerJson(event) : undefined;
      this.#fill(event, planFor(code, event.paramCount), pair);
      if (json !== undefined) {
        this.#putText(event, json);
      }
    }
    if (treatment === TREATMENT.STATE) {
      return this.#stateOrShown(event);
    }
    this.#hasBegun = true;
    return VISIBILITY.SHOWN;
  }

  #stateOrShown(event: Event): Visibility {
    if (event.row.name === 'procinfo') {
      return VISIBILITY.STATE;
    }
    const isState =
      !this.#hasBegun && (event.code !== EVENT.ASYNCEVENT_E || event.text(1) === 'container');
    this.#hasBegun = !isState;
    return isState ? VISIBILITY.STATE : VISIBILITY.SHOWN;
  }

  /** Let the event's slots point to the record's parameters, in the order of the record's own row. */
  #place(record: EventRecord, event: Event): void {
    const { view, lengthsAt } = record;
    const most = event.row.params.length;
    event.bytes = record.bytes;
    event.view = view;
    let { end } = record;
    let count = record.paramCount;
    if (count < 0) {
      end -= MISCOUNTED.has(event.code) ? MISCOUNT : 0;
      count = guessCount(record, end, most);
    }
    const present = count < most ? count : most;
    const step = record.hasWideLengths ? 4 : 2;
    let at = lengthsAt + count * step;
    if (count < 0 || at > end) {
      event.paramCount = 0;
      this.#damage(event, end);
      return;
    }
    event.paramCount = present;
    const { starts, lengths } = event;
    for (let i = 0; i < present; i += 1) {
      const lengthAt = lengthsAt + i * step;
      const length = step === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
      starts[i] = at;
      lengths[i] = length;
      at += length;
    }
    if (at > end) {
      this.#damage(event, end);
    }
  }

  /** Some parameter reaches beyond `end`: it and those after it are absent. */
  #damage(event: Event, end: number): void {
    this.#damaged += 1;
    this.#damagedAt ??= event.offset;
    let isBeyond = false;
    for (let i = 0; i < event.paramCount; i += 1) {
      const length = event.lengths[i] as number;
      isBeyond ||= length < 0 || (event.starts[i] as number) + length > end;
      if (isBeyond) {
        event.starts[i] = 0;
        event.lengths[i] = ABSENT;
      }
    }
  }

  /** Give the event the slots of the newest layout; those of `half` and zeroes need a buffer of our own. */
  #fill(event: Event, plan: Plan, half: EnterHalf | undefined): void {
    const { starts, lengths } = event;
    const count = event.paramCount;
    let shift = 0;
    let halfAt = 0;
    if (plan.needsZero || (plan.needsEnter && half !== undefined)) {
      const { from, to } = event.span();
      shift = ZERO_BYTES - from;
      halfAt = ZERO_BYTES + to - from;
      this.#gather(event, from, to, half);
    }
    OLD_STARTS.set(starts.subarray(0, count));
    OLD_LENGTHS.set(lengths.subarray(0, count));
    for (let i = 0; i < plan.slots.length; i += 1) {
      const slot = plan.slots[i] as Slot;
      const { index } = slot;
      let start = 0;
      let length = ABSENT;
      switch (slot.source) {
        case SOURCE.RECORD:
          start = (OLD_STARTS[index] as number) + shift;
          length = OLD_LENGTHS[index] as number;
          break;
        case SOURCE.RECORD_VALUE:
          start = (OLD_STARTS[index] as number) + shift + 1;
          length = Math.max((OLD_LENGTHS[index] as number) - 1, ABSENT);
          break;
        case SOURCE.ENTER:
        case SOURCE.ENTER_OR_ZERO:
          if (half !== undefined && index < half.paramCount) {
            start = (half.starts[index] as number) + halfAt;
            length = half.lengths[index] as number;
          } else if (slot.source === SOURCE.ENTER_OR_ZERO) {
            length = slot.zeroBytes;
          }
          break;
        case SOURCE.ZERO:
          length = slot.zeroBytes;
          break;
        case SOURCE.ABSENT:
          break;
      }
      starts[i] = start;
      lengths[i] = slot.mostBytes > 0 && length > slot.mostBytes ? slot.mostBytes : length;
    }
    event.paramCount = plan.slots.length;
    event.row = plan.row;
    event.code = plan.row.code;
  }

  /** Make a text of our own the event's first parameter. */
  #putText(event: Event, text: string): void {
    this.#own = Buffer.from(`${'\0'.repeat(ZERO_BYTES)}${text}\0`, 'latin1');
    this.#ownView = new DataView(this.#own.buffer, this.#own.byteOffset, this.#own.length);
    event.bytes = this.#own;
    event.view = this.#ownView;
    event.starts[0] = ZERO_BYTES;
    event.lengths[0] = text.length + 1;
  }

  /** Copy what both halves hold behind the zeroes of our own buffer, and let the event point there. */
  #gather(event: Event, from: number, to: number, half: EnterHalf | undefined): void {
    const halfBytes = half?.span().to ?? 0;
    const size = ZERO_BYTES + to - from + halfBytes;
    if (size > this.#own.length) {
      this.#own = Buffer.alloc(size * 2);
      this.#ownView = new DataView(this.#own.buffer, this.#own.byteOffset, this.#own.length);
    }
    event.bytes.copy(this.#own, ZERO_BYTES, from, to);
    half?.bytes.copy(this.#own, ZERO_BYTES + to - from, 0, halfBytes);
    event.bytes = this.#own;
    event.view = this.#ownView;
  }
}

/**
 * How many parameters a record of an old block type has: the most, up to `most`, for which lengths and
 * values end exactly at `end`. -1 where no number does.
 */
function guessCount(record: EventRecord, end: number, most: number): number {
  const { view, lengthsAt } = record;
  for (let count = most; count >= 0; count -= 1) {
    let at = lengthsAt + 2 * count;
    for (let i = 0; i < count && at <= end; i += 1) {
      at += view.getUint16(lengthsAt + 2 * i, true);
    }
    if (at === end) {
      return count;
    }
  }
  return -1;
}
