/**
 * README and the pages in docs are true: every command of a `console` block is run, and prints what is shown below it
 * (stdout). Run with UPDATE_README=1 to write what came.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Their commands need a folder: incident.test.ts, hunt/page.test.ts and report/pictures.test.ts run them. */
const IN_A_FOLDER = new Set(['incident.md', 'scale.md', 'report.md']);
const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md') && !IN_A_FOLDER.has(name))
    .map((name) => `docs/${name}`),
];
const BLOCK = /```console\n([\s\S]*?)```/g;
/** A command of a block, and what is shown until the next one. */
const COMMAND = /\$ tiercel (.*)\n([\s\S]*?)(?=\$ tiercel |$)/g;
const WORD = /'([^']*)'|(\S+)/g;
const README = readFileSync('README.md', 'utf8');
const commands = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(BLOCK)].flatMap(([, block = '']) =>
    [...block.matchAll(COMMAND)].map(([whole, command = '', shown = '']) => ({
      page,
      whole,
      command,
      shown,
    })),
  ),
);

function run(command: string): string {
  const words = [...command.matchAll(WORD)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const child = spawnSync(process.execPath, ['bin/run.js', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return child.stdout;
}

describe('README', () => {
  it('shows commands with their output', () => {
    expect(commands.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(5);
  });

  it('shows a rule test that holds, beside our fixtures and rules', () => {
    const [, shown = ''] = /```yaml\n(capture:[\s\S]*?)```/.exec(README) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'tiercel-readme-'));
    try {
      for (const name of ['fixtures', 'rules']) {
        symlinkSync(resolve(name), join(folder, name));
      }
      mkdirSync(join(folder, 'tests'));
      writeFileSync(join(folder, 'tests', 'exam.test.yaml'), shown);
      const words = [resolve('bin/run.js'), 'test', 'tests', '--update'];
      const { status, stdout } = spawnSync(process.execPath, words, { cwd: folder });
      expect([status, stdout.toString()]).toEqual([0, expect.stringContaining('3 passed')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.each(PAGES.filter((name) => commands.some(({ page }) => page === name)))('%s', (name) => {
  it.each(commands.filter(({ page }) => page === name))(
    'shows what "tiercel $command" prints',
    ({ whole, command, shown }) => {
      const printed = run(command);
      expect(printed).not.toBe('');
      if (process.env['UPDATE_README'] === '1') {
        const now = readFileSync(name, 'utf8');
        writeFileSync(
          name,
          now.replace(whole, () => `$ tiercel ${command}\n${printed}`),
        );
      } else {
        expect(shown).toBe(printed);
      }
    },
  );
});
