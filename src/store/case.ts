/**
 * A case: one SQLite file with what was found in evidence. Opening it makes it, with mode 0600 (cases hold
 * command lines and environments); write-ahead logging keeps it readable while a run writes and whole
 * after a run was killed.
 */
import Database from 'better-sqlite3';
import { chmodSync, closeSync, existsSync, lstatSync, statSync } from 'node:fs';
import type { Diagnostic } from '../diagnostics.js';
import { reasonOf, UserError } from '../errors.js';
import { openForWriting } from '../writable-file.js';
import { migrate, schemaVersion } from './migrate.js';
import { SCHEMA_VERSION } from './migrations-table.js';
import { CaseSealer, sealRuns } from './seal.js';
import { APPLICATION_ID } from './tables-table.js';
import { verifyCase, type Verification } from './verify.js';

const PRIVATE = 0o600;

/** An open case. */
export class Case {
  readonly path: string;
  readonly database: Database.Database;
  /** Whether all of it was as sealed when it was opened. If not, the seal of the case is left as it is. */
  readonly isIntact: boolean;
  readonly #sealer: CaseSealer;
  #findings: readonly Diagnostic[];

  constructor(path: string, database: Database.Database, check: Verification | undefined) {
    this.path = path;
    this.database = database;
    this.#sealer = new CaseSealer(database);
    this.#findings = check === undefined ? [] : findingsOf(check);
    this.isIntact = !this.#findings.some(({ id }) => id === 'store/case-changed');
  }

  /** What was found when the case was opened; only the first to ask is given it. */
  takeFindings(): readonly Diagnostic[] {
    const findings = this.#findings;
    this.#findings = [];
    return findings;
  }

  /** Seal the list of finished runs, in which `runId` is new, unless somebody changed it before. */
  seal(runId: bigint): void {
    if (this.isIntact) {
      this.#sealer.seal(runId);
    }
  }

  /** Call when runs that were finished are no longer as they were. */
  forgetSeals(): void {
    this.#sealer.reset();
  }

  close(): void {
    try {
      this.database.close();
    } catch (error) {
      throw caseError(this.path, error);
    }
  }
}

/**
 * Open the case at `path`, for writing; it is made where there is none.
 *
 * @throws {UserError} `CASE_UNUSABLE`, `CASE_NEWER`, `CASE_FULL`
 */
export function openCase(path: string): Case {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw unusableCase(
        path,
        'it is a symbolic link, and a case is written to no other place than its name',
      );
    }
    if (!existsSync(path)) {
      new Database(':memory:').close(); // where the native module cannot be loaded, no empty file is left
      closeSync(openForWriting(path, 'append')); // not 'new': another program may make it just now
    }
    const stat = statSync(path);
    if (stat.isDirectory()) {
      throw unusableCase(path, 'it is a directory');
    }
    if (stat.isFile() && stat.size === 0) {
      chmodSync(path, PRIVATE); // whatever the umask was, or whoever made it
    }
    const database = new Database(path);
    try {
      database.defaultSafeIntegers();
      refuseForeign(path, database);
      refuseTriggers(path, database);
      return new Case(path, database, prepareCase(database));
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw caseError(path, error);
  }
}

/**
 * Refuse what is not a case of this program's, before anything of it is changed.
 *
 * @throws {UserError} `CASE_UNUSABLE`, `CASE_NEWER`
 */
export function refuseForeign(path: string, database: Database.Database): void {
  const application = Number(database.pragma('application_id', { simple: true }));
  const version = schemaVersion(database);
  const tableCount = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (application !== APPLICATION_ID && Number(tableCount) > 0) {
    throw new UserError({
      code: 'CASE_UNUSABLE',
      what: 'Cannot use this file as a case',
      where: path,
      why: 'it is a SQLite database, but not one that tiercel made',
      fix: 'name another file with --store, or use --no-store',
    });
  }
  if (version > SCHEMA_VERSION) {
    throw new UserError({
      code: 'CASE_NEWER',
      what: 'Cannot use this case',
      where: path,
      why: `a newer tiercel made it (schema ${version}, this one knows ${SCHEMA_VERSION})`,
      fix: 'use that version, or name another file with --store',
    });
  }
}

