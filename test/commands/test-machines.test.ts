/** What `tiercel test` tells machines: JSON, JUnit, GitHub; and that it is the same everywhere. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planTests } from '../../src/investigation/tests/plan.js';
import { PACKAGES, PASSING, PLAIN_RULES, Repository } from './repository.js';
import { PROGRAM } from './run.js';
import { parseXml } from './xml.js';

const repo = new Repository();

describe('output for machines', () => {
  /** An attacker's name, as a container's and as part of a rule's. */
  const HOSTILE = '</failure>]]>\n::error::forged\n##[error]forged\u001b[2J<x a="b">&';
  beforeEach(() => {
    repo.scene('captures/a.scap', { containerName: HOSTILE, runs: 2 });
    repo.put(
      'rules/rules.yaml',
      `${PLAIN_RULES.replace('%container.id)', '%container.name)')}\n- rule: "::error::forged rule"\n  desc: x\n` +
        '  condition: evt.type = execve\n  output: "##[error] %container.name"\n  priority: INFO\n',
    );
    repo.put('tests/pass.test.yaml', `${PASSING}snapshot: alerts.jsonl\n`);
  });

  it('is one JSON object a test', async () => {
    const { out, code } = await repo.run('tests', '-f', 'json');
    expect(code).toBe(1);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      test: 'tests/pass.test.yaml',
      result: 'failed',
      alert_count: 6,
      snapshot: { path: 'tests/alerts.jsonl', is_missing: true, is_rewritten: false },
      mistakes: [],
      damage: [],
    });
    expect(report['expectations']).toMatchObject([
      { rule: PACKAGES, outcome: 'failed', found: 0, line: 5, near_misses: [{ field: 'container.name' }, {}] },
      { rule: 'Anything executed', outcome: 'passed', found: 2, line: 8 },
      { rule: '::error::forged rule', outcome: 'failed', line: null, came: [{}, {}].map(() => expect.any(String) as string) },
    ]); // prettier-ignore
  });

  it('is JUnit as CI servers read it', async () => {
    repo.put('tests/bad.test.yaml', 'capture: [');
    expect((await repo.run('tests', '--junit', 'report.xml')).code).toBe(2);
    const report = readFileSync(repo.path('report.xml'), 'utf8');
    const root = parseXml(report);
    expect([root.name, root.attributes['tests'], root.attributes['failures']]).toEqual([
      'testsuites',
      '5',
      '3',
    ]);
    expect(root.attributes['errors']).toBe('1');
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
      'tests/bad.test.yaml',
      'tests/pass.test.yaml',
    ]);
    for (const suite of root.children) {
      expect(suite.name).toBe('testsuite');
      const parts = suite.children.flatMap(({ children }) => children.map(({ name }) => name));
      expect(suite.attributes).toMatchObject({
        tests: String(suite.children.length),
        failures: String(parts.filter((name) => name === 'failure').length),
        errors: String(parts.filter((name) => name === 'error').length),
        skipped: '0',
      });
      const names = suite.children.map(({ attributes }) => attributes['name']);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, attributes, children } of suite.children) {
        expect(name).toBe('testcase');
        expect(attributes).toEqual({
          classname: suite.attributes['name'],
          name: attributes['name'],
        });
        for (const part of children) {
          expect(part.name).toMatch(/^(?:failure|error|system-out)$/);
          expect(part.name === 'system-out' || part.attributes['message'] !== undefined).toBe(true);
          expect(report).not.toMatch(new RegExp(`</?${part.name}[^>]*></${part.name}>`));
        }
      }
    }
    expect(report).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });

  it('has a case for a test that is clean, and no times', async () => {
    repo.put(
      'tests/pass.test.yaml',
      'capture: ../captures/b.scap\nrules: ../rules/rules.yaml\nunexpected: ignore\n',
    );
    const { out } = await repo.run('tests', '--junit', '-');
    expect(parseXml(out).attributes['tests']).toBe('1');
    expect(out).toContain('name="no alerts"/>');
    expect(out).not.toContain('time=');
  });

  it('is JUnit and nothing else on stdout where the report is "-"', async () => {
    const { out, err } = await repo.run('tests', '--junit', '-');
    expect(parseXml(out).name).toBe('testsuites');
    expect(err).toContain('Test files    0 passed, 1 failed');
  });

  it('is never written over another report without --force, nor over what is tested', async () => {
    repo.put('report.xml', 'mine');
    const refused = await repo.run('tests', '--junit', 'report.xml');
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('OUTPUT_EXISTS');
    expect(readFileSync(repo.path('report.xml'), 'utf8')).toBe('mine');
    expect((await repo.run('tests', '--junit', 'report.xml', '--force')).code).toBe(1);
    for (const path of ['captures/a.scap', 'rules/rules.yaml', 'tests/pass.test.yaml']) {
      const own = await repo.run('tests', '--junit', path, '--force');
      expect([own.code, own.err]).toEqual([2, expect.stringContaining('OUTPUT_IS_EVIDENCE')]);
    }
  });

  it('is annotations in a GitHub workflow, and no name is a command there', () => {
    repo.put('tests/bad.test.yaml', 'capture: [');
    const { stdout } = repo.runIn({ GITHUB_ACTIONS: 'true' }, 'tests');
    const commands = stdout.split('\n').filter((line) => line.trimStart().startsWith('::'));
    expect(
      commands.map((line) => /^::(\w+) file=([^,]+),line=(\d+)::/.exec(line)?.slice(1)),
    ).toEqual([
      ['error', 'tests/bad.test.yaml', '1'],
      ['error', 'tests/pass.test.yaml', '5'],
      ['error', 'tests/pass.test.yaml', '1'],
      ['error', 'tests/pass.test.yaml', '1'],
    ]);
    expect(commands[1]).toContain(`${PACKAGES}: expected exactly 2 where `);
    expect(commands[1]).toContain('%0Anearly: container.name is');
    expect(stdout.replaceAll(/^::error .*$/gm, '')).not.toContain('##[');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(repo.runIn({}, 'tests').stdout).not.toMatch(/^\s*::/m);
  });

  it('names files from the top of the repository, wherever the step runs', () => {
    const { stdout } = repo.runIn(
      { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: repo.path('..') },
      'tests',
    );
    const name = repo.folder.slice(repo.folder.lastIndexOf('/') + 1);
    expect(stdout).toContain(`::error file=${name}/tests/pass.test.yaml,line=5::`);
  });
});

