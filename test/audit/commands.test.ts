/** The commands over audit logs, as they are run. Needs a build (`npm run dev`), as all tests of commands do. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { auditEvent } from './audit-logs.js';

const folder = mkdtempSync(join(tmpdir(), 'tiercel-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function tiercel(...words: readonly string[]): string {
  return execFileSync(process.execPath, ['bin/run.js', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

const BREAK_IN = 'fixtures/audit/break-in';

describe('audit logs on the command line', () => {
  it('print one line an event by default, in the words of their source', () => {
    expect(tiercel('events', BREAK_IN, '--limit', '1')).toBe(
      '1 09:00:00.000417000 system:kube-scheduler update /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler ResponseComplete 200\n',
    );
    expect(tiercel('events', 'fixtures/audit/quiet-cloudtrail.json', '--limit', '1')).toBe(
      '1 09:00:00.000000000 us-east-2 ec2 Alice via 198.51.100.23 ← DescribeInstances\n',
    );
  });

  it('alert the same as a log, and as a capture of plugin events cut from it', () => {
    const slice = join(folder, 'slice.scap');
    tiercel('events', BREAK_IN, 'ka.verb in (create, get, list, deletecollection)', '-w', slice);
    const alerts = (path: string): string =>
      tiercel('analyze', path, '--no-store', '-r', 'rules/k8s_audit_rules.yaml');
    expect(alerts(slice).split('\n')).toHaveLength(10);
    expect(alerts(slice)).toBe(alerts(BREAK_IN));
  });

  it('print <NA> for the usual words that mean nothing in them', () => {
    const TRAIL = 'fixtures/audit/quiet-cloudtrail.json';
    const words = 'time,container-id,pod-name,namespace,uid,process-name,user-name';
    const line = '09:00:00,<NA>,<NA>,<NA>,<NA>,<NA>,Alice\n';
    expect(tiercel('events', TRAIL, '--limit', '1', '--fields', words)).toBe(line);
    const asJson = [
      'events',
      TRAIL,
      '--limit',
      '1',
      '--fields',
      'namespace,user-name',
      '-f',
      'json',
    ];
    expect(tiercel(...asJson)).toBe('{"ct.user":"Alice","k8s.ns.name":null}\n');
    const rules = join(folder, 'any.yaml');
    writeFileSync(
      rules,
      '- {rule: any, desc: d, condition: ct.name exists, output: o, priority: INFO, source: aws_cloudtrail}\n',
    );
    const analyze = ['analyze', TRAIL, '--no-store', '-r', rules, '--fields'];
    expect(tiercel(...analyze, words).startsWith(line)).toBe(true);
    expect(tiercel(...analyze, 'container-id,user-name', '-f', 'csv').split('\n')[1]).toBe(
      '<NA>,Alice',
    );
    expect(() => tiercel(...analyze, 'time,container.id')).toThrow('Command failed');
  });

  it('stand beside captures in one case', () => {
    const store = join(folder, 'case.db');
    tiercel('analyze', BREAK_IN, 'fixtures/audit/every-cloudtrail-rule', '-s', store, '-f', 'none');
    const answer = tiercel(
      'query',
      store,
      'SELECT source, count(*) AS events FROM audit_events GROUP BY source',
      '-f',
      'csv',
    );
    expect(answer.trim().split(/\r?\n/)).toEqual([
      'source,events',
      'aws_cloudtrail,53',
      'k8s_audit,11',
    ]);
  });

  const SHELL = 'fixtures/shell.scap';
  it.skipIf(!existsSync(SHELL))(
    'tell one story with the capture of a node: who, and what the shell did',
    () => {
      const store = join(folder, 'story.db');
      tiercel('analyze', SHELL, '-s', store, '-f', 'none');
      const csv = (sql: string): string[] =>
        tiercel('query', store, sql, '-f', 'csv', '--raw').trim().split(/\r?\n/).slice(1);
      const [shell = ''] = csv(
        `SELECT start_ns, pid, exe, pod, namespace FROM processes JOIN containers USING (container_key)
       WHERE start_ns IS NOT NULL AND pod IS NOT NULL ORDER BY start_ns LIMIT 1`,
      );
      const [start = '', pid = '', program = '', pod = '', namespace = ''] = shell.split(',');
      const log = join(folder, 'audit.log');
      const asked = new Date(Number(BigInt(start) / 1_000_000n) - 80).toISOString();
      const event = auditEvent({
        stage: 'ResponseStarted',
        stageTimestamp: asked,
        user: { username: 'mallory' },
        objectRef: { resource: 'pods', subresource: 'exec', namespace, name: pod },
        requestURI: `/api/v1/namespaces/${namespace}/pods/${pod}/exec?command=${program}&stdin=true&tty=true`,
        responseStatus: { code: 101 },
      });
      writeFileSync(log, `${JSON.stringify(event)}\n`);
      tiercel('analyze', log, '-s', store, '-f', 'none');
      expect(
        csv('SELECT user, source_address, pod, command, pid, alerts > 0 FROM exec_stories'),
      ).toEqual([`mallory,192.0.2.7,${pod},${program},${pid},1`]);
    },
  );
});
