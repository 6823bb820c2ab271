/** Questions to a case: one statement, read-only, exact 64-bit integers. */
import type { ColumnDefinition, Database } from 'better-sqlite3';
import { openForReading } from './reading.js';
import { ALL_TABLES } from './tables-table.js';
import { wrongQuery } from './wrong-query.js';

/** A value of an answer. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** Whether its integers are nanoseconds since the epoch. */
  readonly isTime: boolean;
}

/** What a question gave: its columns, and rows as they come. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: Iterable<readonly SqlValue[]>;
  close(): void;
}

/**
 * Ask the case at `path`. Parameters are those that `sql` names, such as `@path`.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_NEWER`, `CASE_OLDER`, `QUERY_WRONG`
 */
export function queryCase(
  path: string,
  sql: string,
  parameters: Readonly<Record<string, string | null>> = {},
): Answer {
  const { database, close: closeCase } = openForReading(path);
  let asked: Iterator<readonly SqlValue[]> | undefined;
  const close = (): void => {
    asked?.return?.(); // rows that nobody took keep a database open
    closeCase();
  };
  const question = { path, sql, database };
  try {
    const statement = database.prepare(sql);
    if (!statement.readonly) {
      throw new TypeError('it would change the case; a case is only read here');
    }
    if (!statement.reader) {
      throw new TypeError('it gives no rows');
    }
    const columns = statement.columns().map(answerColumn);
    const values = Object.keys(parameters).length === 0 ? [] : [parameters];
    const rows = statement.raw().iterate(...values) as IterableIterator<readonly SqlValue[]>;
    asked = rows;
    return { columns, rows: guarded(question, rows), close };
  } catch (error) {
    const explained = wrongQuery(question, error);
    close();
    throw explained;
  }
}

function* guarded(
  question: { readonly path: string; readonly sql: string; readonly database: Database },
  rows: Iterable<readonly SqlValue[]>,
): Generator<readonly SqlValue[]> {
  try {
    yield* rows;
  } catch (error) {
    throw wrongQuery(question, error);
  }
}

/** Columns that hold times, as `TABLE.COLUMN`, and their bare names. */
const TIMES: ReadonlySet<string> = new Set(
  ALL_TABLES.flatMap(([table, { columns }]) =>
    Object.entries(columns)
      .filter(([, { isTime }]) => isTime === true)
      .flatMap(([name]) => [name, `${table}.${name}`]),
  ),
);

const EXTREME = /^(?:min|max)\((?:\w+\.)?(\w+)\)$/i;

/** Whether a column of an answer holds times, by its name: that of a column, or the least or greatest of one. */
export function isTimeColumn(name: string): boolean {
  return TIMES.has(EXTREME.exec(name)?.[1] ?? name);
}

/** SQLite knows where a plain column comes from; what is computed (`min(time_ns) AS first_ns`) is known by its name. */
function answerColumn({ name, table, column }: ColumnDefinition): AnswerColumn {
  const isTime = column === null ? isTimeColumn(name) : TIMES.has(`${String(table)}.${column}`);
  return { name, isTime };
}
