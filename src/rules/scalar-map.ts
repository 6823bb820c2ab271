/**
 * From the value of a YAML scalar back to its spelling: for each character of the value the offset in the
 * file where it stands. Folding and indentation change only white space, so that the other
 * characters come in the same order; quotes and escapes are followed one by one.
 */

/** How a scalar is written, as the `yaml` package names it. */
export type ScalarStyle =
  'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE' | 'BLOCK_FOLDED' | 'BLOCK_LITERAL';

/** Where a scalar is spelt: its style and its extent in the file. */
export interface Spelling {
  readonly style: ScalarStyle;
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** What the file says at one place, and how many characters it takes. */
interface Step {
  readonly isSpace: boolean;
  readonly length: number;
}

const SPACE = /\s/;
const ESCAPED_SPACE = new Set(['n', 't', 'r', ' ', '\t', 'v', 'f', '_', 'N', 'L', 'P']);
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** One offset in the file for each character of `value`, and one more for its end. */
export function spellingOffsets(value: string, spelling: Spelling): Uint32Array {
  const offsets = new Uint32Array(value.length + 1);
  let at = bodyStart(spelling);
  for (let index = 0; index < value.length; index += 1) {
    const isSpace = SPACE.test(value.charAt(index));
    if (!isSpace) {
      at = skipSpace(spelling, at);
    }
    offsets[index] = Math.min(at, spelling.end);
    const step = stepAt(spelling, at);
    if (isSpace === step.isSpace && at < spelling.end) {
      at += step.length;
    }
  }
  offsets[value.length] = Math.min(at, spelling.end);
  return offsets;
}

function bodyStart(spelling: Spelling): number {
  const { file, start, end } = spelling;
  switch (spelling.style) {
    case 'PLAIN':
      return start;
    case 'QUOTE_SINGLE':
    case 'QUOTE_DOUBLE':
      return start + 1;
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL': {
      const newline = file.indexOf('\n', start);
      return newline === -1 || newline >= end ? end : newline + 1;
    }
  }
}

function skipSpace(spelling: Spelling, from: number): number {
  let at = from;
  while (at < spelling.end) {
    const step = stepAt(spelling, at);
    if (!step.isSpace) {
      break;
    }
    at += step.length;
  }
  return at;
}

function stepAt(spelling: Spelling, at: number): Step {
  const character = spelling.file.charAt(at);
  if (spelling.style === 'QUOTE_DOUBLE' && character === '\\') {
    const escaped = spelling.file.charAt(at + 1);
    return {
      isSpace: ESCAPED_SPACE.has(escaped) || escaped === '\n' || escaped === '\r',
      length: HEX_LENGTH[escaped] ?? 2,
    };
  }
  if (spelling.style === 'QUOTE_SINGLE' && character === "'") {
    return { isSpace: false, length: 2 };
  }
  return { isSpace: SPACE.test(character), length: 1 };
}
