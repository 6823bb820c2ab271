/**
 * CSV by RFC 4180 (csv-stringify; lines end in LF). A text cell that a spreadsheet would run as a formula
 * gets an apostrophe in front; numbers never do.
 */
import { stringify } from 'csv-stringify/sync';

/** A cell and whether it is a number. */
export interface Cell {
  readonly text: string;
  readonly isNumeric: boolean;
}

const FORMULA = /^[=+\-@\t\r]/;

/** One line of CSV, with its line end; text in, text out (byte strings stay byte strings). */
export function csvLine(cells: readonly Cell[], isRaw: boolean): string {
  return stringify([
    cells.map(({ text, isNumeric }) =>
      isRaw || isNumeric || !FORMULA.test(text) ? text : `'${text}`,
    ),
  ]);
}
