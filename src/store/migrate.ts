/** Brings a case to the newest schema: a new one is made in the same way as an old one is brought up to date. */
import type { Database } from 'better-sqlite3';
import { MIGRATIONS } from './migrations-table.js';
import { createView } from './schema.js';
import { additionsIn, APPLICATION_ID } from './tables-table.js';
import { VIEWS } from './views-table.js';

/** One version's way from the one before it. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** All versions, oldest first. */
export function allMigrations(): readonly Migration[] {
  return MIGRATIONS.map(({ version, steps }) => ({
    version,
    statements: [...additionsIn(version), ...steps],
  }));
}

/** The version that the case says it has; 0: it is empty. */
export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/**
 * Apply what the case does not have yet. All or nothing: each version is stamped in the transaction that brings it, so that
 * a program that is killed, or a disk that fills up, leaves the case as it was.
 *
 * @param database - The case, or an empty database.
 * @param migrations - All versions, oldest first.
 * @param afterwards - Called in the same transaction, if an old case was changed.
 */
export function migrate(
  database: Database,
  migrations = allMigrations(),
  afterwards: () => void = () => undefined,
): void {
  // immediate: of two programs that open a case at once, one waits, and finds it done
  database
    .transaction(() => {
      const from = schemaVersion(database);
      for (const { version, statements } of migrations) {
        if (version > from) {
          statements.forEach((sql) => database.exec(sql));
          database.pragma(`user_version = ${version}`);
        }
      }
      if (from !== 0 && schemaVersion(database) !== from) {
        afterwards();
      }
      database.pragma(`application_id = ${APPLICATION_ID}`);
      replaceViews(database);
    })
    .immediate();
}

/** Views belong to the program: those of another version are replaced. */
function replaceViews(database: Database): void {
  const textOf = database.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  for (const view of VIEWS) {
    const sql = createView(view);
    if (textOf.get(view.name) !== sql) {
      database.exec(`DROP VIEW IF EXISTS ${view.name}; ${sql}`);
    }
  }
}
