/**
 * What a recorder says of its own recording: when it lost events (a pair of `drop` events), and what it left out
 * by request. What nobody recorded no rule sees, so that its silence means less.
 */
import type { Diagnostic } from '../../diagnostics.js';
import { EVENT, EVENT_TABLE, type Event } from '../../events/index.js';
import { evidenceName, grouped, say, utcTime } from '../../output/index.js';
import type { Watcher } from '../../pipeline.js';
import type { Moment } from '../../state/index.js';
import { nanoseconds } from '../../units.js';
import { leftOutTexts, readStatement, type Statement } from './left-out.js';

/** A time in which events were lost; an end that the recorder did not report is `undefined`. */
export interface Gap {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
  /** How many times events were lost in it: more than 1 where neighbouring gaps are kept as one. */
  readonly times: number;
  /** The event that the recorder reports it by: number of its record, and where its block begins. */
  readonly eventNumber: number;
  readonly offset: number;
}

const BEGIN = EVENT_TABLE.findIndex(({ name }) => name === 'drop');
const END = BEGIN + 1;
const MAX_TOLD = 5;
/** So many gaps are kept one by one, the first and the last; all between them are one, with their number. */
const KEPT_FIRST = 512;
const KEPT_LAST = 512;

/** Looks at what may be the recorder's word about itself, also where that only carries state. */
export class RecorderWatch implements Watcher {
  readonly codes: ReadonlySet<number> = new Set([BEGIN, END, EVENT.ASYNCEVENT_E]);
  readonly #first: Gap[] = [];
  #between: Gap | undefined;
  /** The last ones, from index `#lastAt` on round. */
  readonly #last: Gap[] = [];
  #lastAt = 0;
  /** One that has not ended. */
  #open: Gap | undefined;
  #statement: Statement | undefined;

  readonly onMoment = (moment: Moment): undefined => {
    const { event } = moment;
    if (event.code === EVENT.ASYNCEVENT_E) {
      // of several files in one, the first speaks
      this.#statement ??= readStatement(event);
    } else {
      this.#note(event.code === END, event, timeBefore(moment));
    }
  };

  /** What the recorder says that it recorded; `undefined` if it says nothing. */
  get statement(): Statement | undefined {
    return this.#statement;
  }

  /** In the order of the evidence; their `times` add up to all. */
  get gaps(): readonly Gap[] {
    return [
      ...this.#first,
      ...(this.#between === undefined ? [] : [this.#between]),
      ...this.#last.slice(this.#lastAt),
      ...this.#last.slice(0, this.#lastAt),
      ...(this.#open === undefined ? [] : [this.#open]),
    ];
  }

  /** What was lost lies between the event before and the recorder's word of it. */
  #note(
    isEnd: boolean,
    { timeHigh, timeLow, number: eventNumber, offset }: Event,
    before: bigint | undefined,
  ): void {
    const time = nanoseconds(timeHigh, timeLow);
    if (isEnd) {
      const begun = this.#open ?? { from: before, times: 1, eventNumber, offset };
      this.#add({ ...begun, to: time });
      this.#open = undefined;
    } else {
      this.#open ??= { from: before ?? time, to: undefined, times: 1, eventNumber, offset };
    }
  }

  #add(gap: Gap): void {
    if (this.#first.length < KEPT_FIRST) {
      this.#first.push(gap);
    } else if (this.#last.length < KEPT_LAST) {
      this.#last.push(gap);
    } else {
      this.#between = merged(this.#between, this.#last[this.#lastAt] as Gap);
      this.#last[this.#lastAt] = gap;
      this.#lastAt = (this.#lastAt + 1) % KEPT_LAST;
    }
  }
}

/** Time of the event that was shown before this one. */
function timeBefore(moment: Moment): bigint | undefined {
  const { event, shownTimeHigh, previousTimeHigh, previousTimeLow } = moment;
  const isShown = shownTimeHigh === event.timeHigh && moment.shownTimeLow === event.timeLow;
  if (!isShown) {
    return shownTimeHigh === -1 ? undefined : nanoseconds(shownTimeHigh, moment.shownTimeLow);
  }
  const isFirst = previousTimeHigh === event.timeHigh && previousTimeLow === event.timeLow;
  return isFirst ? undefined : nanoseconds(previousTimeHigh, previousTimeLow);
}

/** One gap for two neighbours, from the beginning of the first to the end of the second. */
function merged(one: Gap | undefined, other: Gap): Gap {
  return one === undefined
    ? other
    : { ...one, from: one.from ?? one.to, to: other.to, times: one.times + other.times };
}

/** `events were lost between A and B`, a sentence a gap; of many only the first. */
export function lossTexts(gaps: readonly Gap[]): readonly string[] {
  const more = gaps.slice(MAX_TOLD).reduce((sum, { times }) => sum + times, 0);
  return [
    ...gaps.slice(0, MAX_TOLD).map(lossText),
    ...(more > 0
      ? [`events were lost ${grouped(more)} more ${more === 1 ? 'time' : 'times'}`]
      : []),
  ];
}

function lossText({ from, to }: Gap): string {
  if (from === undefined) {
    return `events were lost until ${to === undefined ? 'the end' : utcTime(to)}`;
  }
  return to === undefined
    ? `events were lost from ${utcTime(from)} on`
    : `events were lost between ${utcTime(from)} and ${utcTime(to)}`;
}

/** The same for cases and summaries, with what was left out. None is damage: the evidence is as it was recorded. */
export function recorderDiagnostics({
  gaps,
  statement,
}: Pick<RecorderWatch, 'gaps' | 'statement'>): readonly Diagnostic[] {
  const leftOut = leftOutTexts(statement);
  return [
    ...lossTexts(gaps).map((detail): Diagnostic => ({ id: 'recorder/losses', detail })),
    ...leftOut.map((detail): Diagnostic => ({ id: 'recorder/left-out', detail })),
  ];
}

/** Report gaps on stderr. */
export function reportLosses(path: string, gaps: readonly Gap[]): void {
  lossTexts(gaps).forEach((text) => {
    say(`Notice: ${evidenceName(path)}: ${text}; the recorder says so`);
  });
}
