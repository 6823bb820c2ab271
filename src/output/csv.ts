/**
 * CSV by RFC 4180 (csv-stringify; lines end in LF). A text cell that a spreadsheet would run as a formula
 * gets an apostrophe in front; numbers never do.
 */
import { stringify } from 'csv-stringify/sync';
import { escapeText } from './escape.js';

/** A cell and whether it is a number. */
export interface Cell {
  readonly text: string;
  readonly isNumeric: boolean;
}

/** How cells are protected. */
export interface CsvOptions {
  /** Formulas go through as they are. */
  readonly isRaw: boolean;
  /** The lines are shown on a terminal, which control characters could command. */
  readonly isTerminal: boolean;
}

const FORMULA = /^[=+\-@\t\r]/;

/** One line of CSV, with its line end; text in, text out (byte strings stay byte strings). */
export function csvLine(cells: readonly Cell[], { isRaw, isTerminal }: CsvOptions): string {
  return stringify([
    cells.map(({ text, isNumeric }) => {
      const guarded = isRaw || isNumeric || !FORMULA.test(text) ? text : `'${text}`;
      return isTerminal ? escapeText(guarded) : guarded;
    }),
  ]);
}
