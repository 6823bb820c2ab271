/**
 * Text that an attacker may have written, made harmless for a line or a terminal: control characters (C0,
 * DEL, C1), characters that end a line or turn the order of those behind them around, and bytes that are not UTF-8 are
 * shown as escapes. A backslash stays as it is, so that ordinary
 * lines read exactly as the reference prints them.
 */

import { sequenceAt } from '../events/index.js';
import { textOfBytes } from '../units.js';

const PLAIN = /^[\x20-\x7e]*$/;

const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

/** First byte of the C1 controls in UTF-8. */
const C1_LEAD = 0xc2;

/** Line and paragraph separator; embeddings, overrides and isolates of the bidirectional algorithm (Unicode UAX #9). */
const MISLEADING = /^[\u2028-\u202e\u2066-\u2069]$/;

const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

/** One line of text, safe to show, from a byte string. */
export function escapeLine(bytes: string): string {
  if (PLAIN.test(bytes)) {
    return bytes;
  }
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    const sequence = bytes.slice(at, at + Math.abs(length));
    text += length > 0 ? escapeMisleading(textOfBytes(sequence)) : escapeSequence(sequence);
    at += sequence.length;
  }
  return text;
}

/** With \u202e in it, a line would show other names than the capture has. */
function escapeMisleading(character: string): string {
  return MISLEADING.test(character) ? `\\u${character.charCodeAt(0).toString(16)}` : character;
}

/** Controls by their usual names, C1 as the characters that they are, everything else byte by byte. */
function escapeSequence(bytes: string): string {
  const first = bytes.charCodeAt(0);
  if (first === C1_LEAD && bytes.length === 2) {
    return `\\u00${bytes.charCodeAt(1).toString(16)}`;
  }
  return Array.from(bytes, (byte) => {
    const code = byte.charCodeAt(0);
    return NAMED[code] ?? hex(code);
  }).join('');
}

/** How the path of evidence is called: `-` is stdin. */
export function evidenceName(path: string): string {
  return path === '-' ? 'stdin' : escapeText(path);
}

/** Text (not bytes) of our own or of the user, such as a path in a message, made safe to show. */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : escapeLine(Buffer.from(text, 'utf8').latin1Slice());
}
