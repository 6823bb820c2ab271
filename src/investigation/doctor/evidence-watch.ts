/** Counts what a piece of evidence holds: events by type, halves of pairs, and where its clock jumps. */
import type { EventRecord } from '../../capture/index.js';
import { CATEGORY, EVENT_TABLE, VISIBILITY, type Visibility } from '../../events/index.js';
import type { Moment } from '../../state/index.js';
import { nanoseconds } from '../../units.js';

/** A type of event and how many there are. */
export interface TypeCount {
  readonly type: string;
  readonly count: number;
}

/** Second halves of system calls, and whether they have first ones. */
export interface Halves {
  readonly hasEnters: boolean;
  readonly exitCount: number;
  /** Without a first half, where others have one. */
  readonly missingCount: number;
}

/** The clock went back, or far forward, from one event to the next. */
export interface ClockJump {
  readonly from: bigint;
  readonly to: bigint;
  readonly eventNumber: number;
  readonly offset: number;
}

/** Processors deliver their events a little out of order. */
const BACK_NS = 1_000_000_000n;
/** A machine that runs does something every few seconds. */
const FORWARD_NS = 60_000_000_000n;
const MAX_JUMPS = 64;

/** By code: whether the record is the first half of a system call, or its second. */
const IS_ENTER = EVENT_TABLE.map(({ code, category }) => isCall(category) && code % 2 === 0);
const IS_EXIT = EVENT_TABLE.map(({ code, category }) => isCall(category) && code % 2 === 1);

function isCall(category: number): boolean {
  return (category & CATEGORY.SYSCALL) !== 0;
}

/** One for each piece of evidence. */
export class EvidenceWatch {
  readonly #events = new Uint32Array(EVENT_TABLE.length);
  readonly #state = new Uint32Array(EVENT_TABLE.length);
  readonly #jumps: ClockJump[] = [];
  #jumpCount = 0;
  #last: bigint | undefined;
  #enterCount = 0;
  #exitCount = 0;
  #pairCount = 0;

  /** To be called with every record. */
  readonly onRecord = ({ code }: EventRecord): void => {
    if (IS_ENTER[code] === true) {
      this.#enterCount += 1;
    } else if (IS_EXIT[code] === true) {
      this.#exitCount += 1;
    }
  };

  look({ event }: Moment, visibility: Visibility): void {
    const isShown = visibility === VISIBILITY.SHOWN;
    const counts = isShown ? this.#events : this.#state;
    counts[event.code] = (counts[event.code] ?? 0) + 1;
    this.#pairCount += event.enter === undefined ? 0 : 1;
    if (isShown) {
      this.#noteTime(nanoseconds(event.timeHigh, event.timeLow), event);
    }
  }

  get events(): readonly TypeCount[] {
    return byType(this.#events);
  }

  /** Records that only carry state, and processor times. */
  get state(): readonly TypeCount[] {
    return byType(this.#state);
  }

  /** The first of them, and how many there are in all. */
  get jumps(): { readonly first: readonly ClockJump[]; readonly count: number } {
    return { first: this.#jumps, count: this.#jumpCount };
  }

  /** Whether system calls have first halves at all, and how many have none where the others do. */
  get halves(): Halves {
    const hasEnters = this.#enterCount > 0;
    const missingCount = hasEnters ? Math.max(this.#exitCount - this.#pairCount, 0) : 0;
    return { hasEnters, exitCount: this.#exitCount, missingCount };
  }

  #noteTime(time: bigint, { number: eventNumber, offset }: Moment['event']): void {
    const from = this.#last;
    this.#last = time;
    if (from !== undefined && (from - time > BACK_NS || time - from > FORWARD_NS)) {
      this.#jumpCount += 1;
      if (this.#jumps.length < MAX_JUMPS) {
        this.#jumps.push({ from, to: time, eventNumber, offset });
      }
    }
  }
}

/** Most frequent first, then by name. */
function byType(counts: Uint32Array): readonly TypeCount[] {
  const byName = new Map<string, number>();
  counts.forEach((count, code) => {
    const name = EVENT_TABLE[code]?.name;
    if (count > 0 && name !== undefined) {
      byName.set(name, (byName.get(name) ?? 0) + count);
    }
  });
  return [...byName]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}
