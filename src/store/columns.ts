/** All rows of chosen tables and views, in columns, for those who show a case as a whole. */
import type Database from 'better-sqlite3';
import type { SqlValue } from './query.js';
import { readCase } from './reading.js';

/** The values of one table, by column. Columns that the case does not have (it is of an older version) hold NULL. */
export interface TableColumns {
  readonly count: number;
  readonly columns: Readonly<Record<string, readonly SqlValue[]>>;
}

/** What is asked for: columns by table. */
export type ColumnsByTable = Readonly<Record<string, readonly string[]>>;

/**
 * Read tables of the case at `path`: all rows that belong to runs that count (`current_runs`), in the order of their keys.
 * Integers are bigints.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_NEWER`
 */
export function readColumns<T extends ColumnsByTable>(
  path: string,
  tables: T,
): Readonly<Record<keyof T, TableColumns>> {
  return readCase(path, (database) => {
    const entries = Object.entries(tables).map(([table, columns]) => [
      table,
      readTable(database, table, columns),
    ]);
    return Object.fromEntries(entries) as Record<keyof T, TableColumns>;
  });
}

function readTable(
  database: Database.Database,
  table: string,
  columns: readonly string[],
): TableColumns {
  const values: Record<string, SqlValue[]> = Object.fromEntries(columns.map((name) => [name, []]));
  const there = new Set(columnsOf(database, table));
  if (there.size === 0) {
    return { count: 0, columns: values };
  }
  const asked = columns.map((name) => (there.has(name) ? `"${name}"` : 'NULL')).join(', ');
  const rows = database
    .prepare(`SELECT ${asked} FROM "${table}" ${restriction(database, table, there)}`)
    .raw()
    .iterate() as IterableIterator<SqlValue[]>;
  const lists = columns.map((name) => values[name] ?? []);
  let count = 0;
  for (const row of rows) {
    lists.forEach((list, at) => list.push(row[at] ?? null));
    count += 1;
  }
  return { count, columns: values };
}

/** Only rows of runs that count, and their evidence; cases of old versions may not say which those are. */
function restriction(
  database: Database.Database,
  table: string,
  columns: ReadonlySet<string>,
): string {
  if (isView(database, table)) {
    return ''; // views are of current runs, and say themselves in which order
  }
  if (columnsOf(database, 'current_runs').length === 0) {
    return 'ORDER BY rowid';
  }
  const runs = 'SELECT run_id FROM current_runs';
  if (columns.has('run_id')) {
    return `WHERE run_id IN (${runs}) ORDER BY rowid`;
  }
  return table === 'evidence'
    ? `WHERE evidence_id IN (SELECT evidence_id FROM runs WHERE run_id IN (${runs})) ORDER BY rowid`
    : 'ORDER BY rowid';
}

function isView(database: Database.Database, name: string): boolean {
  const type = database.prepare('SELECT type FROM sqlite_schema WHERE name = ?').pluck().get(name);
  return type === 'view';
}

function columnsOf(database: Database.Database, table: string): readonly string[] {
  const rows = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
  return (rows as { name: string }[]).map(({ name }) => name);
}
