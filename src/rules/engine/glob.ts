/**
 * Shell patterns as fnmatch(3) without flags reads them: `*` and `?` also match `/` and a leading dot,
 * `[...]` with ranges, `!` or `^` and character classes, `\` quotes. Matching is linear in text times
 * pattern (only the last star is retried), since an attacker chooses the text.
 */

type Piece =
  | { readonly kind: 'byte'; readonly byte: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly members: ReadonlySet<string> };

/** Character classes of POSIX (the C locale). */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** Compile a pattern once; the result says whether a whole text matches it. */
export function compileGlob(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const pieces = readPieces(ignoreCase ? lowerAscii(pattern) : pattern);
  return ignoreCase ? (text) => matches(pieces, lowerAscii(text)) : (text) => matches(pieces, text);
}

/** What every text that a pattern matches begins with. */
export function beginningOfGlob(pattern: string): string {
  const special = pattern.search(/[*?[\\]/);
  return special < 0 ? pattern : pattern.slice(0, special);
}

function matches(pieces: readonly Piece[], text: string): boolean {
  let piece = 0;
  let at = 0;
  let starPiece = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = pieces[piece];
    if (current?.kind === 'star') {
      starPiece = piece;
      starAt = at;
      piece += 1;
    } else if (current !== undefined && matchesByte(current, text.charAt(at))) {
      piece += 1;
      at += 1;
    } else if (starPiece >= 0) {
      piece = starPiece + 1;
      starAt += 1;
      at = starAt;
    } else {
      return false;
    }
  }
  while (pieces[piece]?.kind === 'star') {
    piece += 1;
  }
  return piece === pieces.length;
}

function matchesByte(piece: Piece, byte: string): boolean {
  switch (piece.kind) {
    case 'byte':
      return piece.byte === byte;
    case 'any':
      return true;
    case 'set':
      return piece.members.has(byte) !== piece.isNegated;
    case 'star':
      return false;
  }
}

function readPieces(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  const unclosed = new Set<number>();
  for (let at = 0; at < pattern.length;) {
    const { piece, last } = readPiece(pattern, at, unclosed);
    if (piece.kind !== 'star' || pieces.at(-1)?.kind !== 'star') {
      pieces.push(piece);
    }
    at = last + 1;
  }
  return pieces;
}

/** A piece, and the index of its last byte. */
interface Placed {
  readonly piece: Piece;
  readonly last: number;
}

function readPiece(pattern: string, at: number, unclosed: Set<number>): Placed {
  const byte = pattern.charAt(at);
  const itself: Placed = { piece: { kind: 'byte', byte }, last: at };
  switch (byte) {
    case '*':
      return { piece: { kind: 'star' }, last: at };
    case '?':
      return { piece: { kind: 'any' }, last: at };
    case '\\':
      return at + 1 < pattern.length
        ? { piece: { kind: 'byte', byte: pattern.charAt(at + 1) }, last: at + 1 }
        : itself;
    case '[':
      return readSet(pattern, at, unclosed) ?? itself;
    default:
      return itself;
  }
}

/**
 * The bracket expression that opens at `open`; `undefined` where it never closes (a plain `[` then). `unclosed` collects
 * places from which no bracket closes, which are not looked at again: a pattern of nothing but `[` is read in proportion to
 * its length.
 */
function readSet(pattern: string, open: number, unclosed: Set<number>): Placed | undefined {
  let at = open + 1;
  const isNegated = pattern[at] === '!' || pattern[at] === '^';
  at += isNegated ? 1 : 0;
  const members = new Set<string>();
  const seen: number[] = [];
  for (let isFirst = true; at < pattern.length; isFirst = false, at += 1) {
    if (!isFirst) {
      if (unclosed.has(at)) {
        break;
      }
      seen.push(at);
    }
    if (pattern[at] === ']' && !isFirst) {
      return { piece: { kind: 'set', isNegated, members }, last: at };
    }
    at = addMembers(pattern, at, members);
  }
  seen.forEach((place) => unclosed.add(place));
  return undefined;
}

/** Add what is written at `at` inside brackets: a class, a range or a byte; the index of its last byte. */
function addMembers(pattern: string, at: number, members: Set<string>): number {
  const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12));
  if (named !== null) {
    const type = CLASSES[named[1] ?? ''];
    ALL_BYTES.filter((each) => type?.test(each) === true).forEach((each) => members.add(each));
    return at + named[0].length - 1;
  }
  if (pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']') {
    const last = pattern.charCodeAt(at + 2);
    for (let code = pattern.charCodeAt(at); code <= last; code += 1) {
      members.add(String.fromCharCode(code));
    }
    return at + 2;
  }
  const end = pattern[at] === '\\' && at + 1 < pattern.length ? at + 1 : at;
  members.add(pattern.charAt(end));
  return end;
}

const ONLY_ASCII = /^[\0-\x7f]*$/;

/** What was asked last: many questions about one value follow each other (a hundredth of a short replay with Falco's rules). */
let lastText = '';
let lastLower = '';

/** Lower case of ASCII letters only: other bytes are no characters here. */
export function lowerAscii(text: string): string {
  if (text !== lastText) {
    lastLower = ONLY_ASCII.test(text)
      ? text.toLowerCase()
      : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    lastText = text;
  }
  return lastLower;
}
