/**
 * JSON as it was written: values are found by path in the bytes of a document, and printed compact or
 * indented, so that numbers keep their notation (`33.0`), strings their escapes and objects the order of their keys.
 * The document was accepted by the parser before. No recursion: depth is the attacker's choice.
 */

/** Keys and indexes from the root to a value. Keys are byte strings. */
export type JsonPath = readonly (string | number)[];

/** `bytes[start, end)`: a JSON text. */
export interface JsonSpan {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
/** Set in a brace, not set in the bracket of its kind. */
const LOWER = 0x20;

/** Where the value at `path` stands; `undefined` if there is none. Of keys that occur twice, the last counts. */
export function findJson(document: JsonSpan, path: JsonPath): JsonSpan | undefined {
  const { bytes, end } = document;
  const start = skipSpace(bytes, document.start, end);
  let span: JsonSpan | undefined =
    path.length === 0
      ? { bytes, start, end: endOfValue(bytes, start, end) }
      : { ...document, start };
  for (const step of path) {
    span = span === undefined ? undefined : childOf(span, step);
  }
  return span;
}

/** The text without white space between its tokens: a byte string. */
export function compactJson({ bytes, start, end }: JsonSpan): string {
  const parts: string[] = [];
  let keptFrom = start;
  for (let at = start; at < end;) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfString(bytes, at, end);
    } else if (byte <= 0x20) {
      parts.push(bytes.latin1Slice(keptFrom, at));
      at = skipSpace(bytes, at, end);
      keptFrom = at;
    } else {
      at += 1;
    }
  }
  parts.push(bytes.latin1Slice(keptFrom, end));
  return parts.join('');
}

/** The text with every member on its own line, two spaces a level: a byte string. */
export function indentJson(span: JsonSpan): string {
  const parts: string[] = [];
  const { bytes, end } = span;
  let depth = 0;
  for (let at = skipSpace(bytes, span.start, end); at < end; at = skipSpace(bytes, at, end)) {
    const tokenEnd = endOfToken(bytes, at, end);
    const token = bytes.latin1Slice(at, tokenEnd);
    const byte = bytes[at];
    at = tokenEnd;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const next = bytes[skipSpace(bytes, at, end)];
      if (next === CLOSE_BRACE || next === CLOSE_BRACKET) {
        parts.push(token, String.fromCharCode(next));
        at = skipSpace(bytes, at, end) + 1;
      } else {
        depth += 1;
        parts.push(token, newLine(depth));
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      parts.push(newLine(depth), token);
    } else if (byte === COMMA) {
      parts.push(token, newLine(depth));
    } else {
      parts.push(token, byte === COLON ? ' ' : '');
    }
  }
  return parts.join('');
}

/** Deeper than this, lines are not indented further: the blanks of a million levels are no text. */
const MAX_INDENT = 100;

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(Math.max(depth, 0), MAX_INDENT))}`;
}

/** The member `step` of the object or array that `parent` begins with. */
function childOf({ bytes, start, end }: JsonSpan, step: string | number): JsonSpan | undefined {
  const isObject = bytes[start] === OPEN_BRACE;
  if (!isObject && bytes[start] !== OPEN_BRACKET) {
    return undefined;
  }
  const wantedIndex = indexOf(step);
  const wantedKey = String(step);
  let found: JsonSpan | undefined;
  let index = 0;
  let at = skipSpace(bytes, start + 1, end);
  while (at < end && bytes[at] !== CLOSE_BRACE && bytes[at] !== CLOSE_BRACKET) {
    let isWanted = !isObject && index === wantedIndex;
    if (isObject) {
      const keyEnd = endOfString(bytes, at, end);
      isWanted = isKey(bytes, at, keyEnd, wantedKey);
      at = skipSpace(bytes, skipSpace(bytes, keyEnd, end) + 1, end);
    }
    const valueEnd = endOfValue(bytes, at, end);
    if (isWanted) {
      found = { bytes, start: at, end: valueEnd };
    }
    at = skipSpace(bytes, valueEnd, end);
    at = bytes[at] === COMMA ? skipSpace(bytes, at + 1, end) : at;
    index += 1;
  }
  return found;
}

/** The index that a step means in an array; -1 if it is none. */
export function indexOf(step: string | number): number {
  if (typeof step === 'number') {
    return step;
  }
  return /^\d{1,9}$/.test(step) ? Number(step) : -1;
}

/** Whether the key that is written at `[start, end)`, quotes included, is `key`. */
function isKey(bytes: Buffer, start: number, end: number, key: string): boolean {
  const { length } = key;
  if (end - start - 2 < length) {
    return false; // an escape is longer than what it stands for
  }
  if (!bytes.subarray(start, end).includes(BACKSLASH)) {
    return end - start - 2 === length && bytes.latin1Slice(start + 1, end - 1) === key;
  }
  const text = JSON.parse(bytes.utf8Slice(start, end)) as string;
  return Buffer.from(text, 'utf8').latin1Slice() === key;
}

/** Just behind the value that begins at `start`. Of an object or list only strings and brackets are looked at. */
function endOfValue(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    return start < end ? endOfToken(bytes, start, end) : end;
  }
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfString(bytes, at, end) - 1;
    } else if ((byte | LOWER) === OPEN_BRACE) {
      depth += 1;
    } else if ((byte | LOWER) === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return end;
}

/** Just behind a bracket, brace, comma, colon, string, or a word such as `-1.5` or `null`. */
function endOfToken(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start] as number;
  if (first === QUOTE) {
    return endOfString(bytes, start, end);
  }
  let at = start + 1;
  if (isWordByte(first)) {
    while (at < end && isWordByte(bytes[at] as number)) {
      at += 1;
    }
  }
  return at;
}

/** What numbers, `true`, `false` and `null` are made of: anything that ends no token by itself. */
function isWordByte(byte: number): boolean {
  return byte > 0x20 && !ENDS_WORD.has(byte);
}

const ENDS_WORD: ReadonlySet<number> = new Set([
  QUOTE,
  COMMA,
  COLON,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
]);

function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) {
    at += bytes[at] === BACKSLASH ? 2 : 1;
  }
  return Math.min(at + 1, end);
}

function skipSpace(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) <= 0x20) {
    at += 1;
  }
  return at;
}
