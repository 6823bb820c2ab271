/** CSV, loaded when somebody asks for it. */
import type { Cell, CsvOptions } from './csv.js';

/** A writer of CSV lines, with line ends; cells and lines are byte strings. */
export async function openCsv(options: CsvOptions): Promise<(cells: readonly Cell[]) => string> {
  const { csvLine } = await import('./csv.js');
  return (cells) => csvLine(cells, options);
}
