/**
 * Text that an attacker may have written, made harmless for a line or a terminal: control characters (C0,
 * DEL, C1), bytes that are not UTF-8, and whatever shows as nothing or turns the order of a line around are shown as
 * escapes. A backslash stays as it is, so that ordinary lines read exactly as the reference prints them.
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

/**
 * Characters without a look of their own: joiners, marks and embeddings of the bidirectional algorithm, tags, selectors of
 * variants, fillers (Unicode's Default_Ignorable_Code_Point), separators of lines and of annotations.
 */
const HIDDEN = String.raw`[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`;
const HAS_HIDDEN = new RegExp(HIDDEN, 'u');
/**
 * In an emoji they are part of the picture. (The flag needs ES2024 in the source's text; every Node.js from 20 on has it.)
 * Made when a text has one: it takes 20 ms.
 */
let emojiOrHidden: RegExp | undefined;
const ONLY_HIDDEN = new RegExp(`^${HIDDEN}$`, 'u');

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
    text += length > 0 ? textOfBytes(sequence) : escapeSequence(sequence);
    at += sequence.length;
  }
  return showHidden(text, asCodePoint);
}

/**
 * With \u202e in it a line would show other names than the capture has, and with \u200b in it a name would look like
 * another one.
 */
function showHidden(text: string, spell: (character: string) => string): string {
  if (!HAS_HIDDEN.test(text)) {
    return text;
  }
  emojiOrHidden ??= new RegExp(String.raw`\p{RGI_Emoji}|${HIDDEN}`, 'gv');
  return text.replaceAll(emojiOrHidden, (found) =>
    ONLY_HIDDEN.test(found) ? spell(found) : found,
  );
}

function asCodePoint(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`;
}

/**
 * The same JSON, safe to show: what a terminal would obey, and what shows as nothing, stands in it as `\u202e`. Such
 * characters are only in its texts.
 */
export function escapeJson(json: string): string {
  return PLAIN_JSON.test(json)
    ? json
    : showHidden(json.replaceAll(UNESCAPED_CONTROLS, asCodeUnits), asCodeUnits);
}

/** JSON itself escapes C0. */
const PLAIN_JSON = /^[\n\x20-\x7e]*$/;
const UNESCAPED_CONTROLS = /[\x7f-\x9f]/g;

function asCodeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
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
