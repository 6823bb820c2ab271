/**
 * A case in one canonical form, to be compared: runs in the order of what was analysed, rows in the order of their keys, and
 * numbers of rows counted anew, for each run from 1. Two cases of the same analyses give the same lines, however often
 * an analysis was killed and begun again, and wherever rows came to lie in the file. Seals, which cover the numbers, are left out.
 */
import type { Database } from 'better-sqlite3';
import { writeJson, type JsonObject, type JsonValue } from '../alerts/index.js';
import { bytesOfText } from '../units.js';
import type { Column, Table } from './schema.js';
import { ALL_TABLES, type TableName } from './tables-table.js';

type Value = string | bigint | null;
type StoredRow = Readonly<Record<string, Value>>;

/** What distinguishes two runs, the first word first. */
const ORDER_OF_RUNS = `path, rules_sha256, options, tool_version, status,
  (SELECT sha256 FROM evidence WHERE evidence.evidence_id = runs.evidence_id), run_id`;

const LEFT_OUT: ReadonlySet<TableName> = new Set(['seals', 'case_seals']);

/**
 * The lines of a case.
 *
 * @yields {string} A row as a JSON object: its table, then its columns.
 */
export function* dumpCase(database: Database): Generator<string> {
  const numbers = new Map<string, ReadonlyMap<bigint, bigint>>();
  for (const [name, table] of ALL_TABLES) {
    if (LEFT_OUT.has(name) || !isThere(database, name)) {
      continue;
    }
    const keyName = keyOf(table);
    if (keyName !== undefined) {
      numbers.set(name, countAnew(database, name, keyName, orderOf(name, table)));
    }
  }
  for (const [name, table] of ALL_TABLES) {
    if (!LEFT_OUT.has(name) && isThere(database, name)) {
      yield* dumpTable(database, name, table, numbers);
    }
  }
}

function isThere(database: Database, name: string): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

function keyOf({ columns }: Table): string | undefined {
  return Object.keys(columns).find((name) => columns[name]?.role === 'key');
}

/** Runs are in the order of what they are about, their rows with them; what belongs to no run is in its own. */
function orderOf(name: TableName, table: Table): string {
  if (name === 'runs') {
    return ORDER_OF_RUNS;
  }
  return [...(table.unique ?? []).filter((column) => column !== 'run_id'), keyOf(table)].join(', ');
}

/** New numbers for keys: from 1, of rows of runs in each run. */
function countAnew(
  database: Database,
  name: TableName,
  keyName: string,
  order: string,
): ReadonlyMap<bigint, bigint> {
  const group = name === 'runs' || name === 'evidence' ? '' : 'PARTITION BY run_id ';
  const sql = `SELECT ${keyName}, row_number() OVER (${group}ORDER BY ${order}) FROM ${name}`;
  return new Map(database.prepare(sql).safeIntegers().raw().all() as [bigint, bigint][]);
}

function* dumpTable(
  database: Database,
  name: TableName,
  table: Table,
  numbers: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>,
): Generator<string> {
  for (const row of orderedRows(database, name, table)) {
    const members = Object.entries(row).map(([column, value]): [string, JsonValue] => {
      const declared = table.columns[column];
      return [
        column,
        typeof value === 'string' ? bytesOfText(value) : renumber(name, declared, value, numbers),
      ];
    });
    const line: JsonObject = Object.fromEntries([['table', name], ...members]);
    yield writeJson(line);
  }
}

function* orderedRows(database: Database, name: TableName, table: Table): Generator<StoredRow> {
  const select = (sql: string, ...values: readonly bigint[]) =>
    database
      .prepare(sql)
      .safeIntegers()
      .iterate(...values) as IterableIterator<StoredRow>;
  if (!('run_id' in table.columns) || name === 'runs') {
    yield* select(`SELECT * FROM ${name} ORDER BY ${orderOf(name, table)}`);
    return;
  }
  const runs = database
    .prepare(`SELECT run_id FROM runs ORDER BY ${ORDER_OF_RUNS}`)
    .safeIntegers()
    .pluck()
    .all() as bigint[];
  const order = table.primary?.join(', ') ?? orderOf(name, table);
  for (const run of runs) {
    yield* select(`SELECT * FROM ${name} WHERE run_id = ? ORDER BY ${order}`, run);
  }
}

function renumber(
  name: string,
  column: Column | undefined,
  value: bigint | null,
  numbers: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>,
): bigint | null {
  const of = column?.role === 'key' ? name : column?.references;
  return value === null || of === undefined ? value : (numbers.get(of)?.get(value) ?? value);
}
