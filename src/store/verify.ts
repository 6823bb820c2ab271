/** Compares a case with its seals: what was changed, added or removed since, a sentence each. */
import type { Database } from 'better-sqlite3';
import { digestCase, digestRuns, entryOf, hasSeals, SEALS, type Seal, type Seals } from './seal.js';
import { ALL_TABLES, indexNames } from './tables-table.js';
import { VIEWS } from './views-table.js';

/** What became of a run since it was sealed. */
export interface RunCheck {
  readonly runId: bigint;
  readonly path: string;
  readonly status: string;
  /** `unsealed`: it goes on, was killed, or is of a version before seals. */
  readonly seal: 'intact' | 'changed' | 'unsealed';
  /** A sentence for each table that is not as it was. */
  readonly findings: readonly string[];
}

/** What became of a case since its runs were sealed. */
export interface Verification {
  readonly runs: readonly RunCheck[];
  /** What is wrong beside runs: one was added or removed, or rows belong to none. */
  readonly findings: readonly string[];
  /** The digest over all seals, to be noted elsewhere; `undefined`: nothing is sealed. */
  readonly sha256: string | undefined;
  /** What is in the file beside the tables of this program: views and indexes of the user's. */
  readonly additions: readonly string[];
}

interface StoredRun extends Pick<RunCheck, 'runId' | 'path' | 'status'> {
  readonly wasSealed: bigint;
}

/** Compare every run with its seal. Reads the whole case. */
export function verifyCase(database: Database): Verification {
  return database.transaction(() => {
    const found = digestRuns(database);
    const sealed = hasSeals(database) ? storedSeals(database) : new Map<bigint, Seals>();
    // a run that was finished before there were seals has no format
    const wasSealed = hasSeals(database) ? 'format IS NOT NULL' : '0';
    const runs = database
      .prepare(
        `SELECT run_id AS runId, path, status, ${wasSealed} AS wasSealed FROM runs ORDER BY run_id`,
      )
      .safeIntegers()
      .all() as StoredRun[];
    const ids = new Set(runs.map(({ runId }) => runId));
    return {
      runs: runs.map((run) => checkRun(run, sealed.get(run.runId), found.get(run.runId))),
      findings: [...triggers(database), ...strayRows(found, ids), ...checkList(database)],
      sha256: hasSeals(database) ? storedCaseSeal(database)?.sha256 : undefined,
      additions: additionsOf(database),
    };
  })();
}

function storedSeals(database: Database): ReadonlyMap<bigint, Seals> {
  const seals = new Map<bigint, Map<string, Seal>>();
  const sql = `SELECT run_id, table_name, row_count, sha256 FROM ${SEALS}`;
  const rows = database.prepare(sql).safeIntegers().raw().all() as [
    bigint,
    string,
    bigint,
    string,
  ][];
  for (const [run, name, rowCount, sha256] of rows) {
    entryOf(seals, run, () => new Map<string, Seal>()).set(name, {
      rowCount: Number(rowCount),
      sha256,
    });
  }
  return seals;
}

function storedCaseSeal(database: Database): Seal | undefined {
  const row = database
    .prepare('SELECT run_count, sha256 FROM case_seals')
    .safeIntegers(false)
    .get() as { readonly run_count: number; readonly sha256: string } | undefined;
  return row === undefined ? undefined : { rowCount: row.run_count, sha256: row.sha256 };
}

function checkRun(
  { runId, path, status, wasSealed }: StoredRun,
  sealed: Seals | undefined,
  found: Seals | undefined,
): RunCheck {
  const run = { runId, path, status };
  if (sealed === undefined) {
    return wasSealed === 0n
      ? { ...run, seal: 'unsealed', findings: [] }
      : { ...run, seal: 'changed', findings: ['its seal was removed'] };
  }
  const names = new Set([...sealed.keys(), ...(found?.keys() ?? [])]);
  const findings = [...names].flatMap((name) =>
    checkTable(name, sealed.get(name), found?.get(name)),
  );
  return { ...run, seal: findings.length === 0 ? 'intact' : 'changed', findings };
}

function checkTable(
  name: string,
  sealed: Seal | undefined,
  found: Seal | undefined,
): readonly string[] {
  const before = sealed?.rowCount ?? 0;
  const after = found?.rowCount ?? 0;
  if (before !== after) {
    const [count, what] = after > before ? [after - before, 'added'] : [before - after, 'removed'];
    return [`${rowsText(count)} of ${name} ${count === 1 ? 'was' : 'were'} ${what}`];
  }
  return sealed?.sha256 === found?.sha256 ? [] : [`rows of ${name} were changed`];
}

function triggers(database: Database): readonly string[] {
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all();
  return names.map((name) => `it has a trigger (${String(name)}); tiercel makes none`);
}

function strayRows(
  found: ReadonlyMap<bigint, Seals>,
  runs: ReadonlySet<bigint>,
): readonly string[] {
  return [...found]
    .filter(([run]) => !runs.has(run))
    .flatMap(([run, tables]) =>
      [...tables].map(
        ([name, { rowCount }]) =>
          `${rowsText(rowCount)} of ${name} belong to run ${run}, which does not exist`,
      ),
    );
}

function checkList(database: Database): readonly string[] {
  if (!hasSeals(database)) {
    return [];
  }
  const sealed = storedCaseSeal(database);
  const found = digestCase(database);
  if (sealed === undefined) {
    const isSealed = database.prepare(`SELECT 1 FROM ${SEALS}`).get() !== undefined;
    return isSealed ? ['the seal of the case was removed'] : [];
  }
  if (sealed.rowCount !== found.rowCount) {
    return [
      `the case had ${sealed.rowCount} finished runs when it was sealed, and has ${found.rowCount}`,
    ];
  }
  return sealed.sha256 === found.sha256 ? [] : ['the list of runs or their seals were changed'];
}

const rowsText = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;

/** Views, indexes and tables that this program did not make. */
function additionsOf(database: Database): readonly string[] {
  const own = new Set([
    ...ALL_TABLES.map(([name]) => name),
    ...VIEWS.map(({ name }) => name),
    ...indexNames(),
  ]);
  const sql = `SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`;
  const entries = database.prepare(sql).all() as readonly {
    readonly type: string;
    readonly name: string;
  }[];
  return entries
    .filter(({ type, name }) => type !== 'trigger' && !own.has(name))
    .map(({ type, name }) => `${type} ${name}`);
}
