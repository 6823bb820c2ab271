/** The named questions, over a case of three fixtures: what each answers is in the snapshot, row by row. */
import { beforeAll, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utcTime } from '../../src/output/index.js';
import { queryCase, QUESTIONS } from '../../src/store/index.js';
import { PROGRAM, scratchFolder, tiercel } from './run.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = scratchFolder();
const CASE = join(folder, 'case.db');
/** More rows of an answer say nothing new, and are counted. */
const SHOWN = 15;

beforeAll(async () => {
  const evidence = ['exfiltration', 'on-host', 'inbound'].map((name) => `fixtures/${name}.scap`);
  const { code } = await tiercel(ROOT, ['analyze', ...evidence, '-s', CASE, '-f', 'none']);
  expect(code).toBe(0);
}, 60_000);

describe('the named questions', () => {
  it('are at least twenty, each with a name of its own and a sentence', () => {
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(QUESTIONS.map(({ name }) => name)).size).toBe(QUESTIONS.length);
    QUESTIONS.forEach(({ doc }) => {
      expect(doc).toMatch(/^[A-Z].*\.$/);
    });
  });

  it.each(QUESTIONS.map((question) => [question.name, question] as const))(
    '%s is answered',
    (_name, { sql, parameters, times = [] }) => {
      const none = Object.fromEntries(Object.keys(parameters).map((each) => [each, null]));
      const answer = queryCase(CASE, sql, none);
      const isTime = answer.columns.map((each) => each.isTime || times.includes(each.name));
      const rows = [...answer.rows].map((row) =>
        row
          .map((value, at) =>
            isTime[at] === true && value !== null ? utcTime(value as bigint) : value,
          )
          .map(String)
          .join(' | '),
      );
      answer.close();
      const names = answer.columns.map(({ name }) => name).join(' | ');
      expect([names, ...rows.slice(0, SHOWN), rows.length]).toMatchSnapshot();
    },
  );
});

describe('query --name', () => {
  const ask = (...args: readonly string[]) => tiercel(folder, ['query', 'case.db', ...args]);

  it('asks with what --arg says, as a value and never as SQL', async () => {
    const { out } = await ask('--name', 'files-written', '--arg', 'path=/tmp/tool', '-f', 'csv');
    expect(out.split('\n').slice(1, -1)).toEqual([
      expect.stringContaining(',/tmp/tool,6,1,1,wget,'),
    ]);
    const hostile = await ask('--name', 'files-written', '--arg', "path=x' OR 1=1 --", '-f', 'csv');
    expect([hostile.code, hostile.out.split('\n').length]).toEqual([0, 2]);
  });

  it('lists all of them, and shows the SQL of one', async () => {
    const list = await ask('--list', '-f', 'csv', '--no-header');
    expect(list.out.split('\n').length - 1).toBe(QUESTIONS.length);
    const { out } = await ask('--name', 'timeline', '--sql');
    expect(out).toBe('SELECT * FROM timeline\n');
  });

  it.each([
    ['no question has the name', ['--name', 'file-written'], 'did you mean "files-written"?'],
    ['the parameter is unknown', ['--name', 'executed', '--arg', 'pth=1'], 'it takes path'],
    ['a parameter has no question', ['--arg', 'path=1'], 'name one with --name'],
  ])('says what is wrong where %s', async (_why, args, expected) => {
    const { code, err } = await ask(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
  });
});

describe('query for people', () => {
  const ask = (...args: readonly string[]) => tiercel(folder, ['query', 'case.db', ...args]);

  it('takes a name for its question, a statement from stdin, and as many rows as are wanted', async () => {
    const named = await ask('incidents', '-f', 'csv', '--limit', '1');
    const sql = "SELECT title, first_ns FROM incidents WHERE priority = 'Critical'";
    const piped = await tiercel(folder, ['query', 'case.db', '-', '-f', 'line'], {
      input: Buffer.from(sql),
    });
    expect(named.out.split('\n')).toHaveLength(3);
    expect(named.err).toContain('more rows exist than --limit 1');
    expect(piped.out).toMatch(/^ {3}title: .{150,}\nfirst_ns: 2026-11-22T07:15:22\.197607661Z\n$/);
  });

  it('shows times as text, and as nanoseconds where raw ones are wanted', async () => {
    const { out } = await ask('logins', '-f', 'json', '--raw', '--limit', '1');
    const shown = await ask('logins', '-f', 'json', '--limit', '1');
    const time = (JSON.parse(shown.out) as Record<string, unknown>)['first'];
    expect([out, time]).toEqual([
      expect.stringMatching(/"first":1795331724\d{9},/),
      expect.stringMatching(/^2026-11-22T07:15:24\.\d{9}Z$/),
    ]);
  });

  it('prints how the tables are made, and what their columns hold', async () => {
    const { out } = await ask('--schema');
    expect(out).toContain('CREATE TABLE incidents (\n  -- Alerts that belong together.');
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  it.skipIf(!hasScript)(
    `spins on a terminal after a second, and is gone before the answer${hasScript ? '' : ' (skipped: script(1) is missing)'}`,
    () => {
      const sql =
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000000) SELECT count(*) AS n FROM n';
      const command = `stty cols 60; ${process.execPath} ${PROGRAM} query case.db '${sql}'`;
      const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(stdout).toMatch(/asking the case: 1 s/);
      expect(stdout.slice(stdout.lastIndexOf('\r\u001b[K'))).toMatch(/^\r\u001b\[K┌─+┐/);
    },
  );
});
