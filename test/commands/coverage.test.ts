/** `rules coverage`, as a user runs it: one run that is looked at in all its forms, and what is refused. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../schemas/validate.js';
import { put, scratchFolder, tiercel, type Outcome } from './run.js';
import { writeScene } from './scene.js';

const folder = scratchFolder();

/** A name that would be a line, a command to a terminal and to GitHub's runner, and a field of LCOV. */
const HOSTILE = 'Seen, "100%"\u001b[31m\u202e##[error]';

const RULES = `
- list: managers
  items: [apk, dnf]
- list: editors
  items: [vi]
- macro: runs
  condition: evt.type in (execve, execveat)
- macro: unused
  condition: evt.type = kill
- rule: ${JSON.stringify(HOSTILE)}
  desc: d
  condition: runs and proc.name in (managers) and not proc.args contains del
  output: x
  priority: INFO
  tags: [T1059, T1059.004]
  exceptions:
    - name: quiet
      fields: [proc.name]
      values:
        - [dnf]
- rule: Silent
  desc: d
  condition: runs and proc.name = APK
  output: x
  priority: INFO
  tags: [T1105]
- rule: Other type
  desc: d
  condition: evt.type = ptrace and proc.name in (editors)
  output: x
  priority: INFO
- rule: Off
  desc: d
  condition: runs
  enabled: false
  output: x
  priority: INFO
`;

interface CoverageJson {
  readonly rules_enabled: number;
  readonly rules_fired: number;
  readonly outcomes: { readonly seen: number; readonly all: number };
  readonly rules: readonly {
    readonly name: string;
    readonly fired: number;
    readonly is_enabled: boolean;
    readonly deciding: { readonly text: string } | null;
    readonly exceptions: readonly { readonly name: string; readonly took: number }[];
  }[];
  readonly comparisons: readonly {
    readonly text: string;
    readonly asked: number;
    readonly true: number;
    readonly false: number;
    readonly role: string;
    readonly is_never_true: boolean;
  }[];
  readonly lists: readonly { readonly name: string; readonly unmatched_items: string[] }[];
  readonly unused_macros: readonly { readonly name: string }[];
}

beforeAll(() => {
  writeScene(join(folder, 'a.scap'), { runs: 2 });
  writeScene(join(folder, 'b.scap'), { argument: 'del' });
  put(folder, 'rules.yaml', RULES);
  mkdirSync(join(folder, 'tests'));
  const head = 'rules: ../rules.yaml\nunexpected: ignore\nexpect: []\n';
  put(folder, 'tests/a.test.yaml', `capture: ../a.scap\n${head}`);
  put(folder, 'tests/b.test.yaml', `capture: [../a.scap, ../b.scap]\n${head}`);
});

const run = (...args: readonly string[]): Promise<Outcome> =>
  tiercel(folder, ['rules', 'coverage', ...args]);

