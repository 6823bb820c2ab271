/** Tables, loaded when somebody asks for one. */
import type { TableWriter } from './table.js';

/** A writer of rows under this heading. */
export async function openTable(head: readonly string[]): Promise<TableWriter> {
  const { TableWriter } = await import('./table.js');
  return new TableWriter(head);
}
