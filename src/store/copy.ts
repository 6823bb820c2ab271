/** A copy of a case without its kept events, to be handed on: everything else, seals included, is the same. */
import Database from 'better-sqlite3';
import { caseError } from './case.js';
import { readCase } from './reading.js';
import { CaseSealer, hasSeals } from './seal.js';
import { verifyCase } from './verify.js';

/**
 * Copy the case at `path` into the empty file at `target`.
 *
 * @throws {UserError} `CASE_MISSING`, `CASE_UNUSABLE`, `CASE_FULL`
 */
export function copyCase(path: string, target: string): void {
  const isIntact = readCase(path, (database) => {
    database.pragma('query_only = OFF'); // it is open for reading alone; what is written is the copy
    database.prepare('VACUUM INTO ?').run(target);
    return verifyCase(database).findings.length === 0;
  });
  try {
    const database = new Database(target, { fileMustExist: true });
    try {
      database.defaultSafeIntegers();
      removeEvents(database, isIntact);
      database.exec('VACUUM');
    } finally {
      database.close();
    }
  } catch (error) {
    throw caseError(target, error);
  }
}

/** Seals of runs are by table, so those of the other tables stay true; that of the list is made anew where it was. */
function removeEvents(database: Database.Database, isIntact: boolean): void {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get();
  if (isThere === undefined) {
    return;
  }
  database.transaction(() => {
    database.exec('DELETE FROM events');
    if (hasSeals(database)) {
      database.exec("DELETE FROM seals WHERE table_name = 'events'");
      if (isIntact && database.prepare('SELECT 1 FROM seals').get() !== undefined) {
        new CaseSealer(database).seal(0n);
      }
    }
  })();
}
