/** What is put around audit events is taken off: the events are those that were put in, whatever they hold. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gkeEntry, WRAPPINGS } from '../../fixtures/audit/wrap.mjs';
import {
  BYSTANDERS,
  ENCODINGS,
  ENVELOPES,
  PREFIXES,
} from '../../src/capture/audit-wrappers-table.js';
import { DIAGNOSTICS } from '../../src/diagnostics.js';
import { firingOnFile, rulesOf } from './alerts.js';
import { auditEvent, inputOf, readLog, trailRecord } from './audit-logs.js';

type Log = Awaited<ReturnType<typeof readLog>>;
type Event = Record<string, unknown>;

const RULES = rulesOf('rules/k8s_audit_rules.yaml', 'rules/aws_cloudtrail_rules.yaml');
const NOTICES = new Set([
  'audit/wrapped',
  'audit/encoding',
  'audit/other-text',
  'audit/other-json',
]);

const lines = (...values: unknown[]): string =>
  values.map((v) => `${typeof v === 'string' ? v : JSON.stringify(v)}\n`).join('');
const wrappingsOf = (log: Log): string[] =>
  log.reader.diagnostics.flatMap(({ id, detail }) =>
    id === 'audit/wrapped' ? [detail.replace(/^\d+ events? taken out of /, '')] : [],
  );
const lossesOf = (log: Log) =>
  log.reader.diagnostics.filter(({ id }) => DIAGNOSTICS[id].severity === 'data-loss');
const eventsOf = (log: Log): unknown[] => log.data.map((text) => JSON.parse(text) as unknown);

/** Events with keys and values of any kind in them. */
function anyEvents(kind: 'k8s' | 'trail'): fc.Arbitrary<Event[]> {
  const event = fc
    .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }))
    .map((requestObject) =>
      kind === 'k8s'
        ? auditEvent({ requestObject })
        : trailRecord({ requestParameters: requestObject }),
    );
  return fc.array(event, { minLength: 1, maxLength: 5 });
}

