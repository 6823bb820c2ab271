/** Audit events in the case, and the story that they tell together with a node's capture. */
import { groupOf } from '../../src/investigation/analysis/incident.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AlertBuilder,
  isRoutine,
  snapshotAudit,
  type AuditSnapshot,
  type ContainerSnapshot,
  type ProcessSnapshot,
} from '../../src/alerts/index.js';
import { openCase, queryCase, RunWriter, type Case } from '../../src/store/index.js';
import { rulesOf } from './alerts.js';
import { auditEvent, trailRecord } from './audit-logs.js';
import { momentOf } from './moments.js';

const RULES = rulesOf('rules/k8s_audit_rules.yaml');
let folder = '';
let target: Case;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiercel-'));
  target = openCase(join(folder, 'case.db'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(path: string): RunWriter {
  return new RunWriter(target, {
    path,
    toolVersion: '0',
    ruleFiles: [],
    rulesSha256: path,
    options: '{}',
    rules: RULES,
  });
}

function ask(sql: string): Record<string, unknown>[] {
  const answer = queryCase(join(folder, 'case.db'), sql);
  const found = [...answer.rows].map((row) =>
    Object.fromEntries(answer.columns.map(({ name }, i) => [name, row[i]])),
  );
  answer.close();
  return found;
}

const TIME = '2024-05-01T10:00:00.500000000Z';
const NANOSECONDS = 1714557600500000000n;

const EXEC = auditEvent({
  stage: 'ResponseStarted',
  verb: 'create',
  user: { username: 'mallory' },
  stageTimestamp: TIME,
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'nginx' },
  requestURI:
    '/api/v1/namespaces/shop/pods/nginx/exec?command=sh&command=-c&command=id&container=web&stdin=true',
  responseStatus: { code: 101 },
});

async function requestOf(event: unknown): Promise<AuditSnapshot> {
  return snapshotAudit(await momentOf(event)) as AuditSnapshot;
}

describe('an audit event in the case', () => {
  it('tells who did what to what from where', async () => {
    const writer = run('audit.log');
    writer.addAuditEvent(await requestOf(EXEC));
    writer.addAuditEvent({
      ...(await requestOf(
        trailRecord({
          eventID: 'e',
          errorCode: 'AccessDenied',
          requestParameters: { bucketName: 'b', key: 'k' },
        }),
      )),
      eventNumber: 2,
    });
    writer.commit();
    expect(ask('SELECT * FROM audit_events ORDER BY audit_id')).toMatchObject([
      {
        source: 'k8s_audit',
        time_ns: NANOSECONDS,
        stage: 'ResponseStarted',
        user: 'mallory',
        acting_as: null,
        verb: 'create',
        resource: 'pods',
        subresource: 'exec',
        namespace: 'shop',
        name: 'nginx',
        source_address: '192.0.2.7',
        outcome: '101',
        container: 'web',
        command: 'sh -c id',
        program: 'sh',
      },
      {
        source: 'aws_cloudtrail',
        request_id: 'e',
        user: 'Alice',
        verb: 'StartInstances',
        resource: 'ec2',
        namespace: 'us-east-2',
        name: 's3://b/k',
        source_address: '192.0.2.7',
        outcome: 'AccessDenied',
        command: null,
      },
    ]);
    expect(
      ask('SELECT user, verb, resource, requests, failed FROM audit_by_user ORDER BY user'),
    ).toEqual([
      { user: 'Alice', verb: 'StartInstances', resource: 'ec2', requests: 1n, failed: 1n },
      { user: 'mallory', verb: 'create', resource: 'pods', requests: 1n, failed: 0n },
    ]);
  });

  it('is kept once, though several rules alert it, and is found from its alerts', async () => {
    const writer = run('audit.log');
    const moment = await momentOf(EXEC);
    const builder = new AlertBuilder({ timeFormat: 'clock' });
    writer.addAuditEvent(snapshotAudit(moment) as AuditSnapshot);
    for (const name of ['Attach/Exec Pod', 'Disallowed K8s User']) {
      const rule = RULES.find((each) => each.name === name) as (typeof RULES)[number];
      const alert = builder.build(moment, rule);
      writer.addAlert(alert, groupOf(alert));
    }
    writer.commit();
    expect(ask('SELECT count(*) AS n FROM audit_events')).toEqual([{ n: 1n }]);
    expect(
      ask('SELECT rule, user, resource, source_address FROM audit_alerts ORDER BY rule'),
    ).toEqual([
      { rule: 'Attach/Exec Pod', user: 'mallory', resource: 'pods', source_address: '192.0.2.7' },
      {
        rule: 'Disallowed K8s User',
        user: 'mallory',
        resource: 'pods',
        source_address: '192.0.2.7',
      },
    ]);
  });

  const system = { username: 'system:kube-scheduler' };
  it.each([
    [
      true,
      'a lease of the scheduler',
      auditEvent({ user: system, verb: 'update', objectRef: { resource: 'leases' } }),
    ],
    [
      true,
      'a look of a controller',
      auditEvent({ user: { username: 'system:serviceaccount:kube-system:c' }, verb: 'list' }),
    ],
    [
      true,
      'a node that tells its status',
      auditEvent({
        user: { username: 'system:node:n1' },
        verb: 'patch',
        objectRef: { resource: 'nodes', subresource: 'status' },
      }),
    ],
    [
      false,
      'a pod of a controller',
      auditEvent({ user: { username: 'system:serviceaccount:kube-system:c' } }),
    ],
    [false, 'a look of a person', auditEvent({ verb: 'get' })],
    [
      false,
      "a look of a pod's account",
      auditEvent({ user: { username: 'system:serviceaccount:shop:web' }, verb: 'get' }),
    ],
    [
      false,
      'a look of nobody',
      auditEvent({ user: { username: 'system:anonymous' }, verb: 'get' }),
    ],
    [
      false,
      'what was refused',
      auditEvent({ user: system, verb: 'get', responseStatus: { code: 403 } }),
    ],
    [false, 'any AWS call', trailRecord({ readOnly: true })],
  ])('is routine (%s): %s', async (expected, _what, event) => {
    expect(isRoutine(await momentOf(event))).toBe(expected);
  });
});

const CONTAINER: ContainerSnapshot = {
  id: 'aaee21e42016',
  fullId: 'aaee21e42016',
  name: 'k8s_web_nginx',
  type: 'containerd',
  image: 'docker.io/library/nginx:1.21',
  imageDigest: '',
  isPrivileged: false,
  hasMetadata: true,
  metadataFile: 0,
  labels: new Map([['io.kubernetes.container.name', 'web']]),
  mounts: [],
  pod: 'nginx',
  namespace: 'shop',
  owner: undefined,
};

function process(pid: number, facts: Partial<ProcessSnapshot>): ProcessSnapshot {
  return {
    pid,
    startTime: NANOSECONDS + 40_000_000n,
    birthTime: undefined,
    parentPid: 1,
    name: 'sh',
    exe: 'sh',
    exepath: '/bin/sh',
    commandLine: 'sh -c id',
    cwd: '/',
    uid: 0,
    user: 'root',
    userFile: 0,
    loginuid: undefined,
    tty: 0,
    service: undefined,
    container: CONTAINER,
    ...facts,
  };
}

describe('a command in a pod', () => {
  it('is one story: who asked the API server, and which process the node ran', async () => {
    const audit = run('audit.log');
    audit.addAuditEvent(await requestOf(EXEC));
    audit.commit();
    const node = run('node.scap');
    node.addProcess([process(100, {})]);
    node.addProcess([process(101, { exe: 'id', name: 'id' })]);
    node.addProcess([process(102, { startTime: NANOSECONDS + 60_000_000_000n })]);
    node.addProcess([
      process(103, { container: { ...CONTAINER, id: 'bbbbbbbbbbbb', namespace: 'other' } }),
    ]);
    node.addProcess([
      process(104, {
        container: {
          ...CONTAINER,
          id: 'cccccccccccc',
          labels: new Map([['io.kubernetes.container.name', 'sidecar']]),
        },
      }),
    ]);
    node.commit();
    expect(ask('SELECT * FROM exec_stories')).toMatchObject([
      {
        time: '2024-05-01T10:00:00.500000000Z',
        user: 'mallory',
        source_address: '192.0.2.7',
        namespace: 'shop',
        pod: 'nginx',
        command: 'sh -c id',
        container: 'aaee21e42016',
        image: 'docker.io/library/nginx:1.21',
        pid: 100n,
        cmdline: 'sh -c id',
        process_user: 'root',
        delay_ms: 40n,
        alerts: 0n,
      },
    ]);
  });

  it('has a story without a process where no capture shows it', async () => {
    const audit = run('audit.log');
    audit.addAuditEvent(await requestOf(EXEC));
    audit.commit();
    expect(ask('SELECT pod, command, pid FROM exec_stories')).toEqual([
      { pod: 'nginx', command: 'sh -c id', pid: null },
    ]);
  });
});
