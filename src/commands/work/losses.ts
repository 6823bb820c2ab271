/**
 * When a recorder lost events: it says so itself, by a pair of `drop` events. What happened in between nobody
 * saw, so that silence of a rule means less there.
 */
import type { Diagnostic } from '../../diagnostics.js';
import { EVENT_TABLE, type Event } from '../../events/index.js';
import { evidenceName, say, utcTime } from '../../output/index.js';
import { nanoseconds } from '../../units.js';

/** A time in which events were lost; an end that the recorder did not tell is `undefined`. */
export interface Gap {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

const BEGIN = EVENT_TABLE.findIndex(({ name }) => name === 'drop');
const END = BEGIN + 1;
const MAX_TOLD = 5;

/** Whether events of that code are the recorder's word about losses. */
export function tellsOfLosses(code: number): boolean {
  return code === BEGIN || code === END;
}

/** Looks at each event of one piece of evidence. */
export class LossWatch {
  readonly #gaps: Gap[] = [];
  #from: bigint | undefined;

  look(event: Event): void {
    if (tellsOfLosses(event.code)) {
      this.#note(event.code === END, nanoseconds(event.timeHigh, event.timeLow));
    }
  }

  /** In the order of time. */
  get gaps(): readonly Gap[] {
    return this.#from === undefined
      ? this.#gaps
      : [...this.#gaps, { from: this.#from, to: undefined }];
  }

  #note(isEnd: boolean, time: bigint): void {
    if (isEnd) {
      this.#gaps.push({ from: this.#from, to: time });
      this.#from = undefined;
    } else {
      this.#from ??= time;
    }
  }
}

/** `events were lost between A and B`, a sentence a gap; of many only the first. */
export function lossTexts(gaps: readonly Gap[]): readonly string[] {
  const more = gaps.length - MAX_TOLD;
  return [
    ...gaps.slice(0, MAX_TOLD).map(lossText),
    ...(more > 0 ? [`events were lost ${more} more ${more === 1 ? 'time' : 'times'}`] : []),
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

/** The same for cases and summaries. They are no damage: the evidence is as it was recorded. */
export function lossDiagnostics(gaps: readonly Gap[]): readonly Diagnostic[] {
  return lossTexts(gaps).map((detail) => ({ id: 'recorder/losses', detail }));
}

/** Tell of gaps on stderr. */
export function tellLosses(path: string, gaps: readonly Gap[]): void {
  lossTexts(gaps).forEach((text) => {
    say(`Notice: ${evidenceName(path)}: ${text}; the recorder says so`);
  });
}