describe.each(WRAPPINGS)('$name', ({ kind, name, wrappings, wrap }) => {
  it('gives the events that were put in, and says what was taken off', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents(kind),
        fc.constantFrom(1 << 20, 700, 61),
        async (events, chunkBytes) => {
          const log = await readLog(inputOf(wrap(events), chunkBytes));
          expect(eventsOf(log)).toEqual(JSON.parse(JSON.stringify(events)));
          expect(lossesOf(log)).toEqual([]);
          expect(wrappingsOf(log)).toEqual(expect.arrayContaining([...wrappings]));
          expect(log.reader.diagnostics.filter(({ id }) => !NOTICES.has(id))).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('reports a loss wherever it is cut inside an event, and keeps the events before', async () => {
    const events = [1, 2, 3].map((number) =>
      kind === 'k8s'
        ? auditEvent({ auditID: `e${number}`, requestObject: { text: 'x'.repeat(1500) } })
        : trailRecord({ eventID: `e${number}`, requestParameters: { text: 'x'.repeat(1500) } }),
    );
    const whole = wrap(events);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: whole.length >> 1, max: whole.length - 40 }),
        async (at) => {
          const log = await readLog(inputOf(whole.subarray(0, at)));
          const read = eventsOf(log);
          expect(read).toEqual(events.slice(0, read.length));
          const isBetween = /\}[\s\0]*$/.test(whole.subarray(0, at).toString('latin1')); // UTF-16 too, half a line's end
          expect(isBetween || read.length === 3 || lossesOf(log).length > 0).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('has a fixture that gives the alerts of the bare log', async () => {
    const bare = await firingOnFile(RULES, `fixtures/audit/wrapped/bare-${kind}.log`);
    expect(bare.flat().length).toBeGreaterThan(2);
    expect(await firingOnFile(RULES, `fixtures/audit/wrapped/${name}`)).toEqual(bare);
  });
});

describe('a place in a wrapped log', () => {
  const ids = (log: Log) =>
    log.reader.diagnostics.map(({ id, offset, detail }) => [id, offset, detail]);
  const broken = JSON.stringify(auditEvent()).slice(0, -30);

  it('is that of the line on disk, within text', async () => {
    const first = `2026-03-02T09:00:00Z stdout F ${JSON.stringify(auditEvent())}\n`;
    const log = await readLog(inputOf(`${first}2026-03-02T09:00:00Z stdout F ${broken}\n${first}`));
    expect(log.data).toHaveLength(2);
    expect(ids(log)[0]).toEqual([
      'audit/broken-json',
      first.length,
      `line 2 within CRI log lines (${broken.length} bytes) is not JSON`,
    ]);
  });

  it('is that of the first part, where a line came in parts', async () => {
    const first = `2026-03-02T09:00:00Z stdout F ${JSON.stringify(auditEvent())}\n`;
    const text = `${first}2026-03-02T09:00:00Z stdout P {"kind":"Event",\n2026-03-02T09:00:00Z stdout F "auditID"\n`;
    const log = await readLog(inputOf(text));
    expect(ids(log)[0]?.slice(0, 2)).toEqual(['audit/broken-json', first.length]);
    expect(ids(log)[0]?.[2]).toMatch(/^line 2 within/);
  });

  it('is that of the entry, within JSON on many lines', async () => {
    const text = JSON.stringify(
      {
        events: [
          { id: '1', message: JSON.stringify(auditEvent()) },
          { id: '2', message: broken },
        ],
      },
      undefined,
      1,
    );
    const log = await readLog(inputOf(text));
    expect(log.data).toHaveLength(1);
    expect(ids(log)[0]).toEqual([
      'audit/broken-json',
      text.lastIndexOf('{\n   "id"') < 0
        ? text.indexOf('{\n', text.indexOf('"1"'))
        : text.lastIndexOf('{\n   "id"'),
      expect.stringMatching(/^line 7 within CloudWatch events/),
    ]);
  });

  it.each(['utf16le', 'utf16be'] as const)('is counted in the bytes of %s', async (encoding) => {
    const before = lines(auditEvent({ verb: 'é\u{1f600}' }));
    const text = `\ufeff${before}${broken}\n`;
    const bytes = Buffer.from(text, 'utf16le');
    const log = await readLog(inputOf(encoding === 'utf16be' ? bytes.swap16() : bytes, 33));
    expect(ids(log)[0]?.slice(0, 2)).toEqual(['audit/broken-json', 2 * (1 + before.length)]);
  });
});

describe('hostile wrappings', () => {
  it('are taken off eight times at most', async () => {
    let text = JSON.stringify(auditEvent());
    for (let depth = 0; depth < 9; depth += 1) {
      text = JSON.stringify({ MESSAGE: text, _HOSTNAME: 'h' });
    }
    const log = await readLog(inputOf(lines(auditEvent(), text)));
    expect(log.data).toHaveLength(1);
    expect(lossesOf(log).map(({ id }) => id)).toEqual(['audit/nested-too-deep']);
  });

  it('of lists within lists cost no more than their size', async () => {
    const depth = 200_000;
    const text = `${'{"items":['.repeat(depth)}${']}'.repeat(depth)}`;
    const log = await readLog(inputOf(lines(auditEvent(), text, auditEvent())));
    expect(log.data).toHaveLength(2);
    expect(lossesOf(log).length).toBeGreaterThan(0);
  });

  it('of gzip unpack 16 MiB each at most', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, ' ')).toString('base64');
    const log = await readLog(
      inputOf(lines(auditEvent(), { awslogs: { data: bomb } }, auditEvent())),
    );
    expect(log.data).toHaveLength(2);
    expect(lossesOf(log)).toEqual([
      expect.objectContaining({
        id: 'audit/broken-json',
        detail: 'line 2 within subscriptions of CloudWatch holds more than 16 MiB in gzip',
      }),
    ]);
  });

  it('of parts without an end hold 16 MiB at most', async () => {
    const part = `2026-03-02T09:00:00Z stdout P {"a":"${'x'.repeat(16_000)}\n`;
    const text = `${part.repeat(1200)}2026-03-02T09:00:00Z stdout F "}\n${lines(auditEvent())}`;
    const log = await readLog(inputOf(text, 1 << 20));
    expect(log.data).toHaveLength(1);
    expect(lossesOf(log).map(({ id, offset }) => [id, offset])).toEqual([
      ['audit/oversized-event', 0],
    ]);
  });

  it.each<[string, unknown, string]>([
    [
      'something that is no event',
      { log: '{"level":"info"}\n', stream: 'stdout' },
      'audit/other-json',
    ],
    ['text', { log: 'ready\n', stream: 'stdout' }, 'audit/other-text'],
    ['nothing', { log: '', stream: 'stdout' }, 'audit/wrapped'],
    [
      'damaged gzip',
      { awslogs: { data: gzipSync('{"a":1}').toString('base64').slice(0, 24) } },
      'audit/broken-json',
    ],
  ])('around %s are passed over, and reported', async (_what, wrapping, id) => {
    const event = { log: `${JSON.stringify(auditEvent())}\n`, stream: 'stdout' };
    const log = await readLog(inputOf(lines(event, wrapping, event)));
    expect(log.data).toHaveLength(2);
    expect(log.reader.diagnostics.map((each) => each.id)).toContain(id);
  });
});

