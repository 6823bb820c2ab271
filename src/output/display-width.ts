/**
 * How many columns of a terminal a text takes, and where it may be broken. Ideographs and emoji take two columns,
 * combining marks none. Widths are those of Unicode's East Asian Width (UAX #11), and an emoji sequence counts as the
 * one picture that terminals show for it. What shows as nothing takes no column: `escape.ts` has made it visible before.
 */

const ELLIPSIS = '…';
/** No terminal shows as much of one cell. */
const MAX_PIECE = 10_000;
const ASCII = /^[\x20-\x7e]*$/;

/** Wide and full-width code points, first and last of each range (Unicode 16, EastAsianWidth.txt); emoji are known otherwise. */
// prettier-ignore
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f], [0x2329, 0x232a], [0x2630, 0x2637], [0x268a, 0x268f], [0x2e80, 0x303e], [0x3041, 0x3247],
  [0x3250, 0xa4c6], [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe10, 0xfe19], [0xfe30, 0xfe6b],
  [0xff01, 0xff60], [0xffe0, 0xffe6], [0x16fe0, 0x18dff], [0x1aff0, 0x1b2fb], [0x1d300, 0x1d356], [0x1d360, 0x1d376],
  [0x1f200, 0x1f265], [0x20000, 0x3fffd],
];

/** Marks above and below others, what shows as nothing, and the later parts of a Hangul syllable. */
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
/** Code points that are pictures by themselves; two regional indicators are one flag. */
const PICTURE = /^\p{Emoji_Presentation}$/u;
const REGIONAL_INDICATOR = /^\p{Regional_Indicator}$/u;

let segmenter: Intl.Segmenter | undefined;
let emoji: RegExp | undefined;

/** Characters as readers see them (grapheme clusters), which nothing breaks. */
export function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' }); // 30 ms the first time: only for other than ASCII
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of a terminal that `text` (one line, without controls) takes. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) {
    return text.length;
  }
  return graphemesOf(text).reduce((sum, grapheme) => sum + columnsOfGrapheme(grapheme), 0);
}

/** `text` with blanks behind it, up to `columns`. */
export function padToColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Columns of one grapheme cluster: an emoji is one picture, anything else is as wide as its parts. */
function columnsOfGrapheme(grapheme: string): number {
  if (isEmoji(grapheme)) {
    return 2;
  }
  let columns = 0;
  for (const character of grapheme) {
    columns += columnsOfCharacter(character);
  }
  return columns;
}

function columnsOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) {
    return code === 0xad ? 0 : 1; // a soft hyphen shows as nothing
  }
  if (WITHOUT_WIDTH.test(character)) {
    return 0;
  }
  const isWide = WIDE.some(([first, last]) => code >= first && code <= last);
  return isWide || (PICTURE.test(character) && !REGIONAL_INDICATOR.test(character)) ? 2 : 1;
}

/** Whether a grapheme cluster is one of the emoji that Unicode recommends for interchange, sequences included. */
function isEmoji(grapheme: string): boolean {
  // the flag needs ES2024 in the source's text; every Node.js from 20 on has it
  emoji ??= new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v');
  return emoji.test(grapheme);
}

/**
 * `text` in lines of at most `columns` (two or more) each; at least one line. Lines end behind a blank where they can, else
 * where they are full. Nothing is left out: joined, they are the text.
 */
export function wrapToColumns(text: string, columns: number): string[] {
  return ASCII.test(text) ? wrapAscii(text, columns) : wrapGraphemes(text, columns);
}

function wrapAscii(text: string, columns: number): string[] {
  const lines: string[] = [];
  let at = 0;
  while (text.length - at > columns) {
    const blank = text.lastIndexOf(' ', at + columns - 1);
    const end = blank >= at ? blank + 1 : at + columns;
    lines.push(text.slice(at, end));
    at = end;
  }
  return [...lines, text.slice(at)];
}

function wrapGraphemes(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  /** What the line has up to its last blank, and behind that. */
  let whole = '';
  let rest = 0;
  const pieces = graphemesOf(text).flatMap((grapheme) =>
    columnsOfGrapheme(grapheme) <= columns ? [grapheme] : Array.from(grapheme),
  );
  for (const piece of pieces) {
    const width = columnsOfGrapheme(piece);
    while (used + width > columns && line !== '') {
      const end = whole === '' ? line.length : whole.length;
      lines.push(line.slice(0, end));
      line = line.slice(end);
      used = whole === '' ? 0 : rest;
      whole = '';
      rest = used;
    }
    line += piece;
    used += width;
    rest += width;
    if (piece === ' ') {
      whole = line;
      rest = 0;
    }
  }
  return [...lines, line];
}

/** `text`, or as much of its begin as fits in `columns` (one or more) with an ellipsis behind it. */
export function shortenToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) {
    return text;
  }
  let line = '';
  let used = ELLIPSIS.length;
  for (const grapheme of graphemesOf(text.slice(0, MAX_PIECE))) {
    used += columnsOfGrapheme(grapheme);
    if (used > columns) {
      break;
    }
    line += grapheme;
  }
  return line + ELLIPSIS;
}

/** Columns of the widest word of `text`, as far as words of more than `most` columns count. */
export function widestWord(text: string, most: number): number {
  let widest = 0;
  for (const word of text.split(' ', MAX_PIECE)) {
    widest = Math.max(widest, word.length > most ? most : columnsOf(word));
  }
  return Math.min(widest, most);
}
