/**
 * Units that types alone cannot carry, and the few conversions at the program's edges.
 *
 * Text from a capture stays a *byte string* inside the program: a JavaScript string in which each
 * character is one byte (0 to 255), so that invalid UTF-8 survives, lengths count bytes as in the
 * reference, and reading costs one `latin1Slice`. Rule texts are brought to the same form when they
 * are loaded; `output` and `store` turn byte strings into text.
 */

declare const unit: unique symbol;
type Unit<T, Name extends string> = T & { readonly [unit]: Name };

/** Nanoseconds since the Unix epoch. `bigint`, because 2^53 ns is only 104 days. */
export type Nanoseconds = Unit<bigint, 'Nanoseconds'>;

/**
 * Join the two 32-bit halves in which the hot path keeps a time. The sign of `low` means nothing: halves that may be
 * negative are small integers, which need no memory of their own.
 */
export function nanoseconds(high: number, low: number): Nanoseconds {
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)) as Nanoseconds;
}

const ONLY_ASCII = /^[\0-\x7f]*$/;

/** The byte string of a text (its UTF-8 encoding, one character a byte). */
export function bytesOfText(text: string): string {
  return ONLY_ASCII.test(text) ? text : Buffer.from(text, 'utf8').latin1Slice();
}

/** The text of a byte string; bytes that are not UTF-8 become U+FFFD. */
export function textOfBytes(bytes: string): string {
  return ONLY_ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').utf8Slice();
}
