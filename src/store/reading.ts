/** Opens a case to be read: nothing in it is changed, and nothing is left beside it. */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { caseError, refuseForeign } from './case.js';

/** A case that is open for questions. */
export interface OpenForReading {
  readonly database: Database.Database;
  /** Close it, and leave nothing beside it. */
  readonly close: () => void;
}

/**
 * Do `work` with the case at `path`, as this program knows it.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_NEWER`
 */
export function readCase<T>(path: string, work: (database: Database.Database) => T): T {
  const { database, close } = openForReading(path);
  try {
    return work(database);
  } catch (error) {
    throw notAsked(path, caseError(path, error));
  } finally {
    close();
  }
}

/**
 * Open the case at `path` for questions, also one of an older schema.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_NEWER`
 */
export function openForReading(path: string): OpenForReading {
  refuseUnreadable(path);
  const hadLog = existsSync(`${path}-wal`);
  const database = openReadOnly(path);
  const close = (): void => {
    database.close();
    if (!hadLog) {
      tidyUp(path);
    }
  };
  try {
    refuseForeign(path, database);
    return { database, close };
  } catch (error) {
    close();
    throw notAsked(path, caseError(path, error));
  }
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
export function notAsked(path: string, error: unknown): unknown {
  if (!(error instanceof UserError)) {
    return error;
  }
  const { story } = error;
  switch (story.code) {
    case 'CASE_UNUSABLE':
      return new UserError({
        ...story,
        what: 'Cannot ask the case',
        fix: `name the case that "tiercel analyze --store" wrote, in place of ${path}`,
      });
    case 'CASE_NEWER':
      return new UserError({ ...story, what: 'Cannot ask the case', fix: 'use that version' });
    default:
      return error;
  }
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

/** The statements by which the tables, views and indexes of a case were made, in the order of their making. */
export function statementsOf(database: Database.Database): readonly string[] {
  const sql = 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid';
  return database.prepare(sql).pluck().all() as string[];
}
