/**
 * The place in a condition that the parser has come to. What a word, a number or a quoted string may
 * look like is decided here; all of it is read in one pass without going back. Each
 * pattern is linear, whatever the text.
 */
import { bytesOfText } from '../units.js';
import type { Position } from './ast.js';
import type { PlacedText } from './source-text.js';
import type { Fix } from './suggest.js';

/** A mistake in the text of a condition; the loader gives it its code and the item it belongs to. */
export class SyntaxFault extends Error {
  readonly at: Position;
  /** Characters to underline. */
  readonly length: number;
  /** One next step. */
  readonly fix: Fix;

  constructor(message: string, at: Position, options: { length?: number; fix: Fix }) {
    super(message);
    this.name = 'SyntaxFault';
    this.at = at;
    this.length = options.length ?? 1;
    this.fix = options.fix;
  }
}

/** Blanks are ASCII ones: texts are bytes to the reference. */
export const PATTERNS = {
  identifier: /[a-zA-Z][a-zA-Z0-9_]*/y,
  field: /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y,
  bareArgument: /[^\][\t-\r "']+/y,
  hexNumber: /0[xX][0-9a-fA-F]+/y,
  number: /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  bareText: /[^()"'\t-\r =,]+/y,
  word: /[^\t-\r ()]+/y,
} as const;

const BACKSPACE = 8;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  // As in the reference, which keeps some wrongly escaped rules working: the blank is dropped.
  ' ': '\\',
  '\\': '\\',
  '/': '/',
};

/** Escapes of regular expressions in other programs. */
const ESCAPE_HINTS: Readonly<Record<string, string>> = {
  d: '; a digit in a regular expression is [0-9]',
  w: '; a word character in a regular expression is [0-9A-Za-z_]',
  s: '; a blank in a regular expression is [[:space:]]',
  '.': '; a dot itself in a regular expression is [.]',
};

/** A quoted string: its text with escapes undone, and where it began. */
interface Quoted {
  readonly text: string;
  readonly start: number;
}

/** Reads a text from left to right. */
export class Cursor {
  readonly source: PlacedText;
  readonly text: string;
  offset = 0;
  readonly #isBytes: boolean;

  /** `isBytes`: the text is a byte string already. */
  constructor(source: PlacedText, { isBytes = false }: { readonly isBytes?: boolean } = {}) {
    this.source = source;
    this.text = source.text;
    this.#isBytes = isBytes;
  }

  /** One that ends earlier, at `end`. */
  upTo(end: number): Cursor {
    const text = this.text.slice(0, end);
    const part = { text, at: (offset: number) => this.at(offset) };
    return new Cursor(part, { isBytes: this.#isBytes });
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Position of an offset; of the cursor where none is given. */
  at(offset = this.offset): Position {
    return this.source.at(offset);
  }

  /** The byte string of a piece of the text. */
  bytesOf(text: string): string {
    return this.#isBytes ? text : bytesOfText(text);
  }

  /** Pass over blanks; says whether there were any. */
  skipBlanks(): boolean {
    const start = this.offset;
    while (this.offset < this.text.length) {
      const code = this.text.charCodeAt(this.offset);
      if (code !== 32 && !(code >= 9 && code <= 13) && code !== BACKSPACE) {
        break;
      }
      this.offset += 1;
    }
    return this.offset > start;
  }

  /** Whether exactly these characters follow. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.offset);
  }

  /** Take these characters if they follow. */
  take(text: string): boolean {
    if (!this.sees(text)) {
      return false;
    }
    this.offset += text.length;
    return true;
  }

  /** Whether this word follows, and ends there. */
  seesWord(word: string): boolean {
    if (!this.sees(word)) {
      return false;
    }
    const next = this.text.charCodeAt(this.offset + word.length);
    return !isWordCode(next);
  }

  /** What the pattern matches here, taken; `undefined` if nothing. */
  match(pattern: RegExp): string | undefined {
    const found = this.peek(pattern);
    if (found !== undefined) {
      this.offset += found.length;
    }
    return found;
  }

  /** What the pattern matches here, not taken. */
  peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0];
  }

  /**
   * A quoted string, taken; `undefined` if no quote follows. It ends at the first quote of its kind that
   * does not come directly after a backslash.
   */
  quoted(): Quoted | undefined {
    const quote = this.text.charAt(this.offset);
    if (quote !== '"' && quote !== "'") {
      return undefined;
    }
    const start = this.offset;
    let end = this.text.indexOf(quote, start + 1);
    while (end !== -1 && this.text.charAt(end - 1) === '\\') {
      end = this.text.indexOf(quote, end + 1);
    }
    if (end === -1) {
      throw new SyntaxFault(`the string that begins here has no closing ${quote}`, this.at(start), {
        fix: this.text.includes(`\\${quote}`, start + 1)
          ? `a quote directly after a backslash does not close a string; write the value in the other kind of quotes`
          : `add a ${quote} where the text ends`,
      });
    }
    const text = this.#unescape(start + 1, end, quote);
    this.offset = end + 1;
    return { text, start };
  }

  #unescape(from: number, to: number, quote: string): string {
    const raw = this.text.slice(from, to);
    if (!raw.includes('\\')) {
      return raw;
    }
    let result = '';
    for (let index = 0; index < raw.length; index += 1) {
      const character = raw.charAt(index);
      if (character !== '\\') {
        result += character;
        continue;
      }
      index += 1;
      const escaped = raw.charAt(index);
      const meaning = escaped === quote ? quote : ESCAPES[escaped];
      if (meaning === undefined) {
        throw new SyntaxFault(
          `\\${escaped} is not an escape that a string in ${quote} may have`,
          this.at(from + index - 1),
          {
            length: 2,
            fix: `to mean a backslash write \\\\${ESCAPE_HINTS[escaped] ?? ''}`,
          },
        );
      }
      result += meaning;
    }
    return result;
  }
}

/** A fault: what was expected here, and what is there. */
export function unexpected(cursor: Cursor, expected: string, fix: string): SyntaxFault {
  const word = cursor.peek(PATTERNS.word);
  return new SyntaxFault(`expected ${expected}; found ${describeNext(cursor)}`, cursor.at(), {
    length: word?.length ?? 1,
    fix,
  });
}

/** What comes next, in words. */
export function describeNext(cursor: Cursor): string {
  if (cursor.isAtEnd) {
    return 'the end';
  }
  const word = cursor.peek(PATTERNS.word) ?? cursor.text.charAt(cursor.offset);
  return `"${word.length > 40 ? `${word.slice(0, 40)}...` : word}"`;
}

/** Whether a character may be inside a word (letters, digits, underscore). */
function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95
  );
}
