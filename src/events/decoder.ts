/**
 * Records -> events in the newest layout. A record that is in it already costs one pass over its parameter
 * lengths; nothing is copied. An enter half is remembered and hidden; its exit gets a buffer of the
 * decoder's own, in which the parameters of both halves lie side by side.
 */
import type { EventRecord } from '../capture/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { EVENT } from './codes.js';
import { oldContainerJson } from './container-json.js';
import { Composer } from './composer.js';
import { EnterHalves } from './enter-halves.js';
import { FLAG } from './event-bits.js';
import type { Event } from './event.js';
import { NEWEST, planFor } from './layouts.js';
import { placeParams } from './placement.js';
import { EVENT_TABLE } from './table.js';
import type { EventRow } from './row.js';

/** What a record is to the one who looks. */
export const VISIBILITY = {
  /** The enter half of a pair, or nothing that means anything: the event is not valid. */
  HIDDEN: 0,
  SHOWN: 1,
  /**
   * It changes the machine and is no event: what the machine was like when the capture began, or a record with the
   * format's state-only flag. No rule is asked.
   */
  STATE: 2,
  /** Rules are asked, listings leave it out: processor times of processes (`procinfo`). */
  UNLISTED: 3,
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
  INITIAL_STATE: 4,
  UNLISTED: 5,
} as const;

/** As constants that are not exported, for speed; see `scap-reader.ts`. */
const { HIDDEN, SHOWN, STATE, UNLISTED } = VISIBILITY;
const ROWS = EVENT_TABLE;

function treatmentOf(row: EventRow): number {
  if ((row.flags & FLAG.UNUSED) !== 0) {
    return TREATMENT.DROPPED;
  }
  // old layouts of `container` too: the reference brings them to the newest one first (`sinsp::consume_initialstate_events`),
  // and its events of a capture of 2019 bear that out
  if ((row.flags & FLAG.INITIAL_STATE) !== 0) {
    return TREATMENT.INITIAL_STATE;
  }
  if (row.code === EVENT.PROCINFO_E) {
    return TREATMENT.UNLISTED;
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

/** Whether a record of this code (as recorded) ends the state with which a capture begins. */
export function endsInitialState(code: number): boolean {
  const treatment = TREATMENTS[code];
  return treatment !== undefined && treatment !== TREATMENT.INITIAL_STATE;
}

/** Fewer parameters than this make a record of an older layout; 0 where fewer are just fewer. */
const COMPLETE = Uint8Array.from(EVENT_TABLE, (row) =>
  (row.flags & FLAG.BROUGHT) === 0 ? 0 : row.params.length,
);

/** Decodes the records of one piece of evidence, in order. */
export class EventDecoder {
  readonly #isRaw: boolean;
  readonly #halves = new EnterHalves();
  readonly #composer = new Composer();
  #hasBegun = false;
  #unknown = 0;
  #unknownAt: number | undefined = undefined;
  #damaged = 0;
  #damagedAt: number | undefined = undefined;

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
      return HIDDEN;
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
    event.row = ROWS[code] as EventRow;
    event.enter = undefined;
    event.json = record.json;
    if (this.#isRaw) {
      this.#place(record, event);
      return this.#visibilityOf(record, treatment);
    }
    const count = record.paramCount;
    if (
      treatment === TREATMENT.NEWEST &&
      count >= (COMPLETE[code] as number) &&
      this.#halves.waiting === 0
    ) {
      this.#hasBegun = true;
      this.#place(record, event);
      return record.isStateOnly ? STATE : SHOWN;
    }
    return this.#bring(record, event, treatment);
  }

  /**
   * Whether `record` is an event as it stands: in the newest layout, while no thread waits for its exit. To be asked
   * in place of {@link decode} of records of unwatched events.
   */
  passUnwatched({ code, paramCount, isStateOnly }: EventRecord): boolean {
    const isAsItStands =
      TREATMENTS[code] === TREATMENT.NEWEST &&
      !isStateOnly &&
      paramCount >= (COMPLETE[code] as number) &&
      this.#halves.waiting === 0;
    this.#hasBegun ||= isAsItStands;
    return isAsItStands;
  }

  /** Everything but a record that is in the newest layout while no thread waits for its exit. */
  #bring(record: EventRecord, event: Event, treatment: number): Visibility {
    if (treatment === TREATMENT.DROPPED) {
      this.#hasBegun = true;
      return HIDDEN;
    }
    this.#place(record, event);
    if (treatment === TREATMENT.ENTER) {
      this.#hasBegun = true;
      this.#halves.remember(event);
      return HIDDEN;
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
      const json = code === EVENT.CONTAINER_E ? oldContainerJson(event) : undefined;
      this.#composer.compose(event, planFor(code, event.paramCount), pair);
      if (json !== undefined) {
        this.#composer.putText(event, json);
      }
    }
    return this.#visibilityOf(record, treatment);
  }

  #visibilityOf({ isStateOnly }: EventRecord, treatment: number): Visibility {
    this.#hasBegun ||= treatment !== TREATMENT.INITIAL_STATE;
    if (isStateOnly || !this.#hasBegun) {
      return STATE;
    }
    return treatment === TREATMENT.UNLISTED ? UNLISTED : SHOWN;
  }

  #place(record: EventRecord, event: Event): void {
    if (!placeParams(record, event)) {
      this.#damaged += 1;
      this.#damagedAt ??= record.offset;
    }
  }
}
