/** Every rule that we ship for audit logs fires on the event of the fixtures that it is about, and not on harmless ones. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import { Matcher } from '../../src/rules/index.js';
import { firingOn, firingOnFile, rulesOf } from './alerts.js';
import { auditEvent, trailRecord } from './audit-logs.js';

type Facts = Record<string, unknown>;

const FIXTURES = 'fixtures/audit';
const KUBERNETES = rulesOf('rules/k8s_audit_rules.yaml');
const CLOUDTRAIL = rulesOf('rules/aws_cloudtrail_rules.yaml');
const ALL_ON = rulesOf(
  'rules/k8s_audit_rules.yaml',
  'rules/aws_cloudtrail_rules.yaml',
  `${FIXTURES}/all-on.yaml`,
);

/** Ids of events of the log that were refused. */
const REFUSED: string[] = [];

/** Ids of events, each with the rules that fire on it. */
async function firingById(path: string): Promise<Map<string, string[]>> {
  const matcher = new Matcher(ALL_ON);
  const found = new Map<string, string[]>();
  await replay(await openEvidence(path), {
    onMoment: (moment) => {
      const { auditID, eventID, errorCode } = moment.event.json as Readonly<
        Record<string, string | undefined>
      >;
      if (errorCode !== undefined && eventID !== undefined) {
        REFUSED.push(eventID);
      }
      found.set(
        auditID ?? eventID ?? '',
        matcher.match(moment).map((rule) => rule.name),
      );
      return undefined;
    },
  });
  return found;
}

const firing = new Map([
  ...(await firingById(`${FIXTURES}/every-kubernetes-rule.log`)),
  ...(await firingById(`${FIXTURES}/every-cloudtrail-rule`)),
]);

describe('each rule that ships for audit logs', () => {
  it.each(ALL_ON.map((rule) => rule.name))('%s fires on its event', (name) => {
    expect(firing.get(name)).toContain(name);
  });

  it('has tags, and a description that says what to do', () => {
    expect(
      ALL_ON.filter((rule) => rule.tags.length === 0 || !/\. \S/.test(rule.description)),
    ).toEqual([]);
  });

  it('is one of at least 25 for Kubernetes and at least 15 for CloudTrail', () => {
    expect(KUBERNETES.length).toBeGreaterThanOrEqual(25);
    expect(CLOUDTRAIL.length).toBeGreaterThanOrEqual(15);
  });

  it.each(['quiet.log', 'quiet-cloudtrail.json'])('is silent about %s', async (name) => {
    const rules = [...KUBERNETES, ...CLOUDTRAIL].filter((rule) => rule.isEnabled);
    expect((await firingOnFile(rules, `${FIXTURES}/${name}`)).flat()).toEqual([]);
  });

  it.each<[string, Facts]>([
    [
      'a stage that is counted elsewhere',
      { stage: 'RequestReceived', requestObject: { spec: { hostNetwork: true } } },
    ],
    [
      'a metadata-level event without request and response',
      { level: 'Metadata', responseStatus: undefined },
    ],
    [
      'an event with everything of another type',
      { user: 1, verb: {}, objectRef: [], requestObject: 'x', responseStatus: null, sourceIPs: {} },
    ],
  ])('is silent about %s', async (_what, facts) => {
    const admin = { username: 'kubernetes-admin' };
    const fired = await firingOn(KUBERNETES, auditEvent({ user: admin, ...facts }));
    expect(fired.flat().filter((name) => name !== 'Disallowed K8s User')).toEqual([]);
  });

  it.each<[string, Facts]>([
    ['a call that failed', { eventName: 'StopLogging', errorCode: 'TrailNotFoundException' }],
    [
      "a key of one's own",
      { eventName: 'CreateAccessKey', requestParameters: { userName: 'Alice' } },
    ],
    [
      'a login with a second factor',
      {
        eventName: 'ConsoleLogin',
        responseElements: { ConsoleLogin: 'Success' },
        additionalEventData: { MFAUsed: 'Yes' },
      },
    ],
  ])('is silent about %s', async (_what, facts) => {
    const rules = CLOUDTRAIL.filter((rule) => rule.isEnabled);
    expect(await firingOn(rules, trailRecord(facts))).toEqual([[]]);
  });

  it('stays quiet on calls that are like its own in all but what makes them remarkable', async () => {
    const fired = await firingById(`${FIXTURES}/siblings-cloudtrail.json`);
    expect(fired.size).toBeGreaterThan(15);
    expect([...fired].filter(([id, names]) => names.includes(id.replace(/^.*: not /, '')))).toEqual(
      [],
    );
  });

  it.each([
    'Account Leaves Its Organization',
    'Windows Password Requested',
    'Instance User Data Read',
    'Instances Of Unusual Type Requested',
  ])('%s counts a call that was refused', (name) => {
    expect(firing.get(name)).toContain(name);
    expect(REFUSED).toContain(name);
  });

  it('sees events of its source only', async () => {
    expect(await firingOn(CLOUDTRAIL, auditEvent())).toEqual([[]]);
    expect(await firingOn(KUBERNETES, trailRecord())).toEqual([[]]);
  });
});

/** Contents of all files below a folder, by their path in it. */
function contents(folder: string, below = ''): Map<string, string> {
  return new Map(
    readdirSync(join(folder, below)).flatMap((name) => {
      const path = join(below, name);
      return statSync(join(folder, path)).isDirectory()
        ? [...contents(folder, path)]
        : [[path, readFileSync(join(folder, path)).toString('base64')] as const];
    }),
  );
}

describe('the fixtures of audit logs', () => {
  it('are what make.mjs writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiercel-'));
    try {
      for (const name of ['make.mjs', 'cases.mjs', 'break-in.mjs', 'wrap.mjs']) {
        cpSync(join(FIXTURES, name), join(folder, name));
      }
      execFileSync(process.execPath, [join(folder, 'make.mjs')]);
      const kept = contents(FIXTURES);
      for (const [path, made] of contents(folder)) {
        expect(kept.get(path), path).toBe(made);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
