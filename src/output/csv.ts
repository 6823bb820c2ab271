/**
 * CSV by RFC 4180 (csv-stringify; lines end in LF). A text cell that a spreadsheet would run as a formula
 * gets an apostrophe in front; numbers never do. Control characters are escaped as in text: a line end inside
 * quotes would be CSV, but tools that read lines would take what follows for a row.
 */
import { stringify } from 'csv-stringify/sync';
import { bytesOfText, textOfBytes } from '../units.js';
import { escapeLine } from './escape.js';

/** A cell and whether it is a number. */
export interface Cell {
  /** A byte string. */
  readonly text: string;
  readonly isNumeric: boolean;
}

/** How cells are protected. */
export interface CsvOptions {
  /** Everything goes through as it is, line ends and formulas too. */
  readonly isRaw: boolean;
  /** The lines are shown on a terminal, which control characters could command: raw or not. */
  readonly isTerminal: boolean;
}

/** Behind blanks, and what shows as nothing; in their full-width, small and mathematical forms too. */
const FORMULA = /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠﹦﹢﹣﹫−]|^[\t\r]/u;

/** One line of CSV, with its line end. Cells are byte strings, and so is the line. */
export function csvLine(cells: readonly Cell[], { isRaw, isTerminal }: CsvOptions): string {
  return stringify([
    cells.map(({ text, isNumeric }) => {
      const guarded = isRaw || isNumeric || !FORMULA.test(textOfBytes(text)) ? text : `'${text}`;
      return isRaw && !isTerminal ? guarded : bytesOfText(escapeLine(guarded));
    }),
  ]);
}
