/** Mistakes on the command line: what was expected, the nearest right word, exit code 2. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

const folder = scratchFolder();

beforeAll(async () => {
  writeScene(join(folder, 'a.scap'));
  put(folder, 'r.yaml', RULES);
  await tiercel(folder, ['analyze', 'a.scap', '-r', 'r.yaml', '-s', 'a.db']);
});

const ANALYZE = ['analyze', 'a.scap', '-r', 'r.yaml', '--no-store'];

describe('a mistake on the command line', () => {
  it.each([
    ['a command', ['anlyze'], 'did you mean "tiercel analyze"?'],
    ['a command below another', ['list', 'feilds'], 'did you mean "tiercel list fields"?'],
    ['a flag', [...ANALYZE, '--no-sumary'], 'did you mean --no-summary?'],
    ['a short flag', [...ANALYZE, '-z'], 'there is no flag -z'],
    ['one of several words', [...ANALYZE, '-f', 'jsn'], 'did you mean json?'],
    ['a rule', [...ANALYZE, '--rule', 'Writ below etc'], 'did you mean "Write below etc"?'],
    ['a rule by a pattern', [...ANALYZE, '--rule', 'Lanch Pack*'], 'did you mean "Launch Pac*"?'],
    [
      'a priority of a configuration',
      [...ANALYZE, '-o', 'priority=eror'],
      'where: --option, key priority eror',
    ],
    ['a tag', [...ANALYZE, '--tag', 'proces'], 'did you mean "process"?'],
    ['a priority', [...ANALYZE, '--min-priority', 'eror'], 'did you mean error?'],
    ['a field of a template', [...ANALYZE, '-p', '%prc.name'], 'did you mean "proc.name"'],
    ['a field of a filter', [...ANALYZE, '--filter', 'prc.name=x'], 'did you mean "proc.name"'],
    ['a word of --fields', [...ANALYZE, '--fields', 'time,user-nam'], 'did you mean "user-name"?'],
    ['a missing argument', ['analyze'], 'EVIDENCE is missing'],
    ['a missing flag', ['record'], '--write is missing'],
    ['a missing value', [...ANALYZE, '--tz'], 'flag --tz expects a value'],
    ['a value of the wrong kind', ['events', 'a.scap', '--limit', 'x'], '--limit: Expected an int'],
    ['flags that exclude each other', [...ANALYZE, '-p', 'a', '--fields', 'b'], '--print'],
    ['too many arguments', ['events', 'a.scap', 'a', 'b'], 'unexpected argument: b'],
    ['a column', ['query', 'a.db', 'SELECT outputs FROM alerts'], 'did you mean "output"?'],
    ['a table', ['query', 'a.db', 'SELECT * FROM alert'], 'did you mean "alerts"?'],
    ['a file that is no case', ['query', 'r.yaml'], 'in place of r.yaml'],
    ['a name to show', ['rules', 'show', 'spawnd', '-r', 'r.yaml'], 'did you mean "spawned"?'],
  ])('in %s is reported with what to do', async (_what, args, told) => {
    const { out, err, code } = await tiercel(folder, args);
    expect(err).toContain(told);
    expect(err).toMatch(
      /Error: .*\n {2}where: .*\n {2}why: (?:.*\n)+? {2}Code: \w+\n {2}Try this: /,
    );
    expect(err).not.toMatch(/; ;|\bat .*\.js:\d/);
    expect([out, code]).toEqual(['', 2]);
  });

  it.each([
    ['fields', 'proc.nme', 'did you mean proc.name?'],
    ['events', 'execv', undefined],
    ['events', 'xecve2', 'did you mean execve?'],
    ['syscalls', 'opnat', 'did you mean openat?'],
    ['syscalls', 'zzzzzz', 'nothing here has "zzzzzz" in it'],
  ])('in a word for list %s (%s) is reported', async (list, word, told) => {
    const { out, err, code } = await tiercel(folder, ['list', list, word, '-f', 'json']);
    expect(code).toBe(0);
    expect((JSON.parse(out) as unknown[]).length > 0).toBe(told === undefined);
    expect(err).toContain(told ?? '');
    expect(err === '').toBe(told === undefined);
  });

  it.each([
    [['-r', 'none.yaml'], 'no rule runs: the rules files hold none'],
    [['-r', 'r.yaml', '--disable', '*'], 'no rule runs: all are disabled'],
  ])('that leaves no rule (%j) is reported', async (words, told) => {
    put(folder, 'none.yaml', '# nothing yet\n');
    const { err, code } = await tiercel(folder, ['analyze', 'a.scap', '--no-store', ...words]);
    expect([err, code]).toEqual([expect.stringContaining(`Notice: ${told}`), 0]);
  });

  it('in a template that names what only filters may use is reported, and <NA> printed', async () => {
    const { out, err } = await tiercel(folder, [...ANALYZE, '-p', '%proc.name %fd.ip']);
    expect(out).toBe('apk <NA>\n');
    expect(err).toContain('Notice: fd.ip only works in filters');
  });

  it('is none where people ask for help or the version in other words', async () => {
    for (const [words, same] of [
      [['help'], ['--help']],
      [
        ['help', 'analyze'],
        ['analyze', '--help'],
      ],
      [
        ['rules', 'check', '-h'],
        ['rules', 'check', '--help'],
      ],
      [['-v'], ['--version']],
    ] as const) {
      const asked = await tiercel(folder, words);
      expect([asked.code, asked.err]).toEqual([0, '']);
      expect(asked.out).toBe((await tiercel(folder, same)).out);
    }
  });
});
