/**
 * How many columns of a terminal a text takes, and where it may be broken. Ideographs and emoji take two columns,
 * combining marks none. Widths are those of Unicode's East Asian Width (UAX #11), and an emoji sequence counts as the
 * one picture that terminals show for it. What shows as nothing takes no column: `escape.ts` has made it visible before.
 */

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

/** `text` in lines of at most `columns` (two or more) each; at least one line. Nothing is left out. */
export function wrapToColumns(text: string, columns: number): string[] {
  if (ASCII.test(text)) {
    const count = text === '' ? 1 : Math.ceil(text.length / columns);
    return Array.from({ length: count }, (_, at) => text.slice(at * columns, (at + 1) * columns));
  }
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const pieces = graphemesOf(text).flatMap((grapheme) =>
    columnsOfGrapheme(grapheme) <= columns ? [grapheme] : Array.from(grapheme),
  );
  for (const piece of pieces) {
    const width = columnsOfGrapheme(piece);
    if (used + width > columns && line !== '') {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += piece;
    used += width;
  }
  return [...lines, line];
}
