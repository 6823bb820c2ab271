/** Questions to a case: one statement, read-only, exact 64-bit integers. */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { caseError, refuseForeign } from './case.js';
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

/** A case that is open for questions. */
interface OpenForReading {
  readonly database: Database.Database;
  /** Close it, and leave nothing beside it. */
  readonly close: () => void;
}

/**
 * Ask the case at `path`. Parameters are those that `sql` names, such as `@path`.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `QUERY_WRONG`
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
  try {
    const statement = database.prepare(sql);
    if (!statement.reader) {
      throw new TypeError('it gives no rows; a case is only read here');
    }
    const columns = statement.columns().map(({ name }) => name);
    const values = Object.keys(parameters).length === 0 ? [] : [parameters];
    const rows = statement.raw().iterate(...values) as IterableIterator<readonly SqlValue[]>;
    asked = rows;
    return { columns, rows: guarded(sql, rows), close };
  } catch (error) {
    close();
    throw wrongQuery(sql, error);
  }
}

/**
 * Do `work` with the case at `path`, as this program knows it.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_NEWER`
 */
export function readCase<T>(path: string, work: (database: Database.Database) => T): T {
  const { database, close } = openForReading(path);
  try {
    refuseForeign(path, database);
    return work(database);
  } catch (error) {
    throw notAsked(path, caseError(path, error));
  } finally {
    close();
  }
}

function openForReading(path: string): OpenForReading {
  refuseUnreadable(path);
  const hadLog = existsSync(`${path}-wal`);
  const database = openReadOnly(path);
  return {
    database,
    close: () => {
      database.close();
      if (!hadLog) {
        tidyUp(path);
      }
    },
  };
}

function refuseUnreadable(path: string): void {
  const refuse = (code: string, why: string, fix: string): never => {
    throw new UserError({ code, what: 'Cannot ask the case', where: path, why, fix });
  };
  if (!existsSync(path)) {
    refuse(
      'CASE_MISSING',
      'no such file exists',
      'name the case that "tiercel analyze --store" wrote',
    );
  }
  if (statSync(path).isDirectory()) {
    refuse('CASE_UNUSABLE', 'it is a directory', 'name the case in it, such as case.db');
  }
  try {
    accessSync(path, constants.R_OK);
  } catch {
    refuse(
      'CASE_UNUSABLE',
      'you may not read this file',
      'cases are private: ask its owner, or run as a user who may read it',
    );
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
