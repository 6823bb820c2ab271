import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { umask } from 'node:process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/index.js';
import { UserError } from '../../src/errors.js';
import {
  ALL_TABLES,
  describeSchema,
  openCase,
  queryCase,
  RunWriter,
  VIEWS,
  type Case,
  type RunStart,
} from '../../src/store/index.js';
import { alertAt as alert, ask, END, GROUP, processOf as process, RULE, START } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'tiercel-store-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let count = 0;
const fresh = (): string => {
  count += 1;
  return join(folder, `case-${count}.db`);
};

const run = (target: Case, start: RunStart, ...alerts: readonly Alert[]): boolean => {
  const writer = new RunWriter(target, start);
  alerts.forEach((each) => {
    writer.addAlert(each, GROUP);
  });
  return writer.finish(END).fate === 'added';
};

describe('a case', () => {
  it.each([
    ['was not there', () => undefined],
    [
      'was there, but empty and for everybody',
      (path: string) => {
        writeFileSync(path, '');
        chmodSync(path, 0o666);
      },
    ],
  ])(
    'that %s is readable by its owner alone, its log too, whatever the umask',
    (_what, arrange) => {
      const path = fresh();
      const before = umask(0);
      arrange(path);
      const opened = openCase(path);
      new RunWriter(opened, START);
      umask(before);
      for (const file of [path, `${path}-wal`, `${path}-shm`]) {
        expect(existsSync(file)).toBe(true);
        expect(statSync(file).mode & 0o777, file).toBe(0o600);
      }
      opened.close();
    },
  );

  it('keeps the mode that its owner gave it since', () => {
    const path = fresh();
    openCase(path).close();
    chmodSync(path, 0o640);
    openCase(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('holds 64-bit numbers exactly, and text that is not UTF-8 as U+FFFD', () => {
    const path = fresh();
    const opened = openCase(path);
    run(opened, START, alert(1_700_000_000_123_456_789n, []));
    opened.close();
    expect(ask(path, 'SELECT time_ns, output, fields FROM alerts')).toEqual([
      [1_700_000_000_123_456_789n, 'line \ufffd', '{"big":18446744073709551615}'],
    ]);
    expect(ask(path, 'SELECT finding, byte_offset FROM what_was_not_seen')).toEqual([
      ['cut short', 7n],
    ]);
  });

  it('keeps each program that a process ran, under its parent, once', () => {
    const path = fresh();
    const opened = openCase(path);
    const parent = process(1, undefined);
    run(
      opened,
      START,
      alert(5n, [process(2, 4n), parent]),
      alert(6n, [process(2, 4n), parent]),
      alert(9n, [process(2, 8n), parent]),
    );
    opened.close();
    expect(ask(path, 'SELECT pid, parent_id, start_ns, end_ns FROM processes')).toEqual([
      [1n, null, null, null],
      [2n, 1n, 4n, 8n],
      [2n, 1n, 8n, null],
    ]);
    expect(ask(path, 'SELECT trim(process), alerts FROM process_tree')).toEqual([
      ['p1 x', 0n],
      ['p2 x', 2n],
      ['p2 x', 1n],
    ]);
    expect(ask(path, 'SELECT name FROM alert_ancestry WHERE alert_id = 1')).toEqual([
      ['p2'],
      ['p1'],
    ]);
  });

  it('takes a run back that is there already; another option makes another run', () => {
    const path = fresh();
    const opened = openCase(path);
    expect(run(opened, START, alert(5n, [process(2, 4n)]))).toBe(true);
    expect(run(opened, START, alert(5n, [process(2, 4n)]))).toBe(false);
    expect(run(opened, { ...START, options: '{"match":"all"}' })).toBe(true);
    opened.close();
    for (const [table, rows] of [
      ['runs', 2n],
      ['alerts', 1n],
      ['processes', 1n],
      ['rules', 2n],
      ['evidence', 1n],
    ] as const) {
      expect(ask(path, `SELECT count(*) FROM ${table}`), table).toEqual([[rows]]);
    }
  });

  it('that was not finished says that it is incomplete, and can be analysed again', () => {
    const path = fresh();
    const opened = openCase(path);
    const writer = new RunWriter(opened, START);
    writer.addAlert(alert(5n, []), GROUP);
    writer.commit();
    expect(ask(path, 'SELECT status, alert_count FROM runs')).toEqual([['incomplete', 1n]]);
    expect(ask(path, 'SELECT status FROM timeline')).toEqual([['incomplete']]);
    expect(run(opened, START)).toBe(true);
    opened.close();
    expect(ask(path, 'SELECT status FROM runs')).toEqual([['complete']]);
    expect(ask(path, 'SELECT count(*) FROM alerts')).toEqual([[0n]]);
  });

  it('on a full disk keeps what was written, and says so once and clearly', () => {
    const path = fresh();
    const opened = openCase(path);
    const writer = new RunWriter(opened, START);
    writer.addAlert(alert(5n, []), GROUP);
    writer.commit();
    const pages = Number(opened.database.pragma('page_count', { simple: true }));
    opened.database.pragma(`max_page_count = ${pages}`);
    const fill = (): void => {
      for (let i = 0; i < 10_000; i += 1) {
        writer.addAlert(alert(6n, []), GROUP);
      }
      writer.commit();
    };
    expect(fill).toThrow(UserError);
    opened.close();
    expect(ask(path, 'SELECT status FROM runs')).toEqual([['incomplete']]);
    expect(Number((ask(path, 'SELECT count(*) FROM alerts') as [[bigint]])[0][0])).toBeGreaterThan(
      0,
    );
  });

  it('is not written through a symbolic link, whether it leads to a case or nowhere', () => {
    const real = fresh();
    openCase(real).close();
    for (const target of [real, fresh()]) {
      const link = fresh();
      symlinkSync(target, link);
      expect(() => openCase(link)).toThrow('it is a symbolic link');
      expect(existsSync(target)).toBe(target === real);
    }
  });

  it('holds numbers beyond 64 bits, and text of any length and form', () => {
    const path = fresh();
    const opened = openCase(path);
    const long = 'x'.repeat(5_000_000);
    const odd = {
      ...process(2 ** 63, 2n ** 64n - 1n),
      uid: Number.NaN,
      name: '\ud800',
      commandLine: long,
    };
    const writer = new RunWriter(opened, START);
    writer.addAlert(alert(2n ** 63n, [odd]), GROUP);
    const strange = alert(-1n, [process(-(2 ** 70), undefined)]);
    writer.addAlert({ ...strange, eventNumber: 2 ** 60, output: 'a\0b' }, GROUP);
    writer.endProcess(2 ** 63, 2n ** 65n);
    expect(writer.finish(END)).toEqual({ fate: 'added', losses: [] });
    opened.close();
    expect(ask(path, 'SELECT pid, start_ns, end_ns, uid, length(cmdline) FROM processes')).toEqual([
      [-(2n ** 63n), -1n, 0n, null, 5_000_000n],
      [0n, null, null, 0n, BigInt(`p${-(2 ** 70)} x`.length)],
    ]);
    expect(ask(path, 'SELECT time_ns, event_number, output FROM alerts')).toEqual([
      [-(2n ** 63n), 1n, 'line \ufffd'],
      [-1n, 2n ** 60n, 'a\0b'],
    ]);
  });

  it('says which rules could not fire, and why', () => {
    const path = fresh();
    const opened = openCase(path);
    const silent = [{ rule: RULE, reason: 'no-event', detail: 'no execve was recorded' }];
    new RunWriter(opened, START).finish({ ...END, silent });
    opened.close();
    expect(ask(path, 'SELECT cannot_fire, cannot_fire_detail FROM rules')).toEqual([
      ['no-event', 'no execve was recorded'],
    ]);
    expect(ask(path, 'SELECT finding FROM what_was_not_seen')).toContainEqual([
      '1 of 1 rules could not fire: no execve was recorded',
    ]);
  });

  it('that cannot take one row loses that row, reports it, and takes the rest', () => {
    const path = fresh();
    const opened = openCase(path);
    const writer = new RunWriter(opened, START);
    writer.addAlert({ ...alert(5n, []), eventNumber: Number.NaN }, GROUP); // NULL, where a number has to be
    writer.addAlert(alert(6n, [process(2, 4n)]), GROUP);
    const losses = ['incidents', 'alerts'].map((table) => ({
      id: 'store/row-lost',
      detail: `the case could not take 1 row of ${table} (NOT NULL constraint failed: ${table}.event_number)`,
    }));
    expect(writer.finish(END)).toEqual({ fate: 'added', losses });
    opened.close();
    expect(ask(path, 'SELECT time_ns FROM alerts')).toEqual([[6n]]);
    expect(ask(path, 'SELECT alert_count FROM runs')).toEqual([[1n]]);
    expect(ask(path, 'SELECT finding FROM what_was_not_seen')).toContainEqual([losses[1]?.detail]);
  });

  it('is refused where the file is something else', () => {
    const text = fresh();
    writeFileSync(text, 'no database, but long enough to have a header of sixteen bytes and more');
    expect(() => openCase(text)).toThrow('not a SQLite database');
    expect(() => openCase(join(folder, 'no/such/folder.db'))).toThrow(UserError);
    expect(() => openCase(folder)).toThrow(UserError);
  });
});

describe('what is there already', () => {
  it('is not changed where it is the database of another program', () => {
    const path = fresh();
    const other = new Database(path);
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    const before = readFileSync(path);
    expect(() => openCase(path)).toThrow('not one that tiercel made');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('is refused and not changed where a newer version made it', () => {
    const path = fresh();
    openCase(path).close();
    const newer = new Database(path);
    newer.pragma('user_version = 1000');
    newer.close();
    expect(() => openCase(path)).toThrow('a newer tiercel made it');
  });

  it('gets the views of this version where another had others', () => {
    const path = fresh();
    openCase(path).close();
    const older = new Database(path);
    older.exec('DROP VIEW timeline; CREATE VIEW timeline AS SELECT 1 AS old');
    older.close();
    openCase(path).close();
    expect(ask(path, 'SELECT * FROM timeline')).toEqual([]);
  });

  it('can be opened twice at once', () => {
    const path = fresh();
    const first = openCase(path);
    const holder = openCase(path); // both at once, as two programs would
    first.close();
    holder.close();
    const names = ask(path, "SELECT name FROM sqlite_schema WHERE type = 'view'");
    expect(names).toHaveLength(VIEWS.length);
  });

  it('is reported where it is a folder', () => {
    expect(() => openCase(folder)).toThrow('it is a directory');
    expect(() => queryCase(folder, 'SELECT 1')).toThrow('it is a directory');
  });
});

describe('a question', () => {
  const path = fresh();
  const opened = openCase(path);
  run(opened, START);
  opened.close();

  it.each([
    ['is not SQL', 'SELEC 1', 'QUERY_WRONG'],
    ['would change the case', 'DELETE FROM alerts', 'QUERY_WRONG'],
    ['is two', 'SELECT 1; SELECT 2', 'QUERY_WRONG'],
    ['is nothing', '', 'QUERY_WRONG'],
    ['would delete and answer', 'DELETE FROM alerts RETURNING 1', 'QUERY_WRONG'],
    ['would make a table', 'CREATE TABLE mine (a)', 'QUERY_WRONG'],
    ['would make a temporary table', 'CREATE TEMP TABLE mine (a)', 'QUERY_WRONG'],
    ['would open another file', `ATTACH DATABASE '${folder}/attached.db' AS other`, 'QUERY_WRONG'],
    ['would write a copy', `VACUUM INTO '${folder}/copy.db'`, 'QUERY_WRONG'],
    ['would run foreign code', "SELECT load_extension('/tmp/x.so')", 'QUERY_WRONG'],
    ['would read other files', "SELECT readfile('/etc/passwd')", 'QUERY_WRONG'],
    ['would change how it is kept', 'PRAGMA journal_mode = DELETE', 'QUERY_WRONG'],
    ['would allow changes', 'PRAGMA query_only = OFF', 'QUERY_WRONG'],
    ['would change the schema', 'PRAGMA writable_schema = ON', 'QUERY_WRONG'],
    ['would begin a change', 'BEGIN IMMEDIATE', 'QUERY_WRONG'],
    ['would write through a read', 'PRAGMA user_version = 7', 'QUERY_WRONG'],
  ])('that %s is refused', (_why, sql, code) => {
    let told: unknown;
    try {
      ask(path, sql);
    } catch (error) {
      told = error instanceof UserError ? error.story.code : error;
    }
    expect(told ?? ask(path, 'PRAGMA user_version')).toEqual(
      code === 'QUERY_WRONG' && told === undefined ? [[2n]] : code,
    );
  });

  it('leaves the case and its folder as they were', () => {
    const folderOf = mkdtempSync(join(folder, 'asked-'));
    const copy = join(folderOf, 'case.db');
    copyFileSync(path, copy);
    const before = readFileSync(copy);
    expect(ask(copy, 'SELECT count(*) FROM runs')).toEqual([[1n]]);
    expect(() => ask(copy, 'DELETE FROM runs')).toThrow(UserError);
    expect(() => ask(copy, 'PRAGMA wal_checkpoint(TRUNCATE)')).toThrow('would change the case');
    expect(readdirSync(folderOf)).toEqual(['case.db']);
    expect(readFileSync(copy).equals(before)).toBe(true);
  });

  it('can be asked while a run is written, and sees what was committed', () => {
    const busy = fresh();
    const writing = openCase(busy);
    const writer = new RunWriter(writing, START);
    writer.addAlert(alert(5n, []), GROUP);
    expect(ask(busy, 'SELECT count(*) FROM alerts')).toEqual([[0n]]);
    writer.commit();
    expect(ask(busy, 'SELECT count(*) FROM alerts')).toEqual([[1n]]);
    writing.close();
    expect(ask(busy, 'SELECT finding FROM what_was_not_seen')).toEqual([
      ['the run is incomplete'],
      [expect.stringContaining('not finished')],
    ]);
  });

  it('is answered from read-only media too', () => {
    const sealed = join(folder, 'sealed');
    const copy = join(sealed, 'case.db');
    rmSync(sealed, { recursive: true, force: true });
    const made = openCase(fresh());
    made.close();
    expect(copy.length).toBeGreaterThan(0);
    chmodSync(made.path, 0o400);
    expect(ask(made.path, 'SELECT count(*) FROM runs')).toEqual([[0n]]);
  });

  it('to a file that is not there is reported', () => {
    expect(() => queryCase(join(folder, 'nothing.db'), 'SELECT 1')).toThrow('no such file');
  });
});

describe('the schema', () => {
  it('says of each column, table and view what it holds', () => {
    const documented = [
      ...VIEWS.map(({ name, doc }) => [name, doc] as const),
      ...ALL_TABLES.flatMap(([name, { doc, columns }]) => [
        [name, doc] as const,
        ...Object.entries(columns).map(([column, each]) => [column, each.doc] as const),
      ]),
    ];
    for (const [name, doc] of documented) {
      expect(doc.length, name).toBeGreaterThan(4);
      expect(doc, name).toMatch(/[.?)]$/);
    }
    expect(describeSchema(ALL_TABLES, VIEWS)).toContain('| `time_ns` | INTEGER NOT NULL |');
  });

  it('is in the file, documentation included, in strict tables', () => {
    const path = fresh();
    openCase(path).close();
    const rows = ask(path, "SELECT sql FROM sqlite_schema WHERE type = 'table'") as [string][];
    expect(rows).toHaveLength(ALL_TABLES.length);
    for (const [sql] of rows) {
      expect(sql).toMatch(/-- .*\n/);
      expect(sql).toMatch(/STRICT$/);
    }
  });

  it('has views that can all be asked', () => {
    const path = fresh();
    const opened = openCase(path);
    run(opened, START, alert(5n, [process(2, 4n)]));
    opened.close();
    for (const { name } of VIEWS) {
      expect(() => ask(path, `SELECT * FROM ${name}`), name).not.toThrow();
    }
  });
});