/** A trigger would change what is stored, or what becomes of it. */
function refuseTriggers(path: string, database: Database.Database): void {
  const trigger = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .get() as string | undefined;
  if (trigger !== undefined) {
    throw new UserError({
      code: 'CASE_UNUSABLE',
      what: 'Cannot use this file as a case',
      where: path,
      why: `it has a trigger (${trigger}), which would change what is stored; tiercel makes none`,
      fix: 'find out who made it, then drop it, or name another file with --store',
    });
  }
}

/** Check what is there, and bring it to this version's schema; only what is as it was sealed is sealed anew. */
function prepareCase(database: Database.Database): Verification | undefined {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = OFF'); // every reference is made by the writer itself
  const check = schemaVersion(database) === 0 ? undefined : verifyCase(database);
  migrate(database, undefined, () => {
    const intact = check?.runs.filter(({ seal }) => seal === 'intact') ?? [];
    sealRuns(
      database,
      intact.map(({ runId }) => runId),
    );
    if (check?.sha256 !== undefined && check.findings.length === 0) {
      new CaseSealer(database).seal(0n);
    }
  });
  return check;
}

function findingsOf({ runs, findings, additions }: Verification): readonly Diagnostic[] {
  const changes = [
    ...runs.flatMap((run) => run.findings.map((text) => `run ${run.runId} (${run.path}): ${text}`)),
    ...findings,
  ];
  return [
    ...changes.map((text): Diagnostic => ({
      id: 'store/case-changed',
      detail: `the case was changed since it was sealed: ${text}`,
    })),
    ...(additions.length === 0
      ? []
      : [
          {
            id: 'store/additions',
            detail: `the case holds what is not tiercel's: ${additions.join(', ')}`,
          } as const,
        ]),
  ];
}

interface SqliteFailure extends Error {
  readonly code: string;
}

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && error.name === 'SqliteError';
}

const FULL = /^SQLITE_(?:FULL|IOERR)/;

/** What a failure of SQLite or of the file system means to the user; anything else comes back as it is. */
export function caseError(path: string, error: unknown): unknown {
  if (error instanceof UserError) {
    return error;
  }
  if (isSqliteFailure(error)) {
    return FULL.test(error.code) ? fullCase(path, error) : unusableCase(path, sqliteReason(error));
  }
  if (error instanceof Error && 'code' in error && error.code !== 'ERR_DLOPEN_FAILED') {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'its folder does not exist',
      ELOOP: 'it is a symbolic link that leads nowhere',
    };
    return unusableCase(
      path,
      reasons[String(error.code)] ?? reasonOf(error as NodeJS.ErrnoException),
    );
  }
  return error instanceof TypeError ? unusableCase(path, error.message) : error;
}

function sqliteReason(error: SqliteFailure): string {
  const reasons: Readonly<Record<string, string>> = {
    SQLITE_NOTADB: 'it is not a SQLite database',
    SQLITE_CORRUPT: 'the database is damaged',
    SQLITE_BUSY: 'another program is writing to it',
    SQLITE_LOCKED: 'another program is writing to it',
    SQLITE_CANTOPEN: 'it cannot be opened',
    SQLITE_READONLY: 'you have no permission to write to it, or beside it',
  };
  // extended codes (SQLITE_READONLY_DIRECTORY) begin with their kind
  const [kind = ''] = /^SQLITE_[A-Z]+/.exec(error.code) ?? [];
  return reasons[kind] ?? error.message;
}

function unusableCase(path: string, why: string): UserError {
  return new UserError({
    code: 'CASE_UNUSABLE',
    what: 'Cannot use this file as a case',
    where: path,
    why,
    fix: 'name another file with --store, or use --no-store',
  });
}

function fullCase(path: string, error: SqliteFailure): UserError {
  return new UserError({
    code: 'CASE_FULL',
    what: 'Cannot write the case any further',
    where: path,
    why: `no space is left for it (${error.message})`,
    fix: 'make room and run the command again; what was stored so far is kept, marked incomplete',
  });
}
