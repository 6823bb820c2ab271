/**
 * How a case is declared: tables of columns, each with its type and a sentence that says what it holds. From one
 * declaration follow CREATE, INSERT and DELETE, the documentation (in the file, and as a page) and the TypeScript type
 * of a row, so that a column that a writer forgets does not compile.
 */
import type { Version } from './migrations-table.js';

/** A 64-bit integer, exact as a `bigint`. */
type Integer = number | bigint;

/**
 * What a column is for: `key` is numbered by SQLite, `run` is filled in by the writer of a run (whose rows are taken
 * back and sealed by it), `value` comes with the row.
 */
type Role = 'key' | 'run' | 'value';

/** A column: its SQL after the name, what it holds, and the value that a row has for it. */
export interface Column<Value = unknown, ColumnRole extends Role = Role> {
  readonly role: ColumnRole;
  readonly sql: string;
  readonly doc: string;
  readonly isInteger: boolean;
  /** Whether it holds nanoseconds since the epoch, which people are shown as a time. */
  readonly isTime?: true;
  /** The table whose key this is. */
  readonly references?: string;
  /** The version that brought it; absent: the table's own. */
  readonly since?: Version;
  /** Only a type; never set. */
  readonly valueType?: Value;
}

/** A column that a row must give. */
type Given<Value> = Column<Value, 'value'>;

/** The number of a row in this case: SQLite gives it. */
export function key(doc: string): Column<bigint, 'key'> {
  return { role: 'key', sql: 'INTEGER PRIMARY KEY', doc, isInteger: true };
}

/** The run that a row belongs to. */
export function ofRun(): Column<bigint, 'run'> {
  const sql = 'INTEGER NOT NULL REFERENCES runs';
  return { role: 'run', sql, doc: 'The run.', isInteger: true, references: 'runs' };
}

/** A 64-bit integer. */
export function integer(doc: string): Given<Integer> {
  return { role: 'value', sql: 'INTEGER NOT NULL', doc, isInteger: true };
}

/** An instant, in nanoseconds since the epoch. */
export function time(doc: string): Given<Integer> {
  return { ...integer(doc), isTime: true };
}

/** Text: valid Unicode, never a byte string. */
export function text(doc: string): Given<string> {
  return { role: 'value', sql: 'TEXT NOT NULL', doc, isInteger: false };
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], doc: string): Given<Word> {
  const list = words.map((word) => `'${word}'`).join(', ');
  return { role: 'value', sql: `TEXT NOT NULL CHECK (@ IN (${list}))`, doc, isInteger: false };
}

/** A row of another table. */
export function rowOf(table: string, doc: string): Given<bigint> {
  const sql = `INTEGER NOT NULL REFERENCES ${table}`;
  return { role: 'value', sql, doc, isInteger: true, references: table };
}

/** The same column, where NULL says that the value is unknown or does not exist. */
export function optional<Value>(column: Given<Value>): Given<Value | null> {
  return { ...column, sql: column.sql.replace(' NOT NULL', '') };
}

/** The same column, which a later version added at the end of a table that existed: so it may be NULL. */
export function since<Value>(version: Version, column: Given<Value>): Given<Value | null> {
  return { ...optional(column), since: version };
}

/** The columns of a table, in their order in the file. */
export type Columns = Readonly<Record<string, Column>>;

/** A table; STRICT, so that a column holds what it says. */
export interface Table<Of extends Columns = Columns> {
  readonly doc: string;
  /** The version that brought it; absent: the first. */
  readonly since?: Version;
  readonly columns: Of;
  /** Columns that identify a row. A row is replaced by another of the same values, where the writer says so. */
  readonly unique?: readonly string[];
  /** The same as the primary key, of a table whose rows have no number. */
  readonly primary?: readonly string[];
  /** Columns of each index; made when a run has been written. */
  readonly indexes?: readonly (readonly string[])[];
}

/** The row that a writer gives: every column but those that are numbered or filled in. */
export type RowOf<Of extends Table> = {
  readonly [
    Name in keyof Of['columns'] as Of['columns'][Name] extends Column<unknown, 'value'>
      ? Name
      : never
  ]: Of['columns'][Name] extends Column<infer Value> ? Value : never;
};

/** A question that responders ask, answered. */
export interface View {
  readonly name: string;
  readonly doc: string;
  readonly sql: string;
}

/** Columns of `table` as they were in `version`, by name. */
function columnsIn(table: Table, version: Version): readonly (readonly [string, Column])[] {
  const first = table.since ?? 1;
  return Object.entries(table.columns).filter(([, column]) => (column.since ?? first) <= version);
}

