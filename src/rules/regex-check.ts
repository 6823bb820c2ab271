/**
 * Whether a regular expression is one to the reference: RE2 with POSIX syntax, which has no \d, \w, \s, \b, no (?...)
 * and no non-greedy repetition. What is written is compiled by an RE2 library, whose time is linear in the text.
 */
import { RE2JS, RE2JSException } from 're2js';

/** What is wrong with a regular expression, and what to write instead. */
export interface RegexProblem {
  readonly message: string;
  readonly fix: string;
}

const INSTEAD: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  s: '[[:space:]]',
  S: '[^[:space:]]',
  b: 'the characters that may stand there',
  B: 'the characters that may stand there',
};

/** Letters that may follow a backslash. */
const ESCAPES = 'afnrtvx';

/** An escape, a class in brackets, or what begins a group of other syntaxes. */
const TOKENS = /\\[^]|\[\^?\]?(?:\[:[a-z]+:\]|\\[^]|[^\]\\])*\]?|\(\?/g;

/** `undefined` if `pattern` (a byte string) can be used. */
export function regexProblem(pattern: string): RegexProblem | undefined {
  for (const { 0: token, index } of pattern.matchAll(TOKENS)) {
    if (token === '(?') {
      return {
        message: `"(?" at character ${index + 1} is no part of POSIX syntax`,
        fix: 'write "(" for a group; for upper and lower case use icontains, iglob or tolower(FIELD)',
      };
    }
    for (const escape of token.matchAll(/\\([^])/g)) {
      const letter = escape[1] ?? '';
      if (/[A-Za-z1-9]/.test(letter) && !ESCAPES.includes(letter)) {
        const instead = INSTEAD[letter];
        return {
          message: `"\\${letter}" at character ${index + escape.index + 1} is no escape of POSIX syntax`,
          fix: instead === undefined ? 'leave the backslash out' : `write ${instead}`,
        };
      }
    }
  }
  try {
    RE2JS.compile(pattern, RE2JS.MULTILINE);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) {
      throw error;
    }
    const message = error.message.replace(/^error parsing regexp: /, '');
    return { message, fix: 'put a backslash before a special character that is meant as itself' };
  }
}

const SPECIAL = '.+*?^$()[]{}|\\';
const OCCURRENCE = '+*?';

/** Whether a plainer operator could do the same: only anchors and `.*` at the ends are special. */
export function isPlainRegex(pattern: string): boolean {
  const last = pattern.length - 1;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if ((at === 0 && character === '^') || (at === last && character === '$')) {
      continue;
    }
    const isEnd = (at === 0 && pattern.length > 1) || at === pattern.length - 2;
    if (isEnd && character === '.' && OCCURRENCE.includes(pattern.charAt(at + 1))) {
      at += 1;
      continue;
    }
    if (SPECIAL.includes(character)) {
      return false;
    }
  }
  return true;
}
