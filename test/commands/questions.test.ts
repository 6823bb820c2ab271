/** The named questions, over a case of three fixtures: what each answers is in the snapshot, row by row. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { queryCase, QUESTIONS } from '../../src/store/index.js';
import { scratchFolder, tiercel } from './run.js';

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
    (_name, { sql, parameters }) => {
      const none = Object.fromEntries(Object.keys(parameters).map((each) => [each, null]));
      const answer = queryCase(CASE, sql, none);
      const rows = [...answer.rows].map((row) => row.map(String).join(' | '));
      answer.close();
      expect([answer.columns.join(' | '), ...rows.slice(0, SHOWN), rows.length]).toMatchSnapshot();
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