describe('an entry of GKE', () => {
  const time = '2026-03-02T09:00:00.417Z';
  const rebuild = async (facts: Event): Promise<Event[]> =>
    eventsOf(await readLog(inputOf(lines(gkeEntry(time, 'id', facts))))) as Event[];

  it('becomes the audit event that the plugin makes of it', async () => {
    const [event] = await rebuild({
      verb: 'create',
      name: 'core/v1/namespaces/shop/pods/web',
      request: { spec: { hostPID: true } },
    });
    expect(event).toMatchObject({
      auditID: 'id',
      verb: 'create',
      stage: 'ResponseComplete',
      requestURI: '/core/v1/namespaces/shop/pods/web',
      user: { username: 'alice@example.com' },
      sourceIPs: ['192.0.2.10'],
      objectRef: {
        apiGroup: 'core',
        apiVersion: 'v1',
        namespace: 'shop',
        resource: 'pods',
        name: 'web',
      },
      responseStatus: { code: 201 },
      requestObject: { spec: { hostPID: true } },
      stageTimestamp: time,
    });
  });

  it.each<[string, string, Event]>([
    [
      'a subresource',
      'core/v1/namespaces/shop/pods/web/exec',
      { namespace: 'shop', resource: 'pods', name: 'web', subresource: 'exec' },
    ],
    [
      'a list of a namespace',
      'core/v1/namespaces/shop/secrets',
      { namespace: 'shop', resource: 'secrets' },
    ],
    [
      'an object of no namespace',
      'rbac.authorization.k8s.io/v1/clusterroles/x',
      { resource: 'clusterroles', name: 'x' },
    ],
    [
      'a subresource of no namespace',
      'core/v1/nodes/n/proxy',
      { resource: 'nodes', name: 'n', subresource: 'proxy' },
    ],
  ])('knows %s', async (_what, name, reference) => {
    const [event] = await rebuild({ verb: 'get', name });
    expect(event?.['objectRef']).toMatchObject(reference);
  });

  it('that was refused has the status of its error', async () => {
    const [event] = await rebuild({
      verb: 'get',
      name: 'core/v1/namespaces/shop/secrets/s',
      status: { code: 7, message: 'Forbidden' },
    });
    expect(event?.['responseStatus']).toMatchObject({ code: 403 });
  });

  it('of another service is passed over, and reported', async () => {
    const log = await readLog(
      inputOf(
        lines(
          auditEvent(),
          gkeEntry(time, 'id', {
            serviceName: 'compute.googleapis.com',
            verb: 'insert',
            name: 'x',
          }),
        ),
      ),
    );
    expect(log.data).toHaveLength(1);
    expect(log.reader.diagnostics).toEqual([
      expect.objectContaining({
        id: 'audit/other-json',
        detail: 'line 2 within Cloud Audit Logs of GKE is of another service than Kubernetes',
      }),
    ]);
  });
});

describe('the table of wrappings', () => {
  it('is what docs/audit-logs.md says', () => {
    const text = readFileSync('docs/audit-logs.md', 'utf8').replaceAll(/ +\|/g, ' |');
    for (const { name, doc } of [
      ...PREFIXES,
      ...ENVELOPES,
      ...BYSTANDERS,
      ...Object.values(ENCODINGS),
    ]) {
      expect(text).toContain(`| ${name} | ${doc.replaceAll('|', '\\|')} |`);
    }
  });
});
