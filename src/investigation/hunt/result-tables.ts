/** The tables of a hunt's results: those of a case, flat, with the key of the job in front. */
import type { HuntTable, ParquetColumn } from '../../hunt/index.js';
import { FLAT_TABLES, type FlatTable } from '../../store/index.js';

/** Names the job that a row is of, in all tables. */
const KEY_COLUMN = {
  name: 'run_key',
  isInteger: false,
  doc: 'The piece of evidence, the rules, the options and the version that the row comes from, as one word.',
} as const;

/** The columns of a table in results. */
export function resultColumns({ columns }: FlatTable): readonly ParquetColumn[] {
  return [KEY_COLUMN, ...columns];
}

/** All of them. */
export const RESULT_TABLES: readonly HuntTable[] = FLAT_TABLES.map((table) => ({
  name: table.name,
  columns: resultColumns(table),
}));