/** `TEXT NOT NULL CHECK (status IN ('a'))`: a condition of a column names it. */
const sqlOf = (name: string, { sql }: Column): string => sql.replace('@', name);

/** The statement that makes `table` as it was in `version`, with its documentation inside. */
function createTable(name: string, table: Table, version: Version): string {
  const parts = columnsIn(table, version).map(([column, declared]) => ({
    doc: `  -- ${declared.doc}\n`,
    sql: `  ${column} ${sqlOf(column, declared)}`,
  }));
  const constraints = [
    ...(table.primary === undefined ? [] : [`  PRIMARY KEY (${table.primary.join(', ')})`]),
    ...(table.unique === undefined ? [] : [`  UNIQUE (${table.unique.join(', ')})`]),
  ].map((sql) => ({ doc: '', sql }));
  const lines = [...parts, ...constraints].map(({ doc, sql }, at, all) =>
    at < all.length - 1 ? `${doc}${sql},` : `${doc}${sql}`,
  );
  return `CREATE TABLE ${name} (\n  -- ${table.doc}\n${lines.join('\n')}\n) STRICT`;
}

/** What `version` added to `table`: the whole table, or columns at its end. */
export function additionsTo(name: string, table: Table, version: Version): readonly string[] {
  if ((table.since ?? 1) === version) {
    return [createTable(name, table, version)];
  }
  return Object.entries(table.columns)
    .filter(([, column]) => column.since === version)
    .map(
      ([column, declared]) => `ALTER TABLE ${name} ADD COLUMN ${column} ${sqlOf(column, declared)}`,
    );
}

/** What the index of `table` over `columns` is called. */
export function indexName(table: string, columns: readonly string[]): string {
  return `${table}_by_${columns.join('_')}`;
}

/** The statements that make the indexes of `table`. */
export function createIndexes(name: string, table: Table): readonly string[] {
  return (table.indexes ?? []).map(
    (columns) =>
      `CREATE INDEX IF NOT EXISTS ${indexName(name, columns)} ON ${name} (${columns.join(', ')})`,
  );
}

/** The statement that makes `view`, letter by letter as SQLite keeps it. */
export function createView(view: View): string {
  return `CREATE VIEW ${view.name} AS\n-- ${view.doc}\n${view.sql}`;
}

/** Names of the columns that {@link insertInto} takes, in its order. */
export function givenColumns(table: Table): readonly string[] {
  return Object.entries(table.columns).flatMap(([name, { role }]) =>
    role === 'key' ? [] : [name],
  );
}

/** The statement that adds a row; all columns but the key are given. */
export function insertInto(name: string, table: Table): string {
  const names = givenColumns(table);
  return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

/** The same, where a row with the same {@link Table.unique} columns is brought up to date instead. */
export function putInto(name: string, table: Table): string {
  const unique = table.unique ?? [];
  const changes = givenColumns(table)
    .filter((column) => !unique.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  return `${insertInto(name, table)} ON CONFLICT (${unique.join(', ')}) DO UPDATE SET ${changes.join(', ')} RETURNING rowid`;
}

/** Whether rows of `table` belong to a run. */
export function isOfRun({ columns }: Table): boolean {
  return Object.values(columns).some(({ role }) => role === 'run');
}

/** A value as SQLite stores it. */
export type Storable = string | number | bigint | null;

/**
 * What stands in the file for `value`. Integers of hostile captures that do not fit into 64 bits, or are unsigned, wrap as
 * SQLite's are signed. What is no value at all (NaN) is unknown.
 */
export function storable(value: unknown): Storable {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return BigInt.asIntN(64, value);
    case 'number':
      if (Number.isSafeInteger(value)) {
        return value;
      }
      return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : null;
    default:
      return null;
  }
}

/** Tables and views as a page of documentation, in Markdown. */
export function describeSchema(
  tables: readonly (readonly [string, Table])[],
  views: readonly View[],
): string {
  const sections = tables.map(([name, { doc, columns }]) => {
    const rows = Object.entries(columns).map(
      ([column, declared]) => `| \`${column}\` | ${sqlOf(column, declared)} | ${declared.doc} |`,
    );
    return `## ${name}\n\n${doc}\n\n| column | type | holds |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const questions = views.map(({ name, doc }) => `- \`${name}\`: ${doc}`);
  return `${sections.join('\n')}\n## Views\n\n${questions.join('\n')}\n`;
}
