/** Questions to a case: one statement, read-only, exact 64-bit integers. */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { caseError } from './case.js';
import { ALL_TABLES } from './tables-table.js';
import { VIEWS } from './views-table.js';

/** A value of an answer. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** What a question gave: names of its columns, and rows as they come. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
  close(): void;
}

/**
 * Ask the case at `path`.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `QUERY_WRONG`
 */
export function queryCase(path: string, sql: string): Answer {
  if (!existsSync(path)) {
    throw new UserError({
      code: 'CASE_MISSING',
      what: 'Cannot ask the case',
      where: path,
      why: 'no such file exists',
      fix: 'name the case that "tiercel analyze --store" wrote',
    });
  }
  if (statSync(path).isDirectory()) {
    throw new UserError({
      code: 'CASE_UNUSABLE',
      what: 'Cannot ask the case',
      where: path,
      why: 'it is a directory',
      fix: 'name the case in it, such as case.db',
    });
  }
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new UserError({
      code: 'CASE_UNUSABLE',
      what: 'Cannot ask the case',
      where: path,
      why: 'you may not read this file',
      fix: 'cases are private: ask its owner, or run as a user who may read it',
    });
  }
  const hadLog = existsSync(`${path}-wal`);
  const database = openReadOnly(path);
  let asked: Iterator<readonly SqlValue[]> | undefined;
  const close = (): void => {
    asked?.return?.(); // rows that nobody took keep a database open
    database.close();
    if (!hadLog) {
      tidyUp(path);
    }
  };
  try {
    const statement = database.prepare(sql);
    if (!statement.reader) {
      throw new TypeError('it gives no rows; a case is only read here');
    }
    const columns = statement.columns().map(({ name }) => name);
    const rows = statement.raw().iterate() as IterableIterator<readonly SqlValue[]>;
    asked = rows;
    return { columns, rows: guarded(sql, rows), close };
  } catch (error) {
    close();
    throw wrongQuery(sql, error);
  }
}

/**
 * Reading a case in WAL mode makes an (empty) log and an index beside it, and only who may write takes them
 * away: nothing is to be left by a question.
 */
function tidyUp(path: string): void {
  if (!existsSync(`${path}-wal`)) {
    return;
  }
  try {
    const database = new Database(path, { fileMustExist: true });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    database.close();
  } catch {
    // they stay, and do no harm
  }
}

function openReadOnly(path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true });
    database.defaultSafeIntegers();
    database.pragma('query_only = ON');
    database.prepare('SELECT count(*) FROM sqlite_schema').get(); // is it a database at all?
    return database;
  } catch (error) {
    database?.close();
    const copy = isUnopenable(error) ? openCopy(path) : undefined;
    if (copy === undefined) {
      throw notAsked(path, caseError(path, error));
    }
    return copy;
  }
}

/** The same for questions, where another step is next. */
function notAsked(path: string, error: unknown): unknown {
  return error instanceof UserError && error.story.code === 'CASE_UNUSABLE'
    ? new UserError({
        ...error.story,
        what: 'Cannot ask the case',
        fix: `name the case that "tiercel analyze --store" wrote, in place of ${path}`,
      })
    : error;
}

/** A case on read-only media: SQLite cannot put its shared memory beside it. */
function isUnopenable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'SQLITE_CANTOPEN' || code === 'SQLITE_READONLY_CANTINIT';
}

const WRITE_VERSION = 18;
const READ_VERSION = 19;
const ROLLBACK_JOURNAL = 1;

/** A copy in memory; only where no log beside the file holds more than the file. */
function openCopy(path: string): Database.Database | undefined {
  try {
    if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
      return undefined;
    }
    const bytes = readFileSync(path);
    bytes[WRITE_VERSION] = ROLLBACK_JOURNAL;
    bytes[READ_VERSION] = ROLLBACK_JOURNAL;
    const database = new Database(bytes);
    database.defaultSafeIntegers();
    database.pragma('query_only = ON');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch {
    return undefined;
  }
}

function* guarded(
  sql: string,
  rows: Iterable<readonly SqlValue[]>,
): Generator<readonly SqlValue[]> {
  try {
    yield* rows;
  } catch (error) {
    throw wrongQuery(sql, error);
  }
}

const UNKNOWN = /^no such (?:column|table): (?:\w+\.)?(\w+)$/;
const NAMES = [
  ...ALL_TABLES.flatMap(([name, { columns }]) => [name, ...Object.keys(columns)]),
  ...VIEWS.map(({ name }) => name),
];

/** The table, view or column that was meant, if one is near. */
function nearestTo(message: string): string {
  const nearest = nearestName(UNKNOWN.exec(message)?.[1] ?? '', new Set(NAMES));
  return nearest === undefined
    ? 'ask "SELECT name, sql FROM sqlite_schema" to see tables, views and their columns'
    : `did you mean "${nearest}"?`;
}

function wrongQuery(sql: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) {
    return error;
  }
  return new UserError({
    code: 'QUERY_WRONG',
    what: 'Cannot answer this question',
    where: sql.length > 200 ? `${sql.slice(0, 200)}...` : sql,
    why: error.message,
    fix: nearestTo(error.message),
  });
}
