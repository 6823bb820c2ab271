/** Why SQLite could not answer a question, and what was probably meant: the case knows its tables, views and columns. */
import type { Database } from 'better-sqlite3';
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { caseError } from './case.js';
import { schemaVersion } from './migrate.js';
import { SCHEMA_VERSION } from './migrations-table.js';
import { notAsked } from './reading.js';
import { ALL_TABLES } from './tables-table.js';
import { VIEWS } from './views-table.js';

interface Question {
  readonly path: string;
  readonly sql: string;
  readonly database: Database;
}

/** The user is shown no more of a statement than this. */
const MAX_SHOWN = 200;

/** What a failure means to whoever asked; anything that is no failure of the question comes back as it is. */
export function wrongQuery(question: Question, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) {
    return error;
  }
  const { path, sql, database } = question;
  if (isAboutTheFile(error)) {
    return notAsked(path, caseError(path, error));
  }
  const unknown = unknownIn(error.message);
  const newer = unknown === undefined ? undefined : newerThanCase(database, unknown.name);
  if (newer !== undefined) {
    return new UserError({ ...newer, what: 'Cannot answer this question', where: path });
  }
  return new UserError({
    code: 'QUERY_WRONG',
    what: 'Cannot answer this question',
    where: sql.length > MAX_SHOWN ? `${sql.slice(0, MAX_SHOWN)}...` : sql,
    why: error.message,
    fix: unknown === undefined ? fixOf(error.message) : nearestTo(question, unknown),
  });
}

/** Damage, locks, and failing disks are no fault of the question. */
function isAboutTheFile(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return /^SQLITE_(?:CORRUPT|NOTADB|BUSY|LOCKED|IOERR|FULL|CANTOPEN|PROTOCOL)/.test(code);
}

interface Unknown {
  readonly kind: 'table' | 'column';
  readonly name: string;
}

function unknownIn(message: string): Unknown | undefined {
  const [, kind, name] =
    /^no such (table|column): "?(?:\w+\.)*([^\s."]+)"?(?:$| - )/.exec(message) ?? [];
  return kind === undefined || name === undefined
    ? undefined
    : { kind: kind as Unknown['kind'], name };
}

/** A name that this program knows, and the older case does not have yet. */
function newerThanCase(
  database: Database,
  name: string,
): { readonly code: string; readonly why: string; readonly fix: string } | undefined {
  const version = schemaVersion(database);
  const since = versionOf(name);
  if (version >= SCHEMA_VERSION || since === undefined || version >= since) {
    return undefined;
  }
  return {
    code: 'CASE_OLDER',
    why: `the case has schema ${version}, and "${name}" came with schema ${since}`,
    fix: `analyze the evidence again with this case as --store: that brings the case to schema ${SCHEMA_VERSION}, and adds a run that has it`,
  };
}

/** The version that brought a table, view or column of this name. Views are of the newest: they belong to the program. */
function versionOf(name: string): number | undefined {
  if (VIEWS.some((view) => view.name === name)) {
    return SCHEMA_VERSION;
  }
  const versions = ALL_TABLES.flatMap(([table, { since = 1, columns }]) => [
    ...(table === name ? [since] : []),
    ...Object.entries(columns).flatMap(([column, declared]) =>
      column === name ? [declared.since ?? since] : [],
    ),
  ]);
  return versions.length === 0 ? undefined : Math.min(...versions);
}

/** Names of the case: each column with the tables and views that have it. */
function namesIn(database: Database): {
  readonly tables: readonly string[];
  readonly columns: ReadonlyMap<string, readonly string[]>;
} {
  const rows = database
    .prepare(
      `SELECT owner.name, part.name FROM sqlite_schema AS owner, pragma_table_info(owner.name) AS part
       WHERE owner.type IN ('table', 'view')`,
    )
    .raw()
    .all() as readonly (readonly [table: string, column: string])[];
  const columns = new Map<string, readonly string[]>();
  for (const [table, column] of rows) {
    columns.set(column, [...(columns.get(column) ?? []), table]);
  }
  return { tables: [...new Set(rows.map(([table]) => table))], columns };
}

const ALL_NAMES = 'ask without a question to see tables and views, and with --schema for columns';

/** The table, view or column that was meant, if one is near. */
function nearestTo({ sql, database }: Question, { kind, name }: Unknown): string {
  const { tables, columns } = namesIn(database);
  if (kind === 'table') {
    const nearest = nearestName(name, tables);
    return nearest === undefined ? ALL_NAMES : `did you mean "${nearest}"?`;
  }
  const words = new Set(sql.split(/\W+/));
  const asked = tables.filter((table) => words.has(table));
  const isOfAsked = (column: string): boolean =>
    columns.get(column)?.some((table) => asked.includes(table)) === true;
  const near = columns.has(name)
    ? name
    : (nearestName(name, [...columns.keys()].filter(isOfAsked)) ??
      nearestName(name, [...columns.keys()]));
  if (near === undefined) {
    return ALL_NAMES;
  }
  const owners = (columns.get(near) ?? []).join(', ');
  return near === name ? `these have it: ${owners}` : `did you mean "${near}"? (in ${owners})`;
}

const WORDS = [
  'select',
  'from',
  'where',
  'group',
  'order',
  'by',
  'limit',
  'having',
  'join',
  'with',
];

/** A statement that SQLite could not read: often a word of SQL is misspelt, or a table stands alone. */
function fixOf(message: string): string {
  const [, near] = /^near "(\w+)": syntax error$/.exec(message) ?? [];
  if (near === undefined) {
    return ALL_NAMES;
  }
  if (isTable(near)) {
    return `a question is a statement, such as "SELECT * FROM ${near}"`;
  }
  const nearest = nearestName(near.toLowerCase(), WORDS);
  return nearest === undefined ? ALL_NAMES : `did you mean ${nearest.toUpperCase()}?`;
}

function isTable(name: string): boolean {
  return ALL_TABLES.some(([table]) => table === name) || VIEWS.some((view) => view.name === name);
}
