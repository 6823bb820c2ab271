/** Rows for people, loaded when somebody asks for them. */
import type { LineWriter } from './lines.js';
import type { TableLayout, TableWriter } from './table.js';

/** A writer of rows under this heading. */
export async function openTable(
  head: readonly string[],
  layout?: TableLayout,
): Promise<TableWriter> {
  const { TableWriter } = await import('./table.js');
  return new TableWriter(head, layout);
}

/** A writer of rows as lines `name: value`. */
export async function openLines(
  head: readonly string[],
  layout?: 'wrap' | 'brief' | 'wide',
): Promise<LineWriter> {
  const { LineWriter } = await import('./lines.js');
  return new LineWriter(head, layout);
}
