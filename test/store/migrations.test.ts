/** Cases of other versions: an older one is brought up to date whole, or stays as it was; a newer one is refused. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openCase, queryCase } from '../../src/store/index.js';
import { allMigrations, migrate, schemaVersion } from '../../src/store/migrate.js';
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/store/migrations-table.js';
import { ALL_TABLES, TABLES } from '../../src/store/tables-table.js';
import { tiercel } from '../commands/run.js';

const CASES = fileURLToPath(new URL('cases', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/mkdir.scap', import.meta.url));
/** The columns that each released version had, to compare what was stored with. */
const RELEASED = [1, 2, 3];
/** Alerts in the case of each. */
const ALERTS: Readonly<Record<number, number>> = { 1: 54, 2: 28, 3: 3 };

const folder = mkdtempSync(join(tmpdir(), 'tiercel-migrations-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let count = 0;
function copyOf(version: number): string {
  count += 1;
  const path = join(folder, `case-${count}.db`);
  copyFileSync(join(CASES, `schema-${version}.db`), path);
  return path;
}

type Shape = Readonly<Record<string, readonly unknown[]>>;

/** Columns of every table: name, type, whether it may be NULL, place in the primary key. */
function shapeOf(path: string): Shape {
  const database = new Database(path, { readonly: true });
  const shape = Object.fromEntries(
    ALL_TABLES.map(([name]) => [
      name,
      (database.pragma(`table_info(${name})`) as Record<string, unknown>[]).map((column) => [
        column['name'],
        column['type'],
        column['notnull'],
        column['pk'],
      ]),
    ]),
  );
  database.close();
  return shape;
}

/** Every row of the tables of an old case, in the columns that it had. */
function rowsOf(path: string, tables: Shape): unknown {
  const database = new Database(path, { readonly: true }).defaultSafeIntegers();
  const own = Object.entries(tables).filter(([name]) => !name.endsWith('seals')); // made anew for new columns
  const rows = own.map(([name, columns]) => {
    const names = columns.map((column) => (column as readonly string[])[0]).join(', ');
    return names === '' ? [] : database.prepare(`SELECT ${names} FROM ${name}`).raw().all();
  });
  database.close();
  return rows;
}

function versionOf(path: string): number {
  const database = new Database(path, { readonly: true });
  const version = schemaVersion(database);
  database.close();
  return version;
}

describe('the versions of the schema', () => {
  it('are numbered from 1 without a gap, and each has a sentence', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_row, at) => at + 1));
    MIGRATIONS.forEach(({ doc }) => {
      expect(doc).toMatch(/^[A-Z].*\.$/);
    });
    expect(SCHEMA_VERSION).toBe(MIGRATIONS.length);
  });

  it('only ever put columns at the end of a table', () => {
    for (const [name, table] of ALL_TABLES) {
      const versions = Object.values(table.columns).map(({ since }) => since ?? 1);
      expect(versions, name).toEqual([...versions].sort());
    }
  });

  it('refer to tables that exist', () => {
    for (const [name, { columns }] of ALL_TABLES) {
      for (const { references } of Object.values(columns)) {
        expect([undefined, ...Object.keys(TABLES)], name).toContain(references);
      }
    }
  });
});

describe.each(RELEASED)('a case of schema %i', (version) => {
  it('is brought up to date by the next analysis, and loses nothing', async () => {
    const path = copyOf(version);
    const before = shapeOf(path);
    const rows = rowsOf(path, before);
    const { code, err } = await tiercel(folder, ['analyze', FIXTURE, '-s', path, '-f', 'none']);
    expect([code, err]).toEqual([0, expect.stringContaining('mkdir.scap')]);
    expect(versionOf(path)).toBe(SCHEMA_VERSION);
    const database = new Database(path);
    database.exec('PRAGMA foreign_keys = OFF');
    for (const [name, { columns }] of ALL_TABLES) {
      if ('run_id' in columns) {
        database.exec(`DELETE FROM ${name} WHERE run_id > 3`); // what the analysis added
      }
    }
    database.exec("DELETE FROM evidence WHERE path LIKE '%mkdir.scap'");
    database.close();
    expect(rowsOf(path, before)).toEqual(rows);
  });

  it('has the very columns of a new case then', () => {
    const path = copyOf(version);
    openCase(path).close();
    const made = join(folder, `new-${version}.db`);
    openCase(made).close();
    expect(shapeOf(path)).toEqual(shapeOf(made));
  });

  it('is read as it is by a question', async () => {
    const path = copyOf(version);
    const before = readFileSync(path);
    const sql = 'SELECT count(*) AS n FROM timeline';
    const { out, code } = await tiercel(folder, ['query', path, sql, '-f', 'csv', '--no-header']);
    expect([code, out]).toEqual([0, `${ALERTS[version] ?? ''}\n`]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('stays as it was where the way to the next one fails in the middle', () => {
    const path = copyOf(version);
    const shape = shapeOf(path);
    const database = new Database(path);
    const [first, ...rest] = allMigrations().filter((each) => each.version > version);
    const broken = { version: 99, statements: ['CREATE TABLE half (a)', 'no statement'] };
    expect(() => {
      migrate(database, [...(first === undefined ? [] : [first]), ...rest, broken]);
    }).toThrow('syntax error');
    database.close();
    expect([versionOf(path), shapeOf(path)]).toEqual([version, shape]);
    openCase(path).close();
    expect(versionOf(path)).toBe(SCHEMA_VERSION);
  });

  it('stays as it was where the program is killed in the middle, and is brought up to date later', () => {
    const path = copyOf(version);
    const shape = shapeOf(path);
    const program = `
      const database = new (require('better-sqlite3'))(process.argv[1]);
      database.pragma('journal_mode = WAL');
      database.pragma('cache_spill = 1');
      database.exec('BEGIN IMMEDIATE; CREATE TABLE half (a); ALTER TABLE runs ADD COLUMN half TEXT');
      database.pragma('user_version = 99');
      process.kill(process.pid, 'SIGKILL');`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const { signal } = spawnSync(process.execPath, ['-e', program, path], { cwd });
    expect(signal).toBe('SIGKILL');
    expect([versionOf(path), shapeOf(path)]).toEqual([version, shape]);
    openCase(path).close();
    expect(versionOf(path)).toBe(SCHEMA_VERSION);
  });

  it('stays as it was where the disk is full', () => {
    const path = copyOf(version);
    const shape = shapeOf(path);
    const database = new Database(path);
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${pages}`);
    const full = {
      version: 99,
      statements: ['CREATE TABLE big AS SELECT randomblob(100000) AS b'],
    };
    expect(() => {
      migrate(database, [...allMigrations(), full]);
    }).toThrow('full');
    database.close();
    expect([versionOf(path), shapeOf(path)]).toEqual([version, shape]);
  });
});

describe('a case of a newer schema', () => {
  it('is refused, and not changed', async () => {
    const path = join(folder, 'newer.db');
    openCase(path).close();
    const database = new Database(path);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const before = readFileSync(path);
    writeFileSync(join(folder, 'r.yaml'), '[]');
    const { code, err } = await tiercel(folder, ['analyze', FIXTURE, '-r', 'r.yaml', '-s', path]);
    expect([code, err]).toEqual([2, expect.stringContaining('CASE_NEWER')]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('a question to a case', () => {
  it('that did not get far is answered', () => {
    const path = join(folder, 'empty.db');
    openCase(path).close();
    const answer = queryCase(path, 'SELECT count(*) FROM timeline');
    expect([...answer.rows]).toEqual([[0n]]);
    answer.close();
  });
});
