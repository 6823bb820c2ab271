/** `tiercel completion` in the shells themselves: a line is typed with tabs, and the command gets its words. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '@oclif/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { completables, type Completable } from '../../src/commands/completion/words.js';
import { PROGRAM, scratchFolder } from './run.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const folder = scratchFolder();
const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** How a shell starts without anybody's settings, and what it reads first. `tiercel` writes its words to a file there. */
const STARTS: Readonly<Record<Shell, { command: string; setup: readonly string[] }>> = {
  bash: {
    command: 'bash --norc --noprofile -i',
    setup: ['source completion.bash', `tiercel() { printf '<%s>' "$@" >> bash.words; echo >> bash.words; }`],
  },
  zsh: {
    command: 'zsh -f -i',
    setup: [
      'autoload -U compinit; compinit -D -u',
      "zstyle ':completion:*' insert-tab false",
      'source completion.zsh',
      `tiercel() { printf '<%s>' "$@" >> zsh.words; echo >> zsh.words; }`,
    ],
  },
  fish: {
    command: 'fish --no-config -i',
    setup: [
      'source completion.fish',
      `function tiercel; printf '<%s>' $argv >> fish.words; echo >> fish.words; end`,
    ],
  },
}; // prettier-ignore

/** What is typed behind `tiercel`, and the words that come of it. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ['compl\tz\t', ['completion', 'zsh']],
  ['rul\tche\t-f sa\tevid\t', ['rules', 'check', '-f', 'sarif', 'evidence one.scap']],
  ['anal\t--allow-d\tevid\tevid\t', ['analyze', '--allow-damage', 'evidence one.scap', 'evidence one.scap']],
  ['ana\t--store evid\t', ['analyze', '--store', 'evidence one.scap']],
  ['anal\t--match al\t--no-st\t', ['analyze', '--match', 'all', '--no-store']],
  ['li\tfi\tevid\t', ['list', 'fields', 'evid']],
]; // prettier-ignore

/** The lines that `tiercel` got in `shell`, typed one after the other at a terminal. */
async function linesOf(shell: Shell): Promise<readonly string[]> {
  const { command, setup } = STARTS[shell];
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', LANG: 'C.UTF-8' },
  });
  const path = join(folder, `${shell}.words`);
  const lines = (): readonly string[] =>
    existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  const type = (line: string): void => {
    terminal.stdin.write(`${line}\r`);
  };
  setup.forEach(type);
  for (const [at, [typed]] of TYPED.entries()) {
    type(`tiercel ${typed}`);
    await expect.poll(() => lines().length, { timeout: 30_000 }).toBeGreaterThan(at);
  }
  const ended = once(terminal, 'exit');
  type('exit');
  await ended;
  return lines();
}

let commands: readonly Completable[];

beforeAll(async () => {
  writeFileSync(join(folder, 'evidence one.scap'), '');
  const { commands: known } = await Config.load({
    root: join(import.meta.dirname, '../..'),
    userPlugins: false,
    devPlugins: false,
  });
  commands = completables(known);
  for (const shell of SHELLS) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, 'completion', shell], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    writeFileSync(join(folder, `completion.${shell}`), stdout);
  }
});

describe.each(SHELLS)('completion in %s', (shell) => {
  const missing = [shell, 'script'].filter((program) => !has(program));

  it.skipIf(missing.length > 0)(
    `completes commands, flags, their values and files${missing.map((name) => ` (no ${name})`).join('')}`,
    async () => {
      const expected = TYPED.map(([, words]) => words.map((word) => `<${word}>`).join(''));
      expect(await linesOf(shell)).toEqual(expected);
    },
  );
});

/** Each flag that takes one of some words, as it would be typed. */
const choices = (): readonly { line: string; values: readonly string[] }[] =>
  commands.flatMap(({ words, options }) =>
    options.flatMap(({ long, value }) =>
      typeof value === 'object' ? [{ line: `tiercel ${words.join(' ')} --${long} `, values: value }] : [],
    ),
  ); // prettier-ignore

describe('every value of every flag', () => {
  it.skipIf(!has('bash'))('is known to bash', () => {
    const asked = choices().map(
      ({ line }) => `COMP_WORDS=(${line} ''); COMP_CWORD=${line.split(' ').length - 1}; _tiercel; echo "\${COMPREPLY[*]}"`,
    ); // prettier-ignore
    const { stdout } = spawnSync('bash', ['-c', ['source completion.bash', ...asked].join('\n')], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.split('\n').slice(0, -1)).toEqual(choices().map(({ values }) => values.join(' ')));
  }); // prettier-ignore

  it.skipIf(!has('fish'))(`is known to fish${has('fish') ? '' : ' (no fish)'}`, () => {
    const asked = choices().map(
      ({ line }) => `complete -C '${line}' | string split -f1 \\t | string join ' '`,
    );
    const { stdout } = spawnSync(
      'fish',
      ['--no-config', '-c', ['source completion.fish', ...asked].join('\n')],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: folder } },
    );
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      choices().map(({ values }) => [...values].sort().join(' ')),
    );
  });
});
