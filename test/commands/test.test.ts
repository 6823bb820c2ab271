/** `tiercel test`, as the CI of a rules repository runs it: expectations, mistakes, snapshots. */
import { existsSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { PACKAGES, PASSING, PLAIN_RULES, Repository } from './repository.js';

const repo = new Repository();
/** The lines about a test, without the table. */
const body = (out: string): string => out.split('\n\n')[0] ?? '';

describe('expectations', () => {
  it('that hold are reported, and counted in a table', async () => {
    const { out, err, code } = await repo.run('tests');
    expect([err, code]).toEqual(['', 0]);
    expect(out).toBe(
      [
        'ok   tests/pass.test.yaml (4 alerts)',
        `  ok   ${PACKAGES}: expected exactly 2 where container.name=nginx and user.name=root and k8s.ns.name=team-blue`,
        '  ok   Anything executed: expected at least 1, at most 2',
        '',
        '┌──────────────────────┬────────┬────────┬────────┬────────┬────────┐',
        '│ test file            │ alerts │ passed │ warned │ failed │ result │',
        '├──────────────────────┼────────┼────────┼────────┼────────┼────────┤',
        '│ tests/pass.test.yaml │ 4      │ 2      │ 0      │ 0      │ ok     │',
        '└──────────────────────┴────────┴────────┴────────┴────────┴────────┘',
        'Test files    1 passed, 0 failed, 0 wrong',
        'Expectations  2 passed, 0 warned, 0 failed',
        '',
      ].join('\n'),
    );
  });

  it('that fail tell what was expected, what came, and what nearly did', async () => {
    repo.put(
      'tests/pass.test.yaml',
      `capture: ../captures/a.scap\nrules: ../rules/rules.yaml\nunexpected: warn\nexpect:\n` +
        `  - rule: ${PACKAGES}\n    exactly: 2\n    where: { container.name: httpd, proc.pid: 300 }\n`,
    );
    const { out, code } = await repo.run('tests');
    expect(code).toBe(1);
    expect(body(out)).toBe(
      [
        'FAIL tests/pass.test.yaml (4 alerts)',
        `  FAIL ${PACKAGES}: expected exactly 2 where container.name=httpd and proc.pid=300, found 0 of 2 alerts of the rule`,
        '       nearly: container.name is nginx, not httpd',
        '         2023-11-14T22:13:20.000001000Z Error Package management process launched (user=root command=apk add curl 090aad374a0a)',
        '  warn Anything executed: expected no alert (not named in this test), found 2',
        '       came: 2023-11-14T22:13:20.000001000Z Notice Executed apk',
        '       came: 2023-11-14T22:13:20.000004000Z Notice Executed apk',
      ].join('\n'),
    );
  });

  it('hold for the first rule only, with match: first', async () => {
    const first = `match: first\n${PASSING.replace('at_least: 1', 'exactly: 0').replace('    at_most: 2\n', '')}`;
    repo.put('tests/pass.test.yaml', first);
    expect((await repo.run('tests')).code).toBe(0);
  });

  it('hold over several captures, and over those of a glob, each once', async () => {
    for (const [capture, count] of [
      ['[../captures/a.scap, ../captures/b.scap]', 3],
      ['../captures/*.scap', 3],
      ['[../captures/?.scap, ../captures/a.scap]', 3],
      ['../**/b.sc*', 1],
    ] as const) {
      repo.put(
        'tests/pass.test.yaml',
        `capture: "${capture}"\n`.replace(/"(\[.*\])"/, '$1') +
          `rules: ../rules/rules.yaml\nunexpected: ignore\nexpect: [{rule: Anything executed, exactly: ${count}}]\n`,
      );
      const { out, code } = await repo.run('tests');
      expect([capture, code, out]).toEqual([capture, 0, out]);
    }
  });

  it('say where a rule is disabled', async () => {
    repo.put('tests/pass.test.yaml', `${PASSING}  - rule: Write below etc\n`);
    expect((await repo.run('tests')).out).toContain('found 0 (the rule is disabled)');
  });
});

describe('what is wrong', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a test file that is no YAML', 'capture: [', ['TEST_FILE_WRONG', 'tests/bad.test.yaml:1:11']],
    [
      'an unknown key',
      'capture: ../captures/a.scap\nexpekt: []',
      ['TEST_FILE_WRONG', 'tests/bad.test.yaml:2:1'],
    ],
    [
      'a capture that is not there',
      'capture: ../captures/none.scap',
      ['NO_SUCH_FILE', 'there is no capture captures/none.scap'],
    ],
    ['a glob that nothing fits', 'capture: ../captures/*.pcap', ['NO_SUCH_FILE']],
    [
      'a capture that is none',
      'capture: bad.test.yaml\nrules: ../rules/rules.yaml',
      ['tests/bad.test.yaml'],
    ],
    [
      'rules that are not there',
      'capture: ../captures/a.scap\nrules: none.yaml',
      ['tests/none.yaml', 'no such file'],
    ],
    [
      'a rule that is misspelt, though it must not fire',
      'capture: ../captures/a.scap\nrules: ../rules/rules.yaml\nexpect: [{rule: Writ below etc, exactly: 0}]',
      ['TEST_UNKNOWN_RULE', 'tests/bad.test.yaml:3', 'did you mean "Write below etc"?'],
    ],
    [
      'a field that is misspelt',
      'capture: ../captures/a.scap\nrules: ../rules/rules.yaml\nexpect:\n  - rule: Anything executed\n    where:\n      proc.nam: x',
      ['TEST_UNKNOWN_FIELD', 'tests/bad.test.yaml:6', 'did you mean "proc.name"?'],
    ],
    [
      'a field that only filters may use',
      'capture: ../captures/a.scap\nrules: ../rules/rules.yaml\nexpect: [{rule: Anything executed, where: {fd.ip: 1.2.3.4}}]',
      ['TEST_UNKNOWN_FIELD', 'fd.ip only works in filters'],
    ],
    [
      'a snapshot outside the folder',
      'capture: ../captures/a.scap\nsnapshot: ../rules/rules.yaml',
      ['TEST_FILE_WRONG', "is not inside the test's folder"],
    ],
  ];
  it.each(cases)(
    '%s is reported, exit code 2; the other tests still run',
    async (_what, text, told) => {
      repo.put('tests/bad.test.yaml', text);
      const { out, err, code } = await repo.run('tests', '--junit', 'report.xml');
      expect(code).toBe(2);
      for (const part of told) {
        expect(err).toContain(part);
      }
      expect(err.match(/Error: /g)).toHaveLength(1);
      expect(out).toContain('wrong tests/bad.test.yaml\n  FAIL ');
      expect(out).toContain('ok   tests/pass.test.yaml');
      expect(out + err).not.toContain(repo.folder); // the same bytes on every machine
      expect(readFileSync(repo.path('report.xml'), 'utf8')).toContain('<error message=');
    },
  );

  it('two mistakes of a test are both reported, wherever they are', async () => {
    repo.put(
      'tests/bad.test.yaml',
      'capture: [../captures/none.scap]\nrules: none.yaml\nexpekt: []\nmatch: some\nexpect: [{rule: [], exactly: -1}, {exactly: 1}]',
    );
    const { out, err, code } = await repo.run('tests/bad.test.yaml', '-f', 'json');
    expect(code).toBe(2);
    expect(err.match(/Error: /g)).toHaveLength(6);
    const { mistakes } = JSON.parse(out) as { mistakes: { code: string; where: string }[] };
    expect(mistakes.map(({ code: each }) => each)).toEqual([
      ...Array.from({ length: 4 }, () => 'TEST_FILE_WRONG'),
      'NO_SUCH_FILE',
      'RULES_FILE',
    ]);
    expect(mistakes.map(({ where }) => where).slice(0, 4)).toEqual([
      'tests/bad.test.yaml:3:1',
      'tests/bad.test.yaml:4:8',
      'tests/bad.test.yaml:5:10',
      'tests/bad.test.yaml:5:35',
    ]);
  });

  it('rules with a mistake are reported once for all tests that have them', async () => {
    repo.put('rules/rules.yaml', PLAIN_RULES.replace('proc.name = apk', 'proc.nme = apk'));
    repo.put('tests/more.test.yaml', PASSING);
    const { out, err, code } = await repo.run('tests');
    expect(code).toBe(2);
    expect(err.match(/Error: /g)).toHaveLength(1);
    expect(err).toContain('where: rules/rules.yaml:');
    expect(out).toContain('Test files    0 passed, 0 failed, 2 wrong');
  });

  it('a folder without tests, and a path that is not there', async () => {
    for (const [path, told] of [
      ['rules', 'NO_TEST_FILES'],
      ['nowhere', 'NO_SUCH_FILE'],
    ] as const) {
      const { out, err, code } = await repo.run(path);
      expect([out, code]).toEqual(['', 2]);
      expect(err).toContain(told);
    }
  });

  it('damage in a capture is reported beside the verdicts', async () => {
    const bytes = readFileSync(repo.path('captures/a.scap'));
    repo.put('captures/a.scap', bytes.subarray(0, -10));
    const { out, code } = await repo.run('tests');
    expect(out).toMatch(/ {2}damage: captures\/a\.scap: byte \d+: /);
    expect(code).toBe(0);
  });
});

