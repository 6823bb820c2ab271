/** Rows of text with their cells below each other, as reports print them. */
import { columnsOf, padToColumns } from '../../output/index.js';

/** On which side a cell begins: texts on the left, numbers on the right. */
export type Side = 'left' | 'right';

/** Lines of rows, which have a cell for each of `sides`; two blanks between cells, none at the end. */
export function linedUp(
  rows: readonly (readonly string[])[],
  sides: readonly Side[],
): readonly string[] {
  const widths = sides.map((_, at) =>
    rows.reduce((widest, row) => Math.max(widest, columnsOf(row[at] ?? '')), 0),
  );
  return rows.map((row) =>
    sides
      .map((side, at) => {
        const cell = row[at] ?? '';
        const width = widths[at] ?? 0;
        return side === 'left'
          ? padToColumns(cell, width)
          : `${' '.repeat(Math.max(0, width - columnsOf(cell)))}${cell}`;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A share as a percentage with one decimal, rounded down: only all of it is `100.0 %`. */
export function percentText(part: number, whole: number): string {
  return `${(Math.floor(percentOf(part, whole) * 10) / 10).toFixed(1)} %`;
}

/** A share in percent; none of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
