/**
 * Seals: a digest over the rows of each finished run, and one over the list of these runs. They show that rows were changed,
 * added or removed since; whoever does that on purpose can seal anew, so note the case's digest elsewhere to rule that out.
 * Rows are digested as the file has them (every column, as JSON made by SQLite), whatever version made them.
 */
import type { Database } from 'better-sqlite3';
import { createHash, type Hash } from 'node:crypto';
import type { Table } from './schema.js';
import { TABLES_OF_RUNS, type TableName } from './tables-table.js';

/** A digest over rows of a table. */
export interface Seal {
  readonly rowCount: number;
  /** In hex. */
  readonly sha256: string;
}

/** Digests by table. A table without rows of the run has none. */
export type Seals = ReadonlyMap<string, Seal>;

export const SEALS: TableName = 'seals';

/** Texts of rows are joined up to this length before they are digested: each call costs as much as some hundred bytes. */
const CHUNK_LENGTH = 65_536;

class Digest {
  #rowCount = 0;
  #chunk = '';
  readonly #hash: Hash;

  constructor(hash: Hash = createHash('sha256')) {
    this.#hash = hash;
  }

  /** One that can be sealed, while this one goes on. */
  copy(): Digest {
    const copy = new Digest(this.#hash.copy());
    copy.#chunk = this.#chunk;
    copy.#rowCount = this.#rowCount;
    return copy;
  }

  /** A row as JSON: one array, so that no row can pass for two. */
  add(row: string): void {
    this.#rowCount += 1;
    this.#chunk += row;
    if (this.#chunk.length >= CHUNK_LENGTH) {
      this.#hash.update(this.#chunk);
      this.#chunk = '';
    }
  }

  seal(): Seal {
    this.#hash.update(this.#chunk);
    return { rowCount: this.#rowCount, sha256: this.#hash.digest('hex') };
  }
}

/** The tables of runs that this file has; one of an older version has fewer. */
function tablesIn(database: Database): readonly (readonly [TableName, Table])[] {
  const isThere = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .pluck();
  return TABLES_OF_RUNS.filter(([name]) => name !== SEALS && isThere.get(name) !== undefined);
}

/** Whether the file has seals at all. */
export function hasSeals(database: Database): boolean {
  const sql = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '${SEALS}'`;
  return database.prepare(sql).get() !== undefined;
}

/** A row as one JSON text. */
function rowText(database: Database, name: string): string {
  const columns = database.pragma(`table_info(${name})`) as readonly { readonly name: string }[];
  return `json_array(${columns.map((column) => `${name}."${column.name.replaceAll('"', '""')}"`).join(', ')})`;
}

/** The columns that order the rows of a table, whoever wrote them. */
function orderOf({ columns, primary }: Table): readonly string[] {
  return primary ?? Object.keys(columns).filter((name) => columns[name]?.role === 'key');
}

/** What to digest: text of each row with its run, by table. `@run` limits it to one. */
function sources(database: Database, isOne: boolean): readonly (readonly [string, string])[] {
  const evidence = `SELECT run_id, ${rowText(database, 'evidence')} FROM runs JOIN evidence USING (evidence_id)`;
  const runs = `SELECT run_id, ${rowText(database, 'runs')} FROM runs`;
  const where = isOne ? ' WHERE run_id = @run' : '';
  return [
    ['evidence', `${evidence}${where} ORDER BY run_id`],
    ['runs', `${runs}${where} ORDER BY run_id`],
    ...tablesIn(database).map(([name, table]) => {
      const order = orderOf(table);
      const select = `SELECT run_id, ${rowText(database, name)} FROM ${name}`;
      const own = isOne ? ` WHERE ${ownRows(name, order)}` : '';
      return [name, `${select}${own} ORDER BY ${order.join(', ')}`] as const;
    }),
  ];
}

/** Rows of a run lie together: they are read from the first one on, not one by one through an index. */
function ownRows(name: string, [first = '']: readonly string[]): string {
  return first === 'run_id'
    ? 'run_id = @run'
    : `+run_id = @run AND ${first} >= (SELECT min(${first}) FROM ${name} WHERE run_id = @run)`;
}

/**
 * The digests of one run, or of all. Measured on a run with 592,159 alerts (a case of 150 MB): 2.1 s, 3.5 us an alert, where making
 * and inserting the alerts took 27 s; so sealing adds 8 %.
 */
export function digestRuns(database: Database, runId?: bigint): ReadonlyMap<bigint, Seals> {
  const digests = new Map<bigint, Map<string, Digest>>();
  for (const [name, sql] of sources(database, runId !== undefined)) {
    const statement = database.prepare(sql).safeIntegers().raw();
    const rows = runId === undefined ? statement.iterate() : statement.iterate({ run: runId });
    for (const [run, row] of rows as IterableIterator<readonly [bigint, string]>) {
      const tables = entryOf(digests, run, () => new Map<string, Digest>());
      entryOf(tables, name, () => new Digest()).add(row);
    }
  }
  return new Map(
    [...digests].map(([run, tables]) => [
      run,
      new Map([...tables].map(([name, digest]) => [name, digest.seal()])),
    ]),
  );
}

/** The value of `key`, made where there is none. */
export function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** A line for each finished run: its number, status and seals. `@after` begins behind a run. */
const LINES_OF_CASE = `SELECT run_id, json_array(run_id, status,
      (SELECT json_group_array(json_array(table_name, row_count, sha256)) FROM
        (SELECT * FROM ${SEALS} WHERE ${SEALS}.run_id = runs.run_id ORDER BY table_name)))
    FROM runs WHERE run_id > @after AND (status = 'complete' OR run_id IN (SELECT run_id FROM ${SEALS})) ORDER BY run_id`;

function addLines(database: Database, digest: Digest, after: bigint): bigint {
  let last = after;
  const lines = database.prepare(LINES_OF_CASE).safeIntegers().raw().iterate({ after });
  for (const [runId, line] of lines as IterableIterator<readonly [bigint, string]>) {
    digest.add(line);
    last = runId;
  }
  return last;
}

/** The digest over all finished runs and their seals. */
export function digestCase(database: Database): Seal {
  const digest = new Digest();
  addLines(database, digest, -1n);
  return digest.seal();
}

/** Seal runs that are finished; seals that they had are replaced. */
export function sealRuns(database: Database, runIds: readonly bigint[]): void {
  const insert = database.prepare(
    `INSERT OR REPLACE INTO ${SEALS} (run_id, table_name, row_count, sha256) VALUES (?, ?, ?, ?)`,
  );
  for (const runId of runIds) {
    for (const [name, { rowCount, sha256 }] of digestRuns(database, runId).get(runId) ?? []) {
      insert.run(runId, name, rowCount, sha256);
    }
  }
}

/**
 * Seals the list of finished runs, again and again while an analysis adds to it. Runs are finished in the order of their
 * numbers, so a list that nobody else changed is digested from where it ended: sealing it anew took 100,000 captures of a
 * folder some hours.
 */
export class CaseSealer {
  readonly #database: Database;
  #digest = new Digest();
  #lastRunId = -1n;
  /** Changes with each commit of another connection. */
  #dataVersion: unknown = undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Forget what was digested: runs in it were removed or sealed anew. */
  reset(): void {
    this.#digest = new Digest();
    this.#lastRunId = -1n;
  }

  /** @param runId - The run that was finished just now. */
  seal(runId: bigint): void {
    if (runId <= this.#lastRunId) {
      this.reset();
    }
    const dataVersion = this.#database.pragma('data_version', { simple: true });
    if (dataVersion !== this.#dataVersion) {
      this.reset();
      this.#dataVersion = dataVersion;
    }
    this.#lastRunId = addLines(this.#database, this.#digest, this.#lastRunId);
    const { rowCount, sha256 } = this.#digest.copy().seal();
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO case_seals (case_seal_id, run_count, sha256) VALUES (1, ?, ?)',
      )
      .run(rowCount, sha256);
  }
}
