/**
 * README is true: every `console` block is run, and prints what it shows (stdout). Run with UPDATE_README=1 to
 * write what came.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const BLOCK = /```console\n\$ tiercel (.*)\n([\s\S]*?)```/g;
const WORD = /'([^']*)'|(\S+)/g;
const text = readFileSync('README.md', 'utf8');
const blocks = [...text.matchAll(BLOCK)].map(([whole, command = '', shown = '']) => ({
  whole,
  command,
  shown,
}));

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
    expect(blocks.length).toBeGreaterThan(5);
  });

  it('shows a rule test that holds, beside our fixtures and rules', () => {
    const [, shown = ''] = /```yaml\n(capture:[\s\S]*?)```/.exec(text) ?? [];
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

  it.each(blocks)('shows what "tiercel $command" prints', ({ whole, command, shown }) => {
    const printed = run(command);
    expect(printed).not.toBe('');
    if (process.env['UPDATE_README'] === '1') {
      const now = readFileSync('README.md', 'utf8');
      const block = `\`\`\`console\n$ tiercel ${command}\n${printed}\`\`\``;
      writeFileSync(
        'README.md',
        now.replace(whole, () => block),
      );
    } else {
      expect(shown).toBe(printed);
    }
  });
});
