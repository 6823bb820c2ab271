/** Tables for readers (cli-table3): plain borders, no colour, every cell one harmless line. */
import Table from 'cli-table3';
import { escapeText } from './escape.js';

/** Wider columns are wrapped, never cut: what is hidden might be what matters. */
const MAX_COLUMN = 100;
const PADDING = 2;
/** How a line between two rows begins; no cell does. */
const BETWEEN = '├';

/** A table with a heading; all cells are text. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(escapeText));
  const widths = head.map((name, at) =>
    Math.min(
      MAX_COLUMN,
      cells.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), name.length),
    ),
  );
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + PADDING),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...cells);
  const lines = table.toString().split('\n');
  const heading = lines.findIndex((line) => line.startsWith(BETWEEN));
  return lines.filter((line, at) => at === heading || !line.startsWith(BETWEEN)).join('\n');
}
