/** Questions to what is no whole case of this version: each is reported as what it is, and nothing is changed. */
import Database from 'better-sqlite3';
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { UserError, type Story } from '../../src/errors.js';
import { openCase, queryCase } from '../../src/store/index.js';
import { alertAt, ask, freshCases, processOf, START, writeRun } from './support.js';

const fresh = freshCases();
const OLD_CASES = fileURLToPath(new URL('cases', import.meta.url));

function caseWithAlerts(count = 1): string {
  const path = fresh();
  const target = openCase(path);
  const alerts = Array.from({ length: count }, (_, at) => alertAt(BigInt(at + 1), [processOf(2, 1n)])); // prettier-ignore
  writeRun(target, START, alerts);
  target.close();
  return path;
}

function caseOfSchema(version: number): string {
  const path = fresh();
  copyFileSync(join(OLD_CASES, `schema-${version}.db`), path);
  return path;
}

function storyOf(work: () => unknown): Story | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.story : undefined;
  }
}

describe('a case of an older schema', () => {
  it.each([
    ['a table', 1, 'SELECT * FROM files', '"files" came with schema 3'],
    ['a table', 2, 'SELECT * FROM connections', '"connections" came with schema 3'],
    ['a column', 1, 'SELECT cannot_fire FROM rules', '"cannot_fire" came with schema 2'],
    ['a column', 2, 'SELECT alerts.near_loss FROM alerts', '"near_loss" came with schema 3'],
  ])('that is asked for %s of a newer one says how to upgrade', (_what, version, sql, why) => {
    const path = caseOfSchema(version);
    const before = readFileSync(path);
    const story = storyOf(() => ask(path, sql));
    expect(story).toMatchObject({ code: 'CASE_OLDER', where: path });
    expect(story?.why).toBe(`the case has schema ${version}, and ${why}`);
    expect(story?.fix).toContain('analyze the evidence again');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('answers what it knows', () => {
    for (const version of [1, 2]) {
      expect(ask(caseOfSchema(version), 'SELECT count(*) > 0 FROM alerts')).toEqual([[1n]]);
    }
  });
});

describe('what cannot be asked', () => {
  it('is a case of a newer version', () => {
    const path = caseWithAlerts();
    const database = new Database(path);
    database.pragma('user_version = 99');
    database.close();
    expect(storyOf(() => ask(path, 'SELECT 1'))).toMatchObject({ code: 'CASE_NEWER', fix: 'use that version' }); // prettier-ignore
  });

  it('is a database of another program', () => {
    const path = fresh();
    const database = new Database(path);
    database.exec('CREATE TABLE alerts (a)');
    database.close();
    expect(storyOf(() => ask(path, 'SELECT * FROM alerts'))).toMatchObject({
      code: 'CASE_UNUSABLE',
      why: 'it is a SQLite database, but not one that tiercel made',
    });
  });

  it('is a file that is no database', () => {
    const path = fresh();
    writeFileSync(path, 'a text that is long enough to be looked at');
    expect(storyOf(() => ask(path, 'SELECT 1'))?.why).toBe('it is not a SQLite database');
  });

  it('is a case that was cut short, wherever', () => {
    const whole = caseWithAlerts(3000);
    const size = statSync(whole).size;
    for (const share of [0.05, 0.3, 0.6, 0.95]) {
      const path = fresh();
      copyFileSync(whole, path);
      truncateSync(path, Math.floor(size * share));
      expect([share, storyOf(() => ask(path, 'SELECT sum(length(output)), count(DISTINCT fields) FROM alerts'))]).toMatchObject([
        share,
        { code: 'CASE_UNUSABLE', why: 'the database is damaged' },
      ]); // prettier-ignore
    }
  });

  it('is a case that another program has for itself', () => {
    const path = caseWithAlerts();
    const other = new Database(path);
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec("UPDATE alerts SET output = 'x'; ");
    expect(storyOf(() => ask(path, 'SELECT 1'))).toMatchObject({
      code: 'CASE_UNUSABLE',
      why: 'another program is writing to it',
    });
    other.close();
  }, 20_000);
});

it('a case in a folder that may not be written to is answered', () => {
  const path = caseWithAlerts();
  const folder = dirname(path);
  chmodSync(path, 0o400);
  chmodSync(folder, 0o500);
  const before = readdirSync(folder);
  expect(ask(path, 'SELECT count(*) FROM alerts')).toEqual([[1n]]);
  expect(readdirSync(folder)).toEqual(before);
  chmodSync(folder, 0o700);
});

describe('a misspelt name', () => {
  it.each([
    ['of a table', 'SELECT * FROM alrts', 'did you mean "alerts"?'],
    ['of a view', 'SELECT * FROM timelime', 'did you mean "timeline"?'],
    ['of a column', 'SELECT cmdlin FROM processes', 'did you mean "cmdline"? (in processes, timeline, alert_ancestry, exec_stories)'],
    ['of a column, of the table that is asked', 'SELECT first_nss FROM files', 'did you mean "first_ns"?'],
    ['of a column with its table', 'SELECT files.pth FROM files', 'did you mean "path"?'],
    ['of a column of another table', 'SELECT pod FROM processes', 'these have it: '],
    ['of a word', 'SELECT * FORM alerts', 'did you mean FROM?'],
    ['where only a table is named', 'alerts', 'a question is a statement, such as "SELECT * FROM alerts"'],
    ['that is near none', 'SELECT * FROM qqqqqqqqqqq', 'ask without a question to see tables and views'],
  ])('%s is answered with what was meant', (_what, sql, fix) => {
    expect(storyOf(() => ask(caseWithAlerts(), sql))).toMatchObject({
      code: 'QUERY_WRONG',
      fix: expect.stringContaining(fix) as string,
    });
  }); // prettier-ignore
});

describe('columns of times', () => {
  it.each([
    ['a column', 'SELECT time_ns FROM alerts', true],
    ['a column under another name', 'SELECT time_ns AS t FROM alerts', true],
    ['a column of a view', 'SELECT first_ns FROM alerts_by_rule', true],
    ['the first of them', 'SELECT min(alerts.time_ns) FROM alerts', true],
    ['a sum', 'SELECT time_ns + 1 FROM alerts', false],
    ['another number', 'SELECT event_number AS time_ns FROM alerts', false],
  ])('are known by the schema: %s', (_what, sql, isTime) => {
    const answer = queryCase(caseWithAlerts(), sql);
    answer.close();
    expect(answer.columns.map((column) => column.isTime)).toEqual([isTime]);
  });
});
