/** The program in one file, with code made ahead: the same program, and never needed. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packRuleSet, unpackRuleSet } from '../../src/rules/packed.js';
import { loadRules, readRulesFiles } from '../../src/rules/index.js';

const ROOT = join(import.meta.dirname, '../..');
/** A copy of the program that may be damaged. */
const copy = mkdtempSync(join(tmpdir(), 'tiercel-bundle-'));
const BUNDLE = join(copy, 'dist/bundle');

function tiercel(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, 'bin/run.js'), ...words],
    { encoding: 'utf8', cwd: copy },
  );
  return { status, out: stdout, err: stderr };
}

type Answer = ReturnType<typeof tiercel>;

const analysis = (): Answer => tiercel('analyze', 'fixtures/app-write.scap', '--no-store');

/** What commands of each kind print: those that ask rules, those that do not, help, mistakes. */
function answers(): readonly Answer[] {
  return [
    analysis(),
    tiercel('events', 'fixtures/app-write.scap', 'evt.type=execve', '--limit', '3'),
    tiercel('events', 'fixtures/app-write.scap', 'spawned_process', '--limit', '3'),
    tiercel('analyze', 'fixtures/app-write.scap', '--no-store', '--filter', 'open_write'),
    tiercel('test', 'fixtures/app-write.test.yaml'),
    tiercel('rules', '--help'),
    tiercel('analyze', '--help'),
    tiercel('--version'),
    tiercel('analyze', 'fixtures/app-write.scap', '--filtr', 'x'),
    tiercel('rules', 'chek', 'rules'),
  ];
}

const fileNamed = (end: RegExp): string =>
  join(BUNDLE, readdirSync(BUNDLE).find((name) => end.test(name)) ?? 'missing');

describe('the bundle', () => {
  let plain: readonly Answer[];

  beforeAll(() => {
    for (const name of ['bin', 'dist', 'deploy', 'rules', 'package.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    for (const name of ['node_modules', 'fixtures']) {
      symlinkSync(join(ROOT, name), join(copy, name));
    }
    rmSync(BUNDLE, { recursive: true, force: true });
    plain = answers();
  });

  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  it('is made by the build, with code and rules', () => {
    const made = spawnSync(process.execPath, [join(copy, 'deploy/bundle.mjs')], {
      encoding: 'utf8',
    });
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(readdirSync(BUNDLE).sort()).toEqual([
      'LICENSES.txt',
      'rules.json',
      'tiercel.cjs',
      `tiercel.cjs.${process.version}-${process.arch}`,
    ]);
  });

  it('answers as the modules do that it is made of', () => {
    expect(plain.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 2]); // prettier-ignore
    expect(answers()).toEqual(plain);
  });

  it.each([
    ['code that was cut short', /^tiercel\.cjs\.v/, (whole: Buffer) => whole.subarray(0, 5000)],
    [
      'code of another version',
      /^tiercel\.cjs\.v/,
      (whole: Buffer) => Buffer.alloc(whole.length, 7),
    ],
    ['no code', /^tiercel\.cjs\.v/, () => Buffer.alloc(0)],
    ['rules that are no JSON', /^rules\.json$/, (whole: Buffer) => whole.subarray(0, -9)],
    [
      'rules of other files',
      /^rules\.json$/,
      () => Buffer.from('{"rules":[],"idle":[],"files":[]}'),
    ],
  ])('does without %s', (_, name, damage) => {
    const path = fileNamed(name);
    const whole = readFileSync(path);
    writeFileSync(path, damage(whole));
    expect(analysis()).toEqual(plain[0]);
    writeFileSync(path, whole);
  });

  it('does not know rules that were changed since', () => {
    const path = join(copy, 'rules/syscalls.yaml');
    const name =
      readdirSync(join(copy, 'rules')).find((each) => /^[a-z_]+\.yaml$/.test(each)) ?? '';
    writeFileSync(
      path,
      `- rule: Added afterwards
  desc: A rule that the bundle does not know.
  condition: evt.type = execve
  output: "added %proc.name"
  priority: NOTICE
`,
    );
    const { out } = tiercel('analyze', 'fixtures/app-write.scap', '--no-store', '--match', 'all');
    expect(name).not.toBe('');
    expect(out).toContain('added ');
    rmSync(path);
  });
});

describe('a packed rule set', () => {
  const folder = join(ROOT, 'rules');
  const inputs = readRulesFiles([folder]);
  const { ruleSet } = loadRules(inputs);
  if (ruleSet === undefined) {
    throw new Error('the shipped rules do not load');
  }

  it('is the rule set that was packed', () => {
    expect(unpackRuleSet(packRuleSet(ruleSet, folder), inputs, folder)).toEqual(ruleSet);
  });

  it('may have moved', () => {
    const there = inputs.map((input) => ({
      ...input,
      path: input.path.replace(folder, '/elsewhere "x"'),
    }));
    const moved = unpackRuleSet(packRuleSet(ruleSet, folder), there, '/elsewhere "x"');
    expect(moved?.rules[0]?.at.file).toMatch(/^\/elsewhere "x"\/\w+\.yaml$/);
    expect(JSON.stringify(moved)).not.toContain(folder);
  });

  it('stands for its own files only', () => {
    const text = packRuleSet(ruleSet, folder);
    const changed = inputs.map((input, at) => (at === 0 ? { ...input, sha256: '00' } : input));
    expect(unpackRuleSet(text, changed, folder)).toBe(undefined);
    expect(unpackRuleSet(text, inputs.slice(1), folder)).toBe(undefined);
    expect(unpackRuleSet(text, [...inputs].reverse(), folder)).toBe(undefined);
  });
});