describe('the same tests', () => {
  it('give the same bytes, whatever the number of cores, the order of arguments and the place', () => {
    for (let at = 0; at < 6; at += 1) {
      const own = PASSING.replace('a.scap', at % 2 === 0 ? 'a.scap' : '*.scap');
      repo.put(`tests/${at}.test.yaml`, own);
      repo.scene(`captures/more-${at}.scap`, { runs: 1 + at });
    }
    const all = repo.runIn({}, 'tests', '--junit', 'one.xml');
    const again = repo.runIn({}, 'tests/5.test.yaml', 'tests', './tests', '--junit', 'two.xml');
    expect(again.stdout).toBe(all.stdout);
    expect(readFileSync(repo.path('two.xml'))).toEqual(readFileSync(repo.path('one.xml')));
    const elsewhere = `${repo.folder}-moved`;
    renameSync(repo.folder, elsewhere);
    repo.folder = elsewhere;
    expect(repo.runIn({}, 'tests').stdout).toBe(all.stdout);
    if (spawnSync('taskset', ['-c', '0', 'true']).status === 0) {
      const oneCore = spawnSync(
        'taskset',
        ['-c', '0', process.execPath, PROGRAM, 'test', 'tests'],
        { cwd: repo.folder, encoding: 'utf8' },
      );
      expect(oneCore.stdout).toBe(all.stdout);
    }
    rmSync(repo.folder, { recursive: true });
  });

  it('replay a capture once for each set of rules, however many tests name it', async () => {
    repo.put('tests/other.test.yaml', PASSING.replace('user.name: root', 'proc.pid: 300'));
    repo.put('tests/both.test.yaml', PASSING.replace('a.scap', '*.scap'));
    repo.put('rules/more.yaml', '- list: nothing\n  items: []\n');
    const more = PASSING.replace(
      '../rules/rules.yaml',
      '[../rules/rules.yaml, ../rules/more.yaml]',
    );
    repo.put('tests/rules.test.yaml', more);
    const names = ['pass', 'other', 'both', 'rules'];
    const plan = await planTests(names.map((name) => repo.path(`tests/${name}.test.yaml`)));
    expect(plan.tests.map(({ jobs }) => jobs)).toEqual([[0], [0], [0, 1], [2]]);
    expect(plan.jobs).toHaveLength(3);
    expect(plan.jobs[0]?.fields).toContain('proc.pid');
  });
});

describe("README's workflow", () => {
  const text = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, block = ''] = /```yaml\n(# \.github[\s\S]*?)```/.exec(text) ?? [];
  const workflow = parse(block) as {
    permissions: unknown;
    jobs: { test: { steps: readonly { uses?: string; run?: string }[] } };
  };
  const { steps } = workflow.jobs.test;

  it('pins every action to a commit, asks for no right to write, and installs from the lock file', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(1);
    for (const action of actions) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(steps.map(({ run: command }) => command)).toContain('npm ci');
  });

  it('runs commands that pass in a repository that is laid out so, and write the report', () => {
    repo.put('tests/pass.test.yaml', PASSING.replace('../captures/', ''));
    renameSync(repo.path('captures/a.scap'), repo.path('tests/a.scap'));
    const commands = steps.flatMap(({ run: command }) => command ?? []);
    for (const command of commands.filter((each) => each.startsWith('npx tiercel '))) {
      const own = command.replace('npx tiercel', `"${process.execPath}" "${PROGRAM}"`);
      const { status, stderr } = spawnSync('sh', ['-c', own], {
        cwd: repo.folder,
        encoding: 'utf8',
      });
      expect([command, status, stderr]).toEqual([command, 0, '']);
    }
    expect(existsSync(repo.path('report.xml'))).toBe(true);
  });
});
