/**
 * Names that an attacker chooses stay text: no line is forged, no formula computed, no command offered.
 * The captures are written here, since no engine would give a container such names.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { encodeEvent, EVENT } from '../../src/events/index.js';
import { analyze, OUR_RULES, tiercel } from './program.js';

const ID = '64baa963896b1d744f0263c44a9a657321ba06766e85b4d4428a7d929424bd14';
const EXAM = ['-r', OUR_RULES, '--rule', 'Launch Package Management*'];
const FORM = '%evt.time,%container.id,%container.name,%user.name';

const folder = mkdtempSync(join(tmpdir(), 'tiercel-names-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the attacker chose; the rest is as in an ordinary capture. */
interface Names {
  readonly process?: string;
  readonly args?: readonly string[];
  readonly container?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly template?: string;
}

let captures = 0;

/** A capture of one container, in which `apk` is started. */
function write(names: Names): string {
  const path = join(folder, `${(captures += 1)}.scap`);
  const labels = {
    'io.kubernetes.pod.name': names.pod ?? 'webapi-6cfddcd6f4-x5z2q',
    'io.kubernetes.pod.namespace': names.namespace ?? 'team-blue',
    'pod-template-hash': names.template ?? '6cfddcd6f4',
  };
  const container = { type: 0, id: ID.slice(0, 12), full_id: ID, name: names.container ?? 'nginx', image: 'nginx', imagerepo: 'nginx', labels }; // prettier-ignore
  const writer = createCapture(path);
  writer.writeSectionHeader();
  writer.writeMetadata({
    kind: 'users',
    users: [{ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' }],
    groups: [],
  });
  const data = Buffer.from(JSON.stringify({ container }), 'utf8').toString('latin1');
  writer.writeEvent({
    cpu: 0,
    time: 1_600_000_000_000_000_000n,
    tid: 1,
    code: EVENT.ASYNCEVENT_E,
    params: encodeEvent(EVENT.ASYNCEVENT_E, { plugin_id: 0, name: 'container', data: Buffer.from(`${data}\0`, 'latin1') }),
  }); // prettier-ignore
  writer.writeEvent({
    cpu: 0,
    time: 1_600_000_001_000_000_000n,
    tid: 77,
    code: EVENT.EXECVE_19_X,
    params: encodeEvent(EVENT.EXECVE_19_X, {
      res: 0, exe: 'apk', args: names.args ?? ['add', 'curl'], tid: 77, pid: 77, ptid: 1, cwd: '/',
      comm: names.process ?? 'apk', cgroups: [`cpu=/docker/${ID}`], env: [], uid: 0, loginuid: 0xffffffff, trusted_exepath: '/sbin/apk',
    }),
  }); // prettier-ignore
  writer.close();
  return path;
}

const FORGED = 'x\n06:38:28.1,090aad374a0a,nginx,root';

describe('names of an attacker', () => {
  it('are as good as others where they are harmless', () => {
    const run = analyze(write({}), ...EXAM, '-p', FORM);
    expect(run.stdout).toBe('12:26:41.000000000,64baa963896b,nginx,root\n');
    expect(run.stderr).toContain('kubectl -n team-blue scale deploy webapi --replicas 0');
  });

  it('forge no line, whether they are of a container, a pod or an argument', () => {
    const path = write({ container: FORGED, pod: FORGED, args: ['add', FORGED] });
    for (const form of [FORM, '%proc.cmdline', '%k8s.pod.name', '%container.name %proc.args']) {
      const run = analyze(path, ...EXAM, '-p', form);
      expect(run.stdout.match(/\n/g)).toHaveLength(1);
      expect(run.stdout).not.toMatch(/^06:38:28/m);
      expect(run.stdout + run.stderr).not.toContain('\r');
      expect(run.stderr).not.toMatch(/^06:38:28/m);
    }
    expect(analyze(path, ...EXAM).stdout.match(/\n/g)).toHaveLength(1);
  });

  it('forge no line where a process is called so', () => {
    const rules = join(folder, 'any.yaml');
    writeFileSync(
      rules,
      '- rule: Any\n  desc: any program\n  condition: evt.type = execve\n  output: started %proc.name\n  priority: ERROR\n',
    );
    const path = write({ process: FORGED });
    for (const form of [['-p', '%proc.name'], ['-p', FORM], ['-f', 'json'], []]) {
      const run = analyze(path, '-r', rules, ...form);
      expect(run.stdout.match(/\n/g)).toHaveLength(1);
      expect(run.stdout + run.stderr).not.toMatch(/^06:38:28/m);
    }
    const csv = [path, '-r', rules, '-f', 'csv', '--no-header', '--fields', 'proc.name'] as const;
    expect(analyze(...csv).stdout).toBe(`"${FORGED.replace('\n', '\\n')}"\n`);
    // as it is, for programs that read CSV: the line end is inside the quotes
    expect(analyze(...csv, '--csv-raw').stdout).toBe(`"${FORGED}"\n`);
    expect(analyze(path, '-r', rules, '-f', 'table').stdout).not.toMatch(/^06:38:28/m);
  });

  it('forge no line of the case, of events or of a test report', () => {
    const rules = join(folder, 'any.yaml');
    const path = write({ process: FORGED, container: FORGED, pod: FORGED, args: ['add', FORGED] });
    const store = join(folder, 'names.db');
    expect(tiercel('analyze', path, '-r', rules, '-s', store, '-f', 'none').status).toBe(0);
    for (const sql of [
      'SELECT name, cmdline FROM processes WHERE pid = 77',
      'SELECT output, fields FROM alerts',
      'SELECT name, pod, labels FROM containers',
      'SELECT * FROM timeline',
    ]) {
      for (const format of ['csv', 'json'] as const) {
        const { stdout } = tiercel('query', store, sql, '-f', format, '--no-header');
        expect([sql, stdout.match(/\n/g)?.length]).toEqual([sql, 1]);
      }
      for (const line of tiercel('query', store, sql).stdout.trimEnd().split('\n')) {
        expect(line).toMatch(/^[┌├│└]/);
      }
    }
    const form = ['-p', '%proc.name %proc.cmdline', 'evt.type=execve'];
    for (const format of ['csv', 'json']) {
      const { stdout } = tiercel('events', path, '-f', format, '--no-header', ...form);
      expect(stdout).toMatch(/^.+\n$/);
    }

    const test = join(folder, 'names.test.yaml');
    writeFileSync(test, `capture: ${path}\nrules: ${rules}\nexpect: [{rule: Any, exactly: 0}]\n`);
    const report = join(folder, 'names.xml');
    const run = tiercel('test', test, '--junit', report);
    expect(run.status).toBe(1);
    expect(run.stdout + readFileSync(report, 'utf8')).not.toMatch(/^06:38:28/m);
  });

  it('move no cursor and change no colour of a terminal', () => {
    const run = analyze(
      write({ container: '\u001b[2K\u001b]0;x\u0007\u009b31m' }),
      ...EXAM,
      '-p',
      FORM,
    );
    expect(run.stdout + run.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it.each(['=cmd()', '+1+1', '-2+3', '@SUM(A1)', '=cmd|"/c calc"!A0', '\t=1', '\r=1'])(
    'are no formula in CSV: %j',
    (name) => {
      const path = write({ container: name });
      const run = analyze(
        path,
        ...EXAM,
        '-f',
        'csv',
        '--no-header',
        '--fields',
        'container-name,user-name',
      );
      expect(run.stdout).not.toMatch(/(^|,)"?[=+\-@\t\r]/);
      expect(run.stdout).toMatch(/root\n$/);
    },
  );

  it.each([
    { pod: 'a; rm -rf /' },
    { pod: 'a; rm -rf /-6cfddcd6f4-x5z2q' },
    { pod: '$(reboot)-6cfddcd6f4-x5z2q' },
    { pod: '-o=x-6cfddcd6f4-x5z2q' },
    { pod: 'Webapi-6cfddcd6f4-x5z2q' },
    { pod: 'webapi\n-6cfddcd6f4-x5z2q' },
    { namespace: 'team-blue; rm -rf /' },
    { namespace: '--all' },
    { namespace: 'x'.repeat(64) },
    { template: '' },
  ])('are no part of a command that stops something: %j', (names) => {
    const run = analyze(write(names), ...EXAM);
    expect(run.stderr).toContain('Launch Package Management Process in Container');
    expect(run.stderr).not.toContain('kubectl');
  });
});
