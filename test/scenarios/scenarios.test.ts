/**
 * What people do with the program (S1 to S7), on captures of real containers: the exact lines, byte for byte.
 * The patterns beside them say what must hold of any recording of the same scene.
 */
import { describe, expect, it } from 'vitest';
import { analyze, linesOf, OUR_RULES, STOCK_RULES, tiercel, WITHOUT_STOCK } from './program.js';

/** Rules files that a scenario must work with: ours, and Falco's of 2022. */
const RULES: readonly (readonly [string, string | undefined])[] = [
  ['our rules', OUR_RULES],
  ['the stock rules', STOCK_RULES],
];
const EXAM_RULE = ['--rule', 'Launch Package Management*'];
/** All fixtures are replayed, perhaps on a machine that has much to do. */
const PATIENCE_MS = 300_000;
const CLOCK = String.raw`\d\d:\d\d:\d\d\.\d{9}`;

function linesIn(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

async function expectLines(name: string, rules: string, stdout: string): Promise<void> {
  const file = linesOf(`${name}.${rules === OUR_RULES ? 'ours' : 'stock'}`);
  await expect(stdout).toMatchFileSnapshot(file);
}

describe('tiercel test', () => {
  it(
    'finds in all fixtures what their tests expect',
    () => {
      const run = tiercel('test', '.');
      expect(run.stdout).toMatch(/Test files\s+\d\d passed, 0 failed/);
      expect(run.status).toBe(0);
    },
    PATIENCE_MS,
  );
});

describe.each(RULES)('with %s', (_, found) => {
  const rules = found ?? '';
  const when = found === undefined ? it.skip : it;
  const note = found === undefined ? ` (${WITHOUT_STOCK})` : '';

  when(`S1: a shell at a terminal in a pod alerts once${note}`, async () => {
    const run = analyze('shell.scap', '-r', rules, '--rule', 'Terminal shell in container');
    expect(run.stdout).toMatch(
      new RegExp(
        `^${CLOCK}: Notice A shell was spawned in a container with an attached terminal ` +
          String.raw`\(user=root user_loginuid=-1 nginx \(id=([0-9a-f]{12})\) shell=sh parent=\S+ cmdline=sh ` +
          String.raw`terminal=348\d\d container_id=\1 image=docker\.io/library/nginx\)\n$`,
      ),
    );
    await expectLines('S1', rules, run.stdout);
  });

  when(`S1: tag and pod can be added to the output of every rule${note}`, async () => {
    const extra = ' tag=%container.image.tag pod_name=%k8s.pod.name';
    const run = analyze('shell.scap', '-r', rules, '--rule', 'Terminal shell*', '--append', extra);
    expect(run.stdout).toMatch(/ tag=1\.21 pod_name=nginx\n$/);
    await expectLines('S1-tag', rules, run.stdout);
  });

  when(`S2: a local file uses macros of the file before it${note}`, async () => {
    const run = analyze('mkdir.scap', '-r', rules, '-r', 'rules/falco_rules.local.yaml');
    expect(run.stdout).toMatch(
      new RegExp(`^${CLOCK}: Warning A folder was made .*command=mkdir falco .*\n$`),
    );
    await expectLines('S2', rules, run.stdout);
  });

  when.each(['my_rules.yaml', 'values.yaml'])(
    `S3: a write below an application's folder alerts once, by rules/%s${note}`,
    async (file) => {
      const own = ['--rule', 'Write below monitored dir'];
      const run = analyze('app-write.scap', '-r', rules, '-r', `rules/${file}`, ...own);
      expect(run.stdout).toMatch(
        new RegExp(
          `^${CLOCK}: Error .*file=/app/should_not_here parent=sh pcmdline=sh gparent=.*\n$`,
        ),
      );
      await expectLines('S3', rules, run.stdout);
    },
  );

  when(`S4: every connection to a server alerts, with both ends${note}`, async () => {
    const own = ['-r', 'rules/inbound.yaml', '--rule', 'Inbound connection*'];
    const run = analyze('inbound.scap', '-r', rules, ...own);
    const lines = linesIn(run.stdout);
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).toMatch(/\(connection=172\.17\.0\.1:\d+->172\.17\.0\.2:8080 /);
    }
    await expectLines('S4', rules, run.stdout);
  });

  when(`S5: the exam's two rules alert, and nothing else${note}`, async () => {
    const run = analyze('exam.scap', '-r', rules);
    const lines = linesIn(run.stdout);
    expect(lines.filter((line) => line.includes('command=apk '))).toHaveLength(13);
    expect(lines.filter((line) => / file=\/etc\/passwd\w{6} program=sed /.test(line))).toHaveLength(
      7,
    );
    expect(lines.every((line) => /command=apk |file=\/etc\/passwd/.test(line))).toBe(true);
    await expectLines('S5', rules, run.stdout);
  });

  when(`S5a, S5c: the summary names pods, namespaces, and what stops them${note}`, () => {
    const { stderr } = analyze('exam.scap', '-r', rules);
    expect(stderr).toMatch(
      /^ {2}14 {2}[0-9a-f]{12} {2}name=httpd pod=collector-59ddbd6c7f-p7g8s namespace=team-purple image=httpd\n.*Write below etc\n {6}stop it: kubectl -n team-purple scale deploy collector --replicas 0$/m,
    );
    expect(stderr).toMatch(
      /^ {2}13 {2}[0-9a-f]{12} {2}name=nginx pod=webapi-6cfddcd6f4-x5z2q namespace=team-blue image=nginx\n.*\n {6}stop it: kubectl -n team-blue scale deploy webapi --replicas 0$/m,
    );
  });

  when(
    `S5b: the log has time, container id, container name and user, and nothing else${note}`,
    async () => {
      const form = '%evt.time,%container.id,%container.name,%user.name';
      const run = analyze('exam.scap', '-r', rules, ...EXAM_RULE, '-p', form);
      const lines = linesIn(run.stdout);
      expect(lines).toHaveLength(13);
      for (const line of lines) {
        expect(line).toMatch(new RegExp(`^${CLOCK},[0-9a-f]{12},nginx,root$`));
      }
      await expectLines('S5b', rules, run.stdout);
    },
  );

  when.each([
    ['S5b-brackets', '[%evt.time],[%user.uid],[%proc.name]', String.raw`\[${CLOCK}\],\[0\],\[apk\]`],
    ['S5b-pod', '%evt.time,%container.id,%container.name,%user.name,%k8s.ns.name,%k8s.pod.name',
      `${CLOCK},[0-9a-f]{12},nginx,root,team-blue,webapi-6cfddcd6f4-x5z2q`],
  ] as const)(`S5b: another form of it, %s${note}`, async (name, form, pattern) => {
    const run = analyze('exam.scap', '-r', rules, ...EXAM_RULE, '-p', form);
    const lines = linesIn(run.stdout);
    expect(lines).toHaveLength(13);
    expect(lines.every((line) => new RegExp(`^${pattern}$`).test(line))).toBe(true);
    await expectLines(name, rules, run.stdout);
  }); // prettier-ignore

  when(`S5b: the last 30 seconds only${note}`, async () => {
    const form = '%evt.time,%container.id,%container.name,%user.name';
    const all = linesIn(analyze('exam.scap', '-r', rules, ...EXAM_RULE, '-p', form).stdout);
    const run = analyze('exam.scap', '-r', rules, ...EXAM_RULE, '-p', form, '--last', '30s');
    const last = linesIn(run.stdout);
    expect(last.length).toBeGreaterThan(5);
    expect(last).toEqual(all.slice(-last.length));
    expect(last.length).toBeLessThan(all.length);
    await expectLines('S5b-last', rules, run.stdout);
  });

  when(`S6: a host without containers, in ISO 8601 times${note}`, async () => {
    const own = [
      'Read sensitive file untrusted',
      'Write below root',
      'Delete or rename shell history',
    ].flatMap((name) => ['--rule', name]);
    const run = analyze(
      'host.scap',
      '-r',
      rules,
      '--match',
      'all',
      '--time-format',
      'iso8601',
      ...own,
    );
    const lines = linesIn(run.stdout);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+0000: (Warning|Error) /);
    }
    expect(run.stdout).toMatch(
      /Warning Sensitive file .*\(user=<NA> .*file=\/etc\/pam\.d\/common-auth/,
    );
    expect(run.stdout).toMatch(
      /file=\/root\/\.bash_history-\d+\.tmp program=bash .*container_id=host/,
    );
    expect(run.stdout).toMatch(/: Warning Shell history .* type=rename command=bash/);
    await expectLines('S6', rules, run.stdout);
  });

  when(`S7: a mount of the engine's socket is reported with its container${note}`, async () => {
    const run = analyze('mount.scap', '-r', rules, '--rule', 'Launch Sensitive Mount Container');
    expect(run.stdout).toMatch(
      /command=agent .*agent \(id=[0-9a-f]{12}\) image=docker\.io\/portainer\/agent:2\.19 mounts=\/var\/run\/docker\.sock:\/var\/run\/docker\.sock::true:rprivate\)\n/,
    );
    await expectLines('S7', rules, run.stdout);
  });
});

describe('the fixtures', () => {
  it('pass their own tests', () => {
    const run = tiercel('test', '.');
    expect(`${run.status}\n${run.stderr}`).toMatch(/^0\n/);
  });

  it.each(['quiet.scap', 'quiet-host.scap', 'quiet-database.scap'])(
    '%s fires none of our rules',
    (name) => {
      const run = analyze(name, '-r', OUR_RULES, '--match', 'all');
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain('No alerts');
    },
  );
});
