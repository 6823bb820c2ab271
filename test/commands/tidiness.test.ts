/** What a command takes, and what it leaves: stdin belongs to who was given it, mistakes leave no files. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.js';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

const folder = scratchFolder();

beforeAll(async () => {
  writeScene(join(folder, 'a.scap'));
  put(folder, 'r.yaml', RULES);
  await tiercel(folder, ['analyze', 'a.scap', '-r', 'r.yaml', '-s', 'a.db']);
});

describe('stdin', () => {
  it('is nowhere where a missing word is taken from', () => {
    const words = Object.values(COMMANDS).flatMap(({ args }) =>
      Object.values<{ readonly ignoreStdin?: boolean }>(args),
    );
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter(({ ignoreStdin }) => ignoreStdin !== true)).toEqual([]);
  });

  it('is evidence for events without a filter', async () => {
    const input = readFileSync(join(folder, 'a.scap'));
    const { out, code } = await tiercel(folder, ['events', '-', '-p', '%evt.type', '--limit', '1'], { input }); // prettier-ignore
    expect([out, code]).toEqual(['execve\n', 0]);
  });

  it('stays with the loop that a command runs in', () => {
    const loop = `while read -r line; do "${process.execPath}" "${PROGRAM}" query a.db >/dev/null; echo "$line"; done`;
    const { stdout } = spawnSync('sh', ['-c', loop], { cwd: folder, input: 'one\ntwo\n' });
    expect(stdout.toString()).toBe('one\ntwo\n');
  });

  it('is the question where the question is "-"', async () => {
    const input = Buffer.from('SELECT count(*) AS alerts\nFROM alerts -- all\n');
    const { out } = await tiercel(folder, ['query', 'a.db', '-', '-f', 'csv'], { input });
    expect(out).toBe('alerts\n1\n');
  });
});

describe('a mistake', () => {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = readdirSync(folder);
  });

  it.each([
    ['a time', ['--from', 'yesterday']],
    ['a range', ['--from', '+5s', '--to', '+4.9s']],
    ['a duration', ['--last', '3 weeks']],
    ['a filter', ['--filter', 'proc.name=']],
    ['a template', ['-p', '%proc.nam']],
    ['a word', ['--fields', 'tme']],
    ['a priority', ['--fail-on', 'bad']],
    ['a rule', ['--rule', 'no such']],
    ['the place of the case', ['-s', 'no/such/folder.db']],
    ['a case on stdout', ['-s', '-']],
  ])('in %s is reported once, and leaves no file', async (_what, words) => {
    const { code, out, err } = await tiercel(folder, [
      ...['analyze', 'a.scap', 'a.scap', '-r', 'r.yaml', '--output', 'new.txt', '-f', 'csv'],
      ...(words[0] === '-s' ? [] : ['-s', 'new.db']),
      ...words,
    ]);
    expect([code, out]).toEqual([2, '']);
    expect(err.match(/Error: /g)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('in the place of the output leaves the case closed', async () => {
    await tiercel(folder, ['analyze', 'a.scap', '-r', 'r.yaml', '-s', 'b.db', '--output', 'no/x']);
    expect(existsSync(join(folder, 'b.db-wal'))).toBe(false);
  });

  it('in the place of an answer is reported, whether rows wait or not', async () => {
    put(folder, 'answer.txt', 'mine');
    for (const output of ['answer.txt', 'no/such/folder', 'x'.repeat(300)]) {
      const sql = 'SELECT name FROM rules';
      const { code, err } = await tiercel(folder, ['query', 'a.db', sql, '--output', output]);
      expect([code, err]).toEqual([2, expect.stringMatching(/^Error: .*\n {2}where: /)]);
    }
    expect(readFileSync(join(folder, 'answer.txt'), 'utf8')).toBe('mine');
  });

  it('in the name of evidence makes a run that says so, and holds nothing', async () => {
    await tiercel(folder, ['analyze', 'nope.scap', 'r.yaml', 'a.scap', '-r', 'r.yaml', '-s', 'c.db']);
    const { out } = await tiercel(folder, ['query', 'c.db', 'SELECT path, status, alert_count > 0 AS alerted FROM runs', '-f', 'csv']);
    expect(out).toBe('path,status,alerted\nnope.scap,incomplete,0\nr.yaml,incomplete,0\na.scap,complete,1\n');
  }); // prettier-ignore
});
