/**
 * How a log is cut into values: *lines* (a value a line: a broken one costs itself only) or *document* (anything else:
 * pretty-printed, one huge array). The first lines tell, and a log may change from one to the other.
 */
import { isObject, parseJson } from './audit-json.js';
import type { AuditWindow } from './audit-window.js';

/** How long a first line may be for its file to be read line by line. */
const MAX_FIRST_LINE = 1024 * 1024;
export const NEWLINE = 0x0a;

/** By lines if one of the first lines is a whole value; `undefined` while too little is known. Skips a byte-order mark. */
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
    if ((newline >= 0 || isAtEnd) && isObject(parseJson(bytes, start, end))) {
      return 'lines';
    }
    start = end + 1;
  }
  return 'document';
}

/** Whether the line `[start, end)` opens a value whose rest is indented below it. */
export function opensDocument(bytes: Buffer, start: number, end: number): boolean {
  const last = bytes.latin1Slice(start, end).trimEnd().at(-1) ?? '';
  const following = bytes[end + 1];
  return '{[,'.includes(last) && (following === 0x20 || following === 0x09);
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
