/**
 * Times as the command line takes them: ISO 8601 (without a zone: UTC), seconds since the epoch
 * (`1470327477.88`), or an offset from the first event (`+30s`, `+1m30s`, `+1.5h`).
 */
import { UserError } from '../errors.js';

/** A time, or a distance from the start of the evidence; both in nanoseconds. */
export type TimePoint =
  | { readonly kind: 'absolute'; readonly time: bigint }
  | { readonly kind: 'offset'; readonly offset: bigint };

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86400e9,
};
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
  const epoch = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (epoch !== null) {
    const seconds = BigInt(String(epoch[1]));
    return {
      kind: 'absolute',
      time: seconds * 1_000_000_000n + BigInt((epoch[2] ?? '').padEnd(9, '0')),
    };
  }
  const [, date, minute, second, fraction, zone] = ISO.exec(text) ?? [];
  const offset = zone === undefined || zone.toUpperCase() === 'Z' ? 'Z' : withColon(zone);
  const instant = Date.parse(`${String(date)}T${minute ?? '00:00'}:${second ?? '00'}${offset}`);
  // a day that no month has (30 February) would silently be one of the next month
  const isDay = !Number.isNaN(instant) && isoDay(Date.parse(String(date))) === date;
  if (!isDay) {
    throw unreadable(text, flag, 'a time such as 2026-08-04T16:17:57, or +30s from the start');
  }
  return {
    kind: 'absolute',
    time: BigInt(instant) * 1_000_000n + BigInt((fraction ?? '').padEnd(9, '0')),
  };
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

/** Decides for each event whether it lies in the range; offsets count from the first event asked about. */
export class TimeRange {
  readonly #from: TimePoint | undefined;
  readonly #to: TimePoint | undefined;
  #isSettled = false;
  #fromHigh = 0;
  #fromLow = 0;
  #toHigh = Infinity;
  #toLow = 0;

  constructor(from: TimePoint | undefined, to: TimePoint | undefined) {
    this.#from = from;
    this.#to = to;
  }

  /** Whether every event lies in it. */
  get isOpen(): boolean {
    return this.#from === undefined && this.#to === undefined;
  }

  /** Both ends are part of the range. Halves of nanoseconds since the epoch. */
  contains(high: number, lowHalf: number): boolean {
    const low = lowHalf >>> 0;
    if (!this.#isSettled) {
      this.#settle((BigInt(high) << 32n) | BigInt(low));
    }
    const isAfterStart = high > this.#fromHigh || (high === this.#fromHigh && low >= this.#fromLow);
    return isAfterStart && (high < this.#toHigh || (high === this.#toHigh && low <= this.#toLow));
  }

  #settle(start: bigint): void {
    this.#isSettled = true;
    const resolve = (point: TimePoint): bigint =>
      point.kind === 'absolute' ? point.time : start + point.offset;
    if (this.#from !== undefined) {
      const time = resolve(this.#from);
      this.#fromHigh = Number(time >> 32n);
      this.#fromLow = Number(time & 0xffffffffn);
    }
    if (this.#to !== undefined) {
      const time = resolve(this.#to);
      this.#toHigh = Number(time >> 32n);
      this.#toLow = Number(time & 0xffffffffn);
    }
  }
}
