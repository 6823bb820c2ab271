/**
 * How a log is cut: *lines* (a value a line: a broken one costs itself only) or *document* (anything else:
 * pretty-printed, one huge array). The first lines tell, and a log may change from one to the other.
 */
import { isObject, parseJson } from './audit-json.js';
import type { AuditWindow } from './audit-window.js';
import { BYSTANDERS, prefixOf } from './audit-wrappers-table.js';

/** How long a first line may be for its file to be read line by line. */
const MAX_FIRST_LINE = 1024 * 1024;
/** So much of a line is looked at for what stands in front of its event. */
export const MAX_PREFIX = 512;
export const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * By lines if one of the first lines is a whole value, or begins as a wrapping does; `undefined` while too little is
 * known. Skips a byte-order mark.
 */
export function firstCut(window: AuditWindow): 'lines' | 'document' | undefined {
  const { bytes, isAtEnd } = window;
  if (bytes.indexOf(NEWLINE, window.at) < 0 && !isAtEnd && bytes.length < MAX_FIRST_LINE) {
    return undefined;
  }
  window.at += byteOrderMark(bytes, window.at);
  let start = window.at;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (isLineByItself(bytes, skipSpace(bytes, start, end), end, newline >= 0 || isAtEnd)) {
      return 'lines';
    }
    start = end + 1;
  }
  return 'document';
}

/** Whether `[start, end)` is a line that needs no other; `isWhole`: it ends there. */
function isLineByItself(bytes: Buffer, start: number, end: number, isWhole: boolean): boolean {
  if (isWhole && isObject(parseJson(bytes, start, end))) {
    return true;
  }
  if (bytes[start] === OPEN_BRACE) {
    return false;
  }
  const head = bytes.latin1Slice(start, Math.min(end, start + MAX_PREFIX));
  const found = prefixOf(head);
  if (found?.row.isGuess === true) {
    return isWhole && isObject(parseJson(bytes, start + found.match[0].length, end));
  }
  return found !== undefined || BYSTANDERS.some(({ line }) => line.test(head));
}

/** Whether the line `[start, end)` opens a value whose rest is indented below it. */
export function opensDocument(bytes: Buffer, start: number, end: number): boolean {
  const last = bytes.latin1Slice(start, end).trimEnd().at(-1) ?? '';
  const following = bytes[end + 1];
  return '{[,'.includes(last) && (following === 0x20 || following === 0x09);
}

/** Whether what begins at `at` is an object or a list. */
export function opensJson(bytes: Buffer, at: number): boolean {
  return bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET;
}

/** Index of the first byte from `from` on that is no white space; `to` if all are. */
export function skipSpace(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) <= 0x20) {
    at += 1;
  }
  return at;
}

/** Length of a UTF-8 byte-order mark at `at`. */
function byteOrderMark(bytes: Buffer, at: number): number {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
}
