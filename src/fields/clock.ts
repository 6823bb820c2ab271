/**
 * Instants as text. An instant is two halves of nanoseconds since the epoch (see events); the calendar is
 * computed here instead of by Date, which ends in the year 275760 and hostile captures do not.
 */
import { nanoseconds } from '../units.js';
import type { Zone } from './zone.js';

const NS_PER_SECOND = 1_000_000_000;
const SECONDS_PER_DAY = 86_400;
const TWO_TO_32 = 4_294_967_296;
/** 2^32 ns are 4 s and this many ns. */
const HIGH_SECONDS = 4;
const HIGH_NS = TWO_TO_32 - HIGH_SECONDS * NS_PER_SECOND;

/** Whole seconds of an instant, and the nanoseconds beyond them; exact for every 64-bit instant. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Split the halves of a time in nanoseconds. */
export function instantOf(high: number, low: number): Instant {
  // high * 2^32 ns = high * 4 s + high * 294967296 ns; the latter product stays below 2^61, so split it again.
  const wide = BigInt(high) * BigInt(HIGH_NS) + BigInt(low >>> 0);
  return {
    seconds: high * HIGH_SECONDS + Number(wide / BigInt(NS_PER_SECOND)),
    nanoseconds: Number(wide % BigInt(NS_PER_SECOND)),
  };
}

/** Difference of two instants in nanoseconds; as the reference, it wraps at 2^64. */
export function elapsed(high: number, low: number, sinceHigh: number, sinceLow: number): bigint {
  return BigInt.asUintN(64, nanoseconds(high, low) - nanoseconds(sinceHigh, sinceLow));
}

/** `21:27:03` */
export function clockText(instant: Instant, zone: Zone): string {
  const there = instant.seconds + zone.offsetAt(instant.seconds);
  const second = ((there % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY;
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

/** `2018-04-02` */
export function dateText(instant: Instant, zone: Zone): string {
  const there = instant.seconds + zone.offsetAt(instant.seconds);
  const { year, month, day } = civilDate(Math.floor(there / SECONDS_PER_DAY));
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Nine digits. */
export function fractionText(instant: Instant): string {
  return String(instant.nanoseconds).padStart(9, '0');
}

/** `+0000` */
export function offsetText(instant: Instant, zone: Zone): string {
  const minutes = Math.trunc(zone.offsetAt(instant.seconds) / 60);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${String(value)}` : String(value);
}

/** Gregorian date of a day since the epoch, by eras of 400 years that begin in March. */
function civilDate(epochDay: number): { year: number; month: number; day: number } {
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
