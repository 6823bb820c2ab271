/** Tables for readers (cli-table3): plain borders, no colour, every cell one harmless line. */
import Table from 'cli-table3';
import { escapeText } from './escape.js';

/** A table with a heading; all cells are text. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) {
    table.push(row.map(escapeText));
  }
  return table.toString();
}
