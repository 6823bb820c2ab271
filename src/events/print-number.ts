/**
 * Numbers as the reference prints them with C's printf: two's complement in hexadecimal, `0` before octal,
 * and 32 and 64-bit unsigned types in decimal as if they were signed (4294967295 is -1).
 */
import type { ParamFormat } from './row.js';

/** Where a value lies: `length` bytes at `start`. */
export interface Place {
  readonly view: DataView;
  readonly start: number;
  readonly length: number;
}

/** Upper halves below this make numbers below 2^53. */
const EXACT_HIGH = 0x200000;

/** Unsigned number of 1, 2, 4 or 8 bytes; `undefined` for any other length. */
export function readUnsigned({ view, start, length }: Place): bigint | number | undefined {
  switch (length) {
    case 1:
      return view.getUint8(start);
    case 2:
      return view.getUint16(start, true);
    case 4:
      return view.getUint32(start, true);
    case 8: {
      const high = view.getUint32(start + 4, true);
      return high < EXACT_HIGH
        ? high * 4294967296 + view.getUint32(start, true)
        : view.getBigUint64(start, true);
    }
    default:
      return undefined;
  }
}

/** Signed number of 1, 2, 4 or 8 bytes; `undefined` for any other length. */
export function readSigned({ view, start, length }: Place): bigint | number | undefined {
  switch (length) {
    case 1:
      return view.getInt8(start);
    case 2:
      return view.getInt16(start, true);
    case 4:
      return view.getInt32(start, true);
    case 8: {
      const high = view.getInt32(start + 4, true);
      return high >= -EXACT_HIGH && high < EXACT_HIGH
        ? high * 4294967296 + view.getUint32(start, true)
        : view.getBigInt64(start, true);
    }
    default:
      return undefined;
  }
}

/** Digits of a value in base 8 or 16, as two's complement of at least 32 bits. */
function digits(value: bigint | number, length: number, base: 8 | 16): string {
  if (value >= 0) {
    return value.toString(base);
  }
  return BigInt.asUintN(length === 8 ? 64 : 32, BigInt(value)).toString(base);
}

function padded(value: bigint | number): string {
  return value < 0 ? `-${String(-value).padStart(8, '0')}` : String(value).padStart(9, '0');
}

/**
 * Text of an integer in a row's format; `undefined` if it has no size that an integer has. Short unsigned
 * types stay unsigned in decimal, long ones do not.
 */
export function integerText(
  place: Place,
  isSigned: boolean,
  format: ParamFormat,
): string | undefined {
  const value = isSigned || place.length >= 4 ? readSigned(place) : readUnsigned(place);
  if (value === undefined) {
    return undefined;
  }
  switch (format) {
    case 'hex':
      return digits(value, place.length, 16).toUpperCase();
    case 'oct':
      return value === 0 ? '0' : `0${digits(value, place.length, 8)}`;
    case 'padded-dec':
      return padded(value);
    case 'na':
    case 'dec':
    case 'dir':
    case 'id':
      return String(value);
  }
}

const NS_PER_SECOND = 1_000_000_000;
const SIGNIFICANT_DIGITS = 6;

/** A duration in seconds, with six significant digits as C's `%g` chooses them: `0.5s`, `1e-06s`, `1.5e+09s`. */
export function secondsText(nanoseconds: bigint | number): string {
  const seconds = Number(nanoseconds) / NS_PER_SECOND;
  if (seconds === 0) {
    return '0s';
  }
  const [mantissa = '', exponentText = ''] = seconds
    .toExponential(SIGNIFICANT_DIGITS - 1)
    .split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const sign = exponent < 0 ? '-' : '+';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${withoutZeroes(mantissa)}e${sign}${power}s`;
  }
  return `${withoutZeroes(seconds.toFixed(SIGNIFICANT_DIGITS - 1 - exponent))}s`;
}

function withoutZeroes(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A point in time in UTC: `2017-09-23 00:44:29.900617765`. */
export function timeText(nanoseconds: bigint): string {
  const seconds = nanoseconds / BigInt(NS_PER_SECOND);
  const fraction = String(nanoseconds % BigInt(NS_PER_SECOND)).padStart(9, '0');
  // a Date ends in the year 275760, where 64 bits of nanoseconds never come
  const date = new Date(Number(seconds) * 1000).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 19)}.${fraction}`;
}
