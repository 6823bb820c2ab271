/** CSV, loaded when somebody asks for it. */
import type { Cell } from './csv.js';

/** A writer of CSV lines (with line ends); `isRaw` turns the protection against formulas off. */
export async function openCsv(isRaw: boolean): Promise<(cells: readonly Cell[]) => string> {
  const { csvLine } = await import('./csv.js');
  return (cells) => csvLine(cells, isRaw);
}
