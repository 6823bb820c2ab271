/**
 * Text that an attacker may have written, made harmless for a line or a terminal: control characters (C0,
 * DEL, C1) and bytes that are not UTF-8 are shown as escapes. A backslash stays as it is, so that ordinary
 * lines read exactly as the reference prints them.
 */

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

const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

/** One line of text, safe to show, from a byte string. */
export function escapeLine(bytes: string): string {
  if (PLAIN.test(bytes)) {
    return bytes;
  }
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes.charCodeAt(at);
    if (byte < 0x80) {
      text += byte < 0x20 || byte === 0x7f ? (NAMED[byte] ?? hex(byte)) : bytes.charAt(at);
      at += 1;
      continue;
    }
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += hex(byte);
      at += 1;
      continue;
    }
    const character = Buffer.from(bytes.slice(at, at + length), 'latin1').utf8Slice();
    const code = character.codePointAt(0) ?? 0;
    text += code < 0xa0 ? `\\u00${code.toString(16)}` : character;
    at += length;
  }
  return text;
}

/** Text (not bytes) of our own or of the user, such as a path in a message, made safe to show. */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : escapeLine(Buffer.from(text, 'utf8').latin1Slice());
}

/** Length of the well-formed UTF-8 sequence at `at`, or 0. Overlong forms and surrogates are none. */
function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  const second = bytes.charCodeAt(at + 1);
  if (first >= 0xc2 && first <= 0xdf) {
    return isTail(second) ? 2 : 0;
  }
  if (first >= 0xe0 && first <= 0xef) {
    const isAllowed =
      isTail(second) && (first !== 0xe0 || second >= 0xa0) && (first !== 0xed || second < 0xa0);
    return isAllowed && isTail(bytes.charCodeAt(at + 2)) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const isAllowed =
      isTail(second) && (first !== 0xf0 || second >= 0x90) && (first !== 0xf4 || second < 0x90);
    return isAllowed && isTail(bytes.charCodeAt(at + 2)) && isTail(bytes.charCodeAt(at + 3))
      ? 4
      : 0;
  }
  return 0;
}

const isTail = (byte: number): boolean => byte >= 0x80 && byte <= 0xbf;
