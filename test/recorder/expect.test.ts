/** `tiercel record --expect`: a recording, and a test that expects what fired in it. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeFolder, tiercelIn, whyNoProgram, whyNotHere } from './support.js';

// what takes a second or two takes much longer on a busy machine
vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
afterAll(() => {
  folder.remove();
});

const RULES = `- rule: Marker read
  desc: a marker file is opened
  condition: evt.type in (open, openat, openat2) and fd.name endswith /marker and evt.is_open_read=true
  output: "%proc.cmdline"
  priority: WARNING
- rule: Never
  desc: nothing is called so
  condition: evt.type=execve and proc.name=nothing-is-called-so
  output: "%proc.cmdline"
  priority: WARNING
`;

describe.skipIf(reason !== undefined)(
  `record --expect${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const record = (...args: readonly string[]): ReturnType<typeof tiercel> =>
      tiercel('record', '-w', 'made/a.scap', '--expect', 'tests/a.test.yaml', ...args);
    const work = ['--only-command', '--', 'sh', '-c', 'cat marker marker; cat marker'] as const;

    it('writes a test file beside which "tiercel test" passes', () => {
      mkdirSync(join(folder.path, 'made'));
      mkdirSync(join(folder.path, 'tests'));
      writeFileSync(join(folder.path, 'rules.yaml'), RULES);
      writeFileSync(join(folder.path, 'marker'), '');
      const run = record('-r', 'rules.yaml', ...work);
      expect(run.stderr).toContain(
        'tests/a.test.yaml: 1 rule fired, 3 alerts; "tiercel test tests/a.test.yaml" expects exactly these',
      );
      expect(run.status).toBe(0);
      const path = join(folder.path, 'tests/a.test.yaml');
      expect(readFileSync(path, 'utf8')).toBe(
        '# What fired when the capture was recorded; any other rule that fires is a failure.\n' +
          'capture: ../made/a.scap\nrules:\n  - ../rules.yaml\nmatch: all\n' +
          'expect:\n  - rule: Marker read\n    exactly: 3\nunexpected: fail\n',
      );
      expect(statSync(path).mode & 0o777).toBe(0o644);
      expect(statSync(join(folder.path, 'made/a.scap')).mode & 0o777).toBe(0o600);
      const test = tiercel('test', 'tests');
      expect(test.stdout).toContain('ok   Marker read: expected exactly 3');
      expect(test.status).toBe(0);
    });

    it('never replaces a test without --force, and tells so before recording', () => {
      const before = readFileSync(join(folder.path, 'made/a.scap'));
      const run = record(...work);
      expect(run.stderr).toContain('OUTPUT_EXISTS');
      expect(run.status).toBe(2);
      expect(readFileSync(join(folder.path, 'made/a.scap')).equals(before)).toBe(true);
    });

    it('uses the rules that ship with the program where none are given', () => {
      const run = record('--force', '--only-command', '--', 'cat', '/etc/shadow');
      expect(run.status).toBe(0);
      const text = readFileSync(join(folder.path, 'tests/a.test.yaml'), 'utf8');
      expect(text).not.toContain('rules:');
      expect(text).toContain('  - rule: Read sensitive file untrusted\n    exactly: 1\n');
      expect(tiercel('test', 'tests').status).toBe(0);
    });

    it('expects silence of a recording in which nothing fired', () => {
      const run = record('--force', '-r', 'rules.yaml', '--only-command', '--', 'true');
      expect(run.status).toBe(0);
      const text = readFileSync(join(folder.path, 'tests/a.test.yaml'), 'utf8');
      expect(text).toContain('expect: []\n');
      expect(tiercel('test', 'tests').status).toBe(0);
    });

    it.each([
      ['a name that no test has', 'a.yaml', [], 'EXPECT_NAME'],
      ['a folder that is not there', 'nowhere/a.test.yaml', [], 'OUTPUT_UNWRITABLE'],
      ['rules that are not there', 'b.test.yaml', ['-r', 'nothing.yaml'], 'RULES_FILE'],
    ])('tells %s before anything is recorded', (_why, name, more, code) => {
      const run = tiercel('record', '-w', 'b.scap', '--expect', name, ...more, '--', 'true');
      expect(run.stderr).toContain(`Code: ${code}`);
      expect(run.status).toBe(2);
      expect(existsSync(join(folder.path, 'b.scap'))).toBe(false);
    });
  },
);

describe.runIf(reason !== undefined)('record --expect', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
