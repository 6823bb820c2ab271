/**
 * Times as the command line takes them: ISO 8601 (without a zone: UTC), seconds since the epoch
 * (`1470327477.88`), an offset from the earliest event (`+30s`, `+1m30s`, `+1.5h`), or a time of day as alerts
 * print it (`04:49:00`).
 */
import { UserError } from '../../errors.js';
import type { Zone } from '../../fields/index.js';

/** A time, a distance from the start of the evidence, or a time of day (since midnight); all in nanoseconds. */
export type TimePoint =
  | { readonly kind: 'absolute'; readonly time: bigint }
  | { readonly kind: 'offset'; readonly offset: bigint }
  | { readonly kind: 'clock'; readonly sinceMidnight: bigint };

/** Times of the earliest and the latest event of evidence, in nanoseconds since the epoch. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86400e9,
};
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?$/;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d)?)+$/;
const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * Nanoseconds of a duration such as `30s`, `1m30s`, `1.5h`; a number without a unit is in seconds.
 *
 * `flag` is what it was given with, for the message.
 *
 * @throws {UserError} `TIME_UNREADABLE`
 */
export function parseDuration(text: string, flag: string): bigint {
  if (!DURATION.test(text)) {
    throw unreadable(text, flag, 'a duration such as 30s, 5m or 1.5h');
  }
  let total = 0n;
  for (const [, whole, fraction, unit] of text.matchAll(/(\d+)(?:\.(\d+))?([a-z]*)/g)) {
    const scale = UNITS[unit === '' ? 's' : String(unit)] as number;
    total += BigInt(String(whole)) * BigInt(scale);
    total += BigInt(Math.round(Number(`0.${fraction ?? '0'}`) * scale));
  }
  return total;
}

/**
 * Read a time for `flag`.
 *
 * @throws {UserError} `TIME_UNREADABLE`
 */
export function parseTimePoint(text: string, flag: string): TimePoint {
  if (text.startsWith('+')) {
    return { kind: 'offset', offset: parseDuration(text.slice(1), flag) };
  }
  const point = epochTime(text) ?? timeOfDay(text) ?? isoTime(text);
  if (point === undefined) {
    throw unreadable(
      text,
      flag,
      'a time such as 2026-08-04T16:17:57, 16:17:57 of its day, or +30s from the start',
    );
  }
  return point;
}

/** `1470327477.88` */
function epochTime(text: string): TimePoint | undefined {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  return seconds === undefined
    ? undefined
    : { kind: 'absolute', time: BigInt(seconds) * SECOND + nanosecondsOf(fraction) };
}

/** `04:49:00.5` */
function timeOfDay(text: string): TimePoint | undefined {
  const clock = CLOCK.exec(text);
  if (clock === null) {
    return undefined;
  }
  const [, hours, minutes, seconds = '0', fraction = ''] = clock;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { kind: 'clock', sinceMidnight: BigInt(whole) * SECOND + nanosecondsOf(fraction) };
}

/** `2026-08-04T16:17:57.5+02:00` */
function isoTime(text: string): TimePoint | undefined {
  const [, date, minute = '00:00', second = '00', fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : withColon(zone);
  const instant = Date.parse(`${String(date)}T${minute}:${second}${offset}`);
  // a day that no month has (30 February) would silently be one of the next month
  const isDay = !Number.isNaN(instant) && isoDay(Date.parse(String(date))) === date;
  return isDay
    ? { kind: 'absolute', time: BigInt(instant) * 1_000_000n + nanosecondsOf(fraction) }
    : undefined;
}

/** Of a second's fraction: its digits behind the point, nine at most. */
function nanosecondsOf(fraction: string): bigint {
  return BigInt(fraction.padEnd(9, '0'));
}

function isoDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function withColon(zone: string): string {
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function unreadable(text: string, flag: string, expected: string): UserError {
  return new UserError({
    code: 'TIME_UNREADABLE',
    what: 'Cannot read this time',
    where: `--${flag} ${text}`,
    why: `it is not ${expected}`,
    fix: `write --${flag} as ${expected}`,
  });
}

/** Decides for each event whether it lies in the range. */
export class TimeRange {
  readonly #from: TimePoint | undefined;
  readonly #to: TimePoint | undefined;
  readonly #zone: Zone;
  #isSettled = false;
  #fromHigh = 0;
  #fromLow = 0;
  #toHigh = Infinity;
  #toLow = 0;

  /** `zone` is that of times of day. */
  constructor(from: TimePoint | undefined, to: TimePoint | undefined, zone: Zone) {
    this.#from = from;
    this.#to = to;
    this.#zone = zone;
  }

  /** Whether every event lies in it. */
  get isOpen(): boolean {
    return this.#from === undefined && this.#to === undefined;
  }

  /** Whether it depends on when the evidence begins (and, for a time of day, ends). */
  get needsSpan(): boolean {
    return [this.#from, this.#to].some((point) => point !== undefined && point.kind !== 'absolute');
  }

  /** Both ends are part of the range. Halves of nanoseconds since the epoch. */
  contains(high: number, lowHalf: number): boolean {
    const low = lowHalf >>> 0;
    if (!this.#isSettled) {
      const time = (BigInt(high) << 32n) | BigInt(low); // of evidence that can be read but once
      this.settle({ first: time, last: time });
    }
    const isAfterStart = high > this.#fromHigh || (high === this.#fromHigh && low >= this.#fromLow);
    return isAfterStart && (high < this.#toHigh || (high === this.#toHigh && low <= this.#toLow));
  }

  /** Both ends within `span`, in ns since the epoch; what is open is `undefined`. */
  within(span: Span): { readonly from: bigint | undefined; readonly to: bigint | undefined } {
    const from = this.#from === undefined ? undefined : this.#resolve(this.#from, span);
    if (this.#to === undefined) {
      return { from, to: undefined };
    }
    const to = this.#resolve(this.#to, span);
    // a time of day before the start is one of the next day
    return {
      from,
      to: this.#to.kind === 'clock' && from !== undefined && to < from ? to + DAY : to,
    };
  }

  /** Say when the evidence begins and ends. Not called: both are when the first event that is asked about was. */
  settle(span: Span): void {
    this.#isSettled = true;
    const { from, to } = this.within(span);
    if (from !== undefined) {
      this.#fromHigh = Number(from >> 32n);
      this.#fromLow = Number(from & 0xffffffffn);
    }
    if (to !== undefined) {
      this.#toHigh = Number(to >> 32n);
      this.#toLow = Number(to & 0xffffffffn);
    }
  }

  #resolve(point: TimePoint, { first, last }: Span): bigint {
    switch (point.kind) {
      case 'absolute':
        return point.time;
      case 'offset':
        return first + point.offset;
      case 'clock': {
        const ofDay = this.#atClock(first, point.sinceMidnight);
        const ofNext = this.#atClock(first + DAY, point.sinceMidnight);
        return ofDay < first && ofNext <= last ? ofNext : ofDay;
      }
    }
  }

  /** When clocks show that time, on the day on which `day` is. */
  #atClock(day: bigint, sinceMidnight: bigint): bigint {
    const offsetAt = (time: bigint): bigint =>
      BigInt(this.#zone.offsetAt(Number(time / SECOND))) * SECOND;
    const local = day + offsetAt(day);
    const wanted = local - (local % DAY) + sinceMidnight;
    return wanted - offsetAt(wanted - offsetAt(day)); // clocks may have changed since midnight
  }
}