describe('rules coverage', () => {
  let report: CoverageJson;
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await run('tests', '-f', 'json', '--lcov', 'x.info', '--navigator', 'x.json');
    report = JSON.parse(outcome.out) as CoverageJson;
  });

  it('replays each capture once for each set of rules, and counts events at which rules are true', () => {
    expect([outcome.code, outcome.err]).toEqual([0, '']);
    expect(report.rules.map(({ name, fired }) => [name, fired])).toEqual([
      ['Other type', 0],
      ['Silent', 0],
      [HOSTILE, 2],
      ['Off', 0],
    ]);
    expect([report.rules_fired, report.rules_enabled]).toEqual([1, 3]);
  });

  it('names the part that nothing passed', () => {
    expect(report.rules.map(({ deciding }) => deciding?.text)).toEqual([
      'evt.type = ptrace',
      'proc.name = APK',
      undefined,
      undefined,
    ]);
  });

  it('says of each comparison how often it was true and false', () => {
    const counts = report.comparisons.map((each) => [each.text, each.asked, each.true, each.false]);
    expect(counts).toContainEqual(['proc.args contains del', 3, 1, 2]);
    expect(counts).toContainEqual(['proc.name = APK', 3, 0, 3]);
    expect(counts).toContainEqual(['evt.type = ptrace', 0, 0, 0]);
    const never = report.comparisons.filter((each) => each.is_never_true);
    expect(never.map(({ text, role }) => [text, role])).toEqual([
      ['proc.name = dnf', 'allowance'],
      ['proc.name = APK', 'needed'],
    ]);
  });

  it('names exceptions that took nothing, items that never matched, and macros without a rule', () => {
    expect(report.rules.flatMap(({ exceptions }) => exceptions)).toMatchObject([
      { name: 'quiet', took: 0 },
    ]);
    expect(report.lists.map(({ name, unmatched_items: items }) => [name, items])).toEqual([
      ['managers', ['dnf']],
      ['editors', ['vi']],
    ]);
    expect(report.unused_macros.map(({ name }) => name)).toEqual(['unused']);
  });

  it('writes LCOV with relative paths, names of one line without a comma, and "-" for what was never asked', () => {
    const lcov = readFileSync(join(folder, 'x.info'), 'utf8');
    const lines = lcov.split('\n');
    expect(lines[1]).toBe('SF:rules.yaml');
    expect(lines).toContain('FN:10,Seen%2C "100%25"%1B[31m%E2%80%AE##[error]');
    expect(lines).toContain('FNDA:2,Seen%2C "100%25"%1B[31m%E2%80%AE##[error]');
    expect(lines).toContain('FNF:3');
    expect(lines).toContain('BRDA:23,0,0,0');
    expect(lines).toContain('BRDA:23,0,1,3');
    expect(lines).toContain('BRDA:29,1,0,-');
    expect(lines).toContain('DA:23,3');
    expect(lcov).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(statSync(join(folder, 'x.info')).mode & 0o777).toBe(0o600);
  });

  const genhtml = spawnSync('sh', ['-c', 'command -v genhtml']).status === 0;
  it.skipIf(!genhtml)(`goes through genhtml without a warning${genhtml ? '' : ': lcov is not installed'}`, () => {
    const args = ['--branch-coverage', '-o', 'html', 'x.info'];
    const { status, stdout, stderr } = spawnSync('genhtml', args, {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).not.toMatch(/warning|error|ignor/i);
    expect(stdout).toMatch(/functions\.\.: 33\.3% \(1 of 3/);
    const { seen, all } = report.outcomes;
    expect(stdout).toContain(`(${seen} of ${all} branches)`);
  }); // prettier-ignore

  it('writes a layer that the ATT&CK Navigator reads: 50 covered, 100 proven', () => {
    const json = readFileSync(join(folder, 'x.json'), 'utf8');
    const { techniques } = JSON.parse(json) as {
      techniques: readonly { techniqueID: string; score: number; comment: string }[];
    };
    expect(faultsOf('navigator', json)).toEqual([]);
    expect(techniques.map(({ techniqueID, score }) => [techniqueID, score])).toEqual([
      ['T1059', 100],
      ['T1059.004', 100],
      ['T1105', 50],
    ]);
  });

  it('writes SARIF that fits its schema, with rules that never fired and parts that were never true', async () => {
    const { out } = await run('-r', 'rules.yaml', 'a.scap', '-f', 'sarif');
    expect(faultsOf('sarif', out)).toEqual([]);
    const { runs } = JSON.parse(out) as {
      runs: readonly { results: readonly { ruleId: string; message: { text: string } }[] }[];
    };
    expect(runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual([
      'rule-never-fired',
      'rule-never-fired',
      'comparison-never-true',
      'comparison-never-true',
      'comparison-never-true',
    ]);
  });

  it('is a page with the worst first, in which no name is a command, and which fails below a minimum', async () => {
    const { out, err, code } = await tiercel(
      folder,
      ['rules', 'coverage', 'tests', '--min', '50', '--min-branches', '101'],
      { env: { GITHUB_ACTIONS: 'true' } },
    );
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('0 to 100');
    const shown = await tiercel(
      folder,
      ['rules', 'coverage', 'tests', '--min', '50%', '--min-branches', '10'],
      { env: { GITHUB_ACTIONS: 'true' } },
    );
    expect(shown.code).toBe(1);
    expect(shown.err).toBe('Below --min: 33.3 % of enabled rules fired, and 50 % are wanted\n');
    expect(shown.out).toMatch(/^rules fired +1 of 3 +33\.3 % \(besides 1 disabled\)\n/);
    expect(shown.out).toMatch(
      /Never fired: 2\n.*"Silent" +3 events of its types: nothing passed proc\.name = APK\n.*"Other type" +no event of its types\n/,
    );
    expect(shown.out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]|##\[/);
  });

  it.each([
    [['a.scap'], 'COVERAGE_OF_EVIDENCE', '-r default'],
    [['nowhere'], 'NO_SUCH_FILE', 'nowhere'],
    [['tests', '--lcov', 'x.info'], 'OUTPUT_EXISTS', '--force'],
    [['tests', '--lcov', 'a.scap', '--force'], 'OUTPUT_IS_EVIDENCE', 'a.scap'],
  ])('refuses %j', async (args, code, says) => {
    const refused = await run(...args);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`Code: ${code}`);
    expect(refused.err).toContain(says);
  });

  it('counts what is right where a test is wrong or evidence is damaged, and says so', async () => {
    const bytes = readFileSync(join(folder, 'a.scap'));
    put(folder, 'cut.scap', bytes.subarray(0, bytes.length - 9));
    mkdirSync(join(folder, 'odd'), { recursive: true });
    put(folder, 'odd/a.test.yaml', 'capture: ../cut.scap\nrules: ../rules.yaml\nexpect: []\n');
    put(folder, 'odd/b.test.yaml', 'capture: ../gone.scap\nrules: ../rules.yaml\nexpect: []\n');
    const { out, err, code } = await run('odd');
    expect(code).toBe(2);
    expect(err).toContain('gone.scap');
    expect(err).toContain('Damage: cut.scap');
    expect(err).toContain('Notice: not all of it could be read');
    expect(out).toContain('rules fired');
  });
});
