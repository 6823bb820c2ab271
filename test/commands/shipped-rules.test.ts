/** `default` stands for the shipped rules wherever rules are named, and filters of `events` know their macros without it. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';

const FIRST = join(import.meta.dirname, '../../fixtures/first.scap');
const OVERRIDE = `- rule: Launch Package Management Process in Container
  enabled: false
  override: { enabled: replace }
- rule: Mine
  desc: A macro of the shipped rules, in a rule of one's own.
  condition: spawned_process and container and shell_procs
  output: mine %proc.name
  priority: NOTICE
`;

const folder = scratchFolder();
const mine = put(folder, 'mine.yaml', OVERRIDE);
copyFileSync(FIRST, join(folder, 'first.scap'));

/** How often each rule fired. */
async function fired(...rules: string[]): Promise<Readonly<Record<string, number>>> {
  const named = rules.flatMap((rule) => ['-r', rule]);
  const { out, err, code } = await tiercel(folder, ['analyze', 'first.scap', ...named, '--no-store', '--match', 'all', '-f', 'json']); // prettier-ignore
  expect(code, err).toBe(0);
  const counts: Record<string, number> = {};
  for (const line of out.trimEnd().split('\n')) {
    const { rule } = JSON.parse(line) as { rule: string };
    counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

describe('analyze -r default', () => {
  it('is what no -r is', async () => {
    expect(await fired('default')).toEqual(await fired());
  });

  it('loads the shipped rules before those that change them, in the order of the flags', async () => {
    const others = Object.entries(await fired()).filter(
      ([rule]) => rule !== 'Launch Package Management Process in Container',
    );
    expect(await fired('default', mine)).toEqual({ ...Object.fromEntries(others), Mine: 2 });
  });

  it('answers what the rules alone lack with itself', async () => {
    const { code, err } = await tiercel(folder, [
      'analyze',
      'first.scap',
      '-r',
      mine,
      '--no-store',
    ]);
    expect(code).toBe(2);
    expect(err).toContain('-r default');
  });

  it('means a file of that name where it is written as a path', async () => {
    put(
      folder,
      'default',
      OVERRIDE.slice(OVERRIDE.indexOf('- rule: Mine')).replace(
        'spawned_process and container and shell_procs',
        'evt.type = execve',
      ),
    );
    expect(Object.keys(await fired('./default'))).toEqual(['Mine']);
  });
});

describe('a test file whose rules are default', () => {
  const test = (rules: string, expectation: string): string =>
    `capture: ../first.scap\nrules: ${rules}\nmatch: all\nunexpected: ignore\nexpect:\n  - ${expectation}\n`;
  mkdirSync(join(folder, 'tests'));

  it('has the shipped rules, and its own after them', async () => {
    put(folder, 'tests/mine.test.yaml', test('[default, ../mine.yaml]', '{ rule: Mine, exactly: 2 }\n  - { rule: Launch Package Management Process in Container, exactly: 0 }')); // prettier-ignore
    put(
      folder,
      'tests/shipped.test.yaml',
      test('default', '{ rule: Write below etc, exactly: 2 }'),
    );
    const { code, out, err } = await tiercel(folder, ['test', 'tests']);
    expect(code, out + err).toBe(0);
  });

  it('means a file of that name where it is written as a path', async () => {
    put(folder, 'tests/path.test.yaml', test('./default', '{ rule: Own, at_least: 1 }'));
    put(
      folder,
      'tests/default',
      readFileSync(join(folder, 'default'), 'utf8').replace('- rule: Mine', '- rule: Own'),
    );
    for (const [cwd, path] of [
      [folder, 'tests/path.test.yaml'],
      [join(folder, 'tests'), 'path.test.yaml'],
    ] as const) {
      const { code, out, err } = await tiercel(cwd, ['test', path]);
      expect(code, out + err).toBe(0);
    }
  });
});

describe('a filter of events', () => {
  it.each(['shell_procs', 'spawned_process and not container', 'proc.name in (shell_binaries)'])(
    'knows the macros and lists of the shipped rules: %s',
    async (filter) => {
      const { code, out, err } = await tiercel(folder, [
        'events',
        'first.scap',
        filter,
        '-p',
        '%evt.num',
      ]);
      expect(code, err).toBe(0);
      expect(out).not.toBe('');
    },
  );

  it('means with a macro what the rule of that macro means', async () => {
    const [macro, written] = await Promise.all(
      ['spawned_process', 'evt.type in (execve, execveat) and evt.rawres = 0'].map((filter) =>
        tiercel(folder, ['events', 'first.scap', filter]),
      ),
    );
    expect(macro?.out).toBe(written?.out);
  });

  it('has only the macros of -r where there is one, or those of default beside them', async () => {
    const own = put(folder, 'own.yaml', '- macro: a_shell\n  condition: proc.name = sh\n');
    const events = (...args: string[]) => tiercel(folder, ['events', 'first.scap', ...args]);
    expect((await events('a_shell', '-r', own)).code).toBe(0);
    expect((await events('a_shell and spawned_process', '-r', 'default', '-r', own)).code).toBe(0);
    expect(await events('spawned_process', '-r', own)).toMatchObject({ code: 2, out: '' });
  });
});