describe('a snapshot', () => {
  const SNAPSHOT = 'tests/alerts.jsonl';
  const path = (): string => repo.path(SNAPSHOT);
  beforeEach(() => {
    repo.put('tests/pass.test.yaml', `${PASSING}snapshot: alerts.jsonl\n`);
  });

  it('that is not there fails; --update writes it; then it holds', async () => {
    const before = await repo.run('tests');
    expect([before.code, existsSync(path())]).toEqual([1, false]);
    expect(before.out).toContain('FAIL snapshot alerts.jsonl is not there (--update writes it)');
    const update = await repo.run('tests', '--update');
    expect(update.code).toBe(0);
    expect(update.out).toContain('new  snapshot alerts.jsonl: 4 alerts written');
    const lines = readFileSync(path(), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      time: '2023-11-14T22:13:20.000001000Z',
      rule: PACKAGES,
      fields: { 'container.id': '090aad374a0a' },
    });
    expect((await repo.run('tests')).code).toBe(0);
  });

  it('that differs shows what changed, in a failure and in an update', async () => {
    await repo.run('tests', '--update');
    const before = readFileSync(path(), 'utf8');
    repo.put('rules/rules.yaml', PLAIN_RULES.replace('Executed %proc.name', 'Ran %proc.name'));
    const changes = [
      /^ {7}- \{.*"output":"Executed apk"/m,
      /^ {7}\+ \{.*"output":"Ran apk"/m,
      /snapshot alerts\.jsonl: 4 lines differ/,
    ];
    const failure = await repo.run('tests');
    expect([failure.code, readFileSync(path(), 'utf8')]).toEqual([1, before]);
    const update = await repo.run('tests', '--update');
    for (const change of changes) {
      expect(failure.out).toMatch(change);
      expect(update.out).toMatch(change);
    }
    expect([update.code, (await repo.run('tests')).code]).toEqual([0, 0]);
  });

  it('of which only the order changed differs too', async () => {
    await repo.run('tests', '--update');
    const lines = readFileSync(path(), 'utf8').trimEnd().split('\n');
    repo.put(SNAPSHOT, `${lines.reverse().join('\n')}\n`);
    const { out, code } = await repo.run('tests');
    expect(code).toBe(1);
    expect(out).toMatch(/^ {7}~ \{/m);
  });

  it.each([
    [
      'is a link',
      (): void => {
        symlinkSync('../rules/rules.yaml', path());
      },
    ],
    [
      'lies behind a link out of the folder',
      (): void => {
        repo.put('tests/pass.test.yaml', `${PASSING}snapshot: linked/alerts.jsonl\n`);
        symlinkSync('../rules', repo.path('tests/linked'));
      },
    ],
    [
      'would be the test itself',
      (): void => {
        repo.put('tests/pass.test.yaml', `${PASSING}snapshot: pass.test.yaml\n`);
      },
    ],
    [
      'would be a rules file',
      (): void => {
        renameSync(repo.path('rules/rules.yaml'), repo.path('tests/rules.yaml'));
        const own = PASSING.replace('../rules/rules.yaml', 'rules.yaml');
        repo.put('tests/pass.test.yaml', `${own}snapshot: rules.yaml\n`);
      },
    ],
    [
      'would be the capture',
      (): void => {
        renameSync(repo.path('captures/a.scap'), repo.path('tests/a.scap'));
        const own = PASSING.replace('../captures/a.scap', 'a.scap');
        repo.put('tests/pass.test.yaml', `${own}snapshot: a.scap\n`);
      },
    ],
    [
      'is that of another test',
      (): void => {
        repo.put('tests/another.test.yaml', `${PASSING}snapshot: alerts.jsonl\n`);
      },
    ],
    [
      'lies in a folder that is not there',
      (): void => {
        repo.put('tests/pass.test.yaml', `${PASSING}snapshot: none/alerts.jsonl\n`);
      },
    ],
  ])('that %s is refused, and nothing is written over', async (_what, arrange) => {
    arrange();
    const contents = (): string[] =>
      ['rules/rules.yaml', 'tests/rules.yaml', 'tests/a.scap', 'tests/pass.test.yaml']
        .map((name) => repo.path(name))
        .filter(existsSync)
        .map((name) => readFileSync(name, 'latin1'));
    const before = contents();
    const { err, code } = await repo.run('tests', '--update');
    expect(err).toContain('Code: SNAPSHOT_WRONG');
    expect(code).toBe(2);
    expect(contents()).toEqual(before);
    expect(existsSync(repo.path('rules/alerts.jsonl'))).toBe(false);
  });
});
