/** Every example in a command's help works as it stands. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.js';
import { PROGRAM, put, scratchFolder } from '../commands/run.js';
import { RULES, writeScene } from '../commands/scene.js';

/** Recording needs a kernel and privileges; test/recorder runs it. */
const NEEDS_A_KERNEL = new Set(['record']);

const folder = scratchFolder();

const EXAMPLES = Object.entries(COMMANDS).flatMap(([id, command]) => {
  const { examples = [] } = command as { examples?: readonly unknown[] };
  return examples.map((example) => {
    const line = typeof example === 'string' ? example : (example as { command: string }).command;
    return [id, line] as const;
  });
});

beforeAll(() => {
  writeScene(join(folder, 'capture.scap'));
  const shell = RULES.replace('Anything executed', 'Terminal shell in container');
  put(folder, 'falco_rules.yaml', shell);
  put(folder, 'falco_rules.local.yaml', '- list: extra\n  items: [a]\n');
  put(folder, 'my_rules.yaml', RULES);
  mkdirSync(join(folder, 'rules/tests'), { recursive: true });
  put(
    folder,
    'rules/tests/scene.test.yaml',
    'capture: ../../capture.scap\nrules: ../../my_rules.yaml\nunexpected: ignore\n' +
      'expect:\n  - rule: Anything executed\n    exactly: 1\n',
  );
  for (const match of ['first', 'all']) {
    const words = ['-r', 'my_rules.yaml', '--match', match, '-f', 'none']; // two runs to compare
    spawnSync(process.execPath, [PROGRAM, 'analyze', 'capture.scap', ...words], { cwd: folder });
  }
  mkdirSync(join(folder, 'captures'));
  writeScene(join(folder, 'captures/node-1.scap'));
  const hunt = ['hunt', 'local', 'captures', '--results', 'results'];
  spawnSync(process.execPath, [PROGRAM, ...hunt], { cwd: folder });
});

describe('help', () => {
  it('has an example for every command, and a summary', () => {
    const without = Object.entries(COMMANDS)
      .filter(([id]) => !EXAMPLES.some(([of]) => of === id))
      .map(([id]) => id);
    expect(without).toEqual([]);
    for (const [id, command] of Object.entries(COMMANDS)) {
      expect((command as { summary?: string }).summary, id).toMatch(/\.$/);
    }
  });

  it.each(EXAMPLES.filter(([id]) => !NEEDS_A_KERNEL.has(id)))('%s: %s', (_id, line) => {
    const command = line.replaceAll('<%= config.bin %>', `"${process.execPath}" "${PROGRAM}"`);
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  });
});
