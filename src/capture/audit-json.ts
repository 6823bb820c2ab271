/**
 * JSON from a log as the rest of the program wants it: all text in it is a byte string (see units.ts).
 * The bytes are parsed as Latin-1, so that a string comes out as its UTF-8 bytes at no cost; only where a
 * `\u` escape names a character beyond ASCII is the text parsed as UTF-8 and brought to bytes afterwards.
 */
import { bytesOfText } from '../units.js';

/** An object of a JSON document. Own keys only: `Object.hasOwn` before reading a key from outside. */
export type JsonObject = Record<string, unknown>;

/** An escape for U+0080 and up: its character is not its byte. */
const WIDE_ESCAPE = /\\u(?!00[0-7])/;

/** Longer texts are looked through before they are parsed: the parser takes some 50 bytes of stack for a level. */
const TRUSTED_BYTES = 1024 * 1024;
/** Levels of a long text; an audit event has some twenty. 16 MB of opening brackets took 819 MB to refuse. */
const MAX_DEPTH = 10_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parse `bytes[start, end)`, or `text`, which is the same as a byte string, where the caller has it already.
 *
 * @returns The value, text as byte strings; `undefined` if it is not JSON (which has no `undefined`), or a long text that is
 *   nested more than 10,000 levels deep.
 */
export function parseJson(
  bytes: Buffer,
  start: number,
  end: number,
  text = bytes.latin1Slice(start, end),
): unknown {
  if (end - start > TRUSTED_BYTES && isTooDeep(bytes, start, end)) {
    return undefined;
  }
  try {
    return text.includes('\\u') && WIDE_ESCAPE.test(text)
      ? toByteStrings(JSON.parse(bytes.utf8Slice(start, end)))
      : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isTooDeep(bytes: Buffer, start: number, end: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      isInString = !isInString;
    } else if (isInString) {
      at += byte === BACKSLASH ? 1 : 0;
    } else if ((byte | 0x20) === 0x7b) {
      depth += 1; // [ or {
      if (depth > MAX_DEPTH) {
        return true;
      }
    } else if ((byte | 0x20) === 0x7d) {
      depth -= 1;
    }
  }
  return false;
}

/** Whether `value` is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Depth is bounded by what `JSON.parse` accepted; a stack that runs out is caught by the caller. */
function toByteStrings(value: unknown): unknown {
  if (typeof value === 'string') {
    return bytesOfText(value);
  }
  if (Array.isArray(value)) {
    return value.map(toByteStrings);
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [bytesOfText(key), toByteStrings(inner)]),
    );
  }
  return value;
}
