import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditReader } from '../../src/capture/audit-reader.js';
import { replay } from '../../src/pipeline.js';
import { auditEvent, inputOf, readLog, trailRecord } from './audit-logs.js';

const lines = (...values: unknown[]): string =>
  values.map((v) => `${typeof v === 'string' ? v : JSON.stringify(v)}\n`).join('');
const idsOf = (log: { reader: { diagnostics: readonly { id: string }[] } }): string[] =>
  log.reader.diagnostics.map((d) => d.id);

describe('a Kubernetes audit log', () => {
  it('gives one event a line, in order, with its stage time to the nanosecond', async () => {
    const log = await readLog(
      inputOf(
        lines(
          auditEvent({ verb: 'get' }),
          auditEvent({ stageTimestamp: '2024-05-01T12:00:00.000000007+02:00' }),
        ),
      ),
    );
    expect(log.data.map((text) => (JSON.parse(text) as { verb: string }).verb)).toEqual([
      'get',
      'create',
    ]);
    expect(log.times).toEqual([1714557600123456000n, 1714557600000000007n]);
    expect(log.reader.diagnostics).toEqual([]);
    expect((await log.reader.close()).format).toBe('k8s_audit');
  });

  it.each([
    ['JSON lines', lines(auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' }))],
    [
      'JSON lines without the last newline',
      lines(auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })).trimEnd(),
    ],
    [
      'JSON lines with CRLF and empty lines',
      `\r\n${lines(auditEvent({ auditID: 'a' })).replace('\n', '\r\n')}\n\n${lines(auditEvent({ auditID: 'b' }))}`,
    ],
    [
      'a byte-order mark in front',
      `\ufeff${lines(auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' }))}`,
    ],
    ['a JSON array', JSON.stringify([auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })])],
    [
      'an indented JSON array',
      JSON.stringify([auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })], undefined, 2),
    ],
    [
      'an EventList',
      JSON.stringify({
        kind: 'EventList',
        apiVersion: 'audit.k8s.io/v1',
        items: [auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })],
      }),
    ],
    [
      'an indented EventList',
      JSON.stringify(
        { kind: 'EventList', items: [auditEvent({ auditID: 'a' }), auditEvent({ auditID: 'b' })] },
        undefined,
        4,
      ),
    ],
    [
      'an EventList a line, as a webhook logs them',
      lines(
        { kind: 'EventList', items: [auditEvent({ auditID: 'a' })] },
        { kind: 'EventList', items: [auditEvent({ auditID: 'b' })] },
      ),
    ],
    [
      'an array of EventLists',
      JSON.stringify([
        { kind: 'EventList', items: [auditEvent({ auditID: 'a' })] },
        { kind: 'EventList', items: [auditEvent({ auditID: 'b' })] },
      ]),
    ],
    [
      'an array of arrays',
      JSON.stringify([[auditEvent({ auditID: 'a' })], [auditEvent({ auditID: 'b' })]]),
    ],
    [
      'indented objects one after the other',
      `${JSON.stringify(auditEvent({ auditID: 'a' }), undefined, 2)}\n${JSON.stringify(auditEvent({ auditID: 'b' }), undefined, 2)}\n`,
    ],
    [
      'a line, then an indented object',
      `${lines(auditEvent({ auditID: 'a' }))}${JSON.stringify(auditEvent({ auditID: 'b' }), undefined, 2)}\n`,
    ],
    [
      'an indented object, then a line',
      `${JSON.stringify(auditEvent({ auditID: 'a' }), undefined, 2)}\n${lines(auditEvent({ auditID: 'b' }))}`,
    ],
    [
      'two documents without anything between',
      JSON.stringify({ items: [auditEvent({ auditID: 'a' })] }) +
        JSON.stringify({ items: [auditEvent({ auditID: 'b' })] }),
    ],
  ])('is read from %s', async (_form, text) => {
    for (const chunkBytes of [1 << 20, 7, 1]) {
      const log = await readLog(inputOf(text, chunkBytes));
      expect(log.isLog).toBe(true);
      expect(log.data.map((t) => (JSON.parse(t) as { auditID: string }).auditID)).toEqual([
        'a',
        'b',
      ]);
      expect(log.reader.diagnostics).toEqual([]);
    }
  });

  it('is given out though the probe read it to its end', async () => {
    const reader = new AuditReader(inputOf(JSON.stringify(auditEvent())));
    await reader.probe();
    const log = await replay(reader, { onMoment: () => undefined });
    expect(log.eventCount).toBe(1);
  });

  it('skips a broken line, tells its number, and loses nothing else', async () => {
    const log = await readLog(
      inputOf(
        lines(
          auditEvent(),
          '{"kind":"Event","auditID":"x","stag',
          auditEvent(),
          'nonsense',
          auditEvent(),
        ),
      ),
    );
    expect(log.data).toHaveLength(3);
    expect(log.reader.diagnostics.map((d) => [d.id, d.detail.slice(0, 6)])).toEqual([
      ['audit/broken-json', 'line 2'],
      ['audit/broken-json', 'line 4'],
    ]);
  });

  it('is recognised though its first line is broken', async () => {
    const log = await readLog(inputOf(lines('":"cut off at the front"}', auditEvent())));
    expect(log.data).toHaveLength(1);
    expect(idsOf(log)).toEqual(['audit/broken-json']);
  });

  it('counts broken lines beyond the tenth instead of telling each', async () => {
    const log = await readLog(inputOf(lines(auditEvent(), ...Array<string>(5000).fill('{"a":'))));
    expect(log.data).toHaveLength(1);
    expect(log.reader.diagnostics).toHaveLength(11);
    expect(log.reader.diagnostics.at(-1)?.detail).toMatch(/^5000 of these/);
  });

  it('tells of a last line that was cut off', async () => {
    const log = await readLog(inputOf(`${lines(auditEvent())}{"kind":"Event","audi`));
    expect(log.data).toHaveLength(1);
    expect(idsOf(log)).toEqual(['audit/truncated-log']);
  });

  it('tells of a document that was cut off, and keeps its whole records', async () => {
    const text = JSON.stringify(
      { items: [auditEvent(), auditEvent(), auditEvent()] },
      undefined,
      1,
    );
    const log = await readLog(inputOf(text.slice(0, -200), 100));
    expect(log.data).toHaveLength(2);
    expect(idsOf(log)).toEqual(['audit/truncated-log']);
  });

  it('gives up a record with a raw newline in a string, and reads on behind it', async () => {
    const text = `[\n${JSON.stringify(auditEvent())},\n{"kind":"Event","auditID":"un\nclosed"},\n${JSON.stringify(auditEvent())}]`;
    const log = await readLog(inputOf(text));
    expect(log.data).toHaveLength(2);
    expect(idsOf(log)).toContain('audit/broken-json');
  });

  it('passes over other JSON between the events and says so', async () => {
    const log = await readLog(
      inputOf(lines(auditEvent(), { level: 'info', msg: 'started' }, '17', auditEvent())),
    );
    expect(log.data).toHaveLength(2);
    expect(idsOf(log)).toEqual(['audit/other-json', 'audit/other-json']);
  });

  it.each([
    [
      'a Kubernetes event that is no audit event',
      lines({ kind: 'Event', apiVersion: 'v1', reason: 'Started' }),
    ],
    ['a list of pods', JSON.stringify({ kind: 'List', items: [{ kind: 'Pod' }] })],
    ['some array', '[1, 2, 3]'],
    ['an empty array', '[]'],
    ['a package description', JSON.stringify({ name: 'x', version: '1' }, undefined, 2)],
    ['nothing but broken lines', lines('{"a":', '{"b":')],
  ])('is not seen in %s', async (_what, text) => {
    expect((await readLog(inputOf(text))).isLog).toBe(false);
  });

  it('does not give an event without a time a place', async () => {
    const log = await readLog(
      inputOf(
        lines(
          auditEvent({ stageTimestamp: undefined }),
          auditEvent({ stageTimestamp: '2024-02-30T00:00:00Z' }),
          auditEvent(),
        ),
      ),
    );
    expect(log.data).toHaveLength(1);
    expect(idsOf(log)).toEqual(['audit/no-time', 'audit/no-time']);
  });

  it('says how many changes were recorded without their request', async () => {
    const log = await readLog(
      inputOf(
        lines(
          auditEvent({ level: 'Metadata' }),
          auditEvent({ level: 'Metadata', verb: 'get' }),
          auditEvent({ level: 'Metadata', verb: 'patch' }),
        ),
      ),
    );
    expect(log.data).toHaveLength(3);
    expect(log.reader.diagnostics.map((d) => [d.id, d.detail[0]])).toEqual([
      ['audit/metadata-level', '2'],
    ]);
  });

  it('says how many events the API server cut', async () => {
    const log = await readLog(
      inputOf(lines(auditEvent({ annotations: { 'audit.k8s.io/truncated': 'true' } }))),
    );
    expect(idsOf(log)).toEqual(['audit/truncated-by-server']);
  });

  it('reads text as bytes, whether it was escaped or not', async () => {
    const escaped = JSON.stringify(auditEvent({ verb: 'V' })).replace(
      '"V"',
      String.raw`"\u00e9\ud83d\ude00"`,
    );
    const log = new AuditReader(inputOf(lines(auditEvent({ verb: 'é\u{1f600}' }), escaped)));
    await log.probe();
    const bytes = Buffer.from('é\u{1f600}').latin1Slice();
    log.next();
    expect((log.record.json as { verb: string }).verb).toBe(bytes);
    log.next();
    expect((log.record.json as { verb: string }).verb).toBe(bytes);
  });
});

describe('a long line', () => {
  const long = 'x'.repeat(17 * 1024 * 1024);

  it('of one event is skipped as oversized, without being held', async () => {
    const log = await readLog(
      inputOf(lines(auditEvent(), auditEvent({ long }), auditEvent()), 1 << 20),
    );
    expect(log.data).toHaveLength(2);
    const offset = JSON.stringify(auditEvent()).length + 1;
    expect(log.reader.diagnostics).toEqual([
      {
        id: 'audit/oversized-event',
        offset,
        detail: 'the record at line 2 is longer than 16 MiB',
      },
    ]);
  });

  it('of 100 MB takes no more memory than one of 17', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    const head = Buffer.from(`${JSON.stringify(auditEvent())}\n{"kind":"Event","x":"`);
    const tail = Buffer.from(`"}\n${JSON.stringify(auditEvent())}\n`);
    const pieces = [head, ...Array<Buffer>(100).fill(chunk), tail];
    const before = process.memoryUsage().rss;
    const log = await readLog({
      ...inputOf(''),
      read: (into, start, end) => {
        const piece = pieces.shift();
        return Promise.resolve(piece?.copy(into, start, 0, end - start) ?? 0);
      },
    });
    expect(log.data).toHaveLength(2);
    expect(log.reader.diagnostics.map(({ id }) => id)).toEqual(['audit/oversized-event']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('of nonsense is skipped as broken', async () => {
    const log = await readLog(inputOf(lines(auditEvent(), `{"a":"${long}`, auditEvent()), 1 << 20));
    expect(log.data).toHaveLength(2);
    expect(idsOf(log)).toEqual(['audit/broken-json']);
  });

  it('that is a list of events is cut into them', async () => {
    const many = Array.from({ length: 40_000 }, () => auditEvent());
    const log = await readLog(
      inputOf(lines(auditEvent(), { kind: 'EventList', items: many }, auditEvent()), 1 << 20),
    );
    expect(log.data).toHaveLength(40_002);
    expect(log.reader.diagnostics).toEqual([]);
  });
});

describe('a CloudTrail log', () => {
  it.each([
    [
      'a Records document',
      JSON.stringify({ Records: [trailRecord({ eventID: 'a' }), trailRecord({ eventID: 'b' })] }),
    ],
    [
      'an indented Records document',
      JSON.stringify(
        { Records: [trailRecord({ eventID: 'a' }), trailRecord({ eventID: 'b' })] },
        undefined,
        2,
      ),
    ],
    ['a record a line', lines(trailRecord({ eventID: 'a' }), trailRecord({ eventID: 'b' }))],
    [
      'documents one after the other',
      lines(
        { Records: [trailRecord({ eventID: 'a' })] },
        { Records: [trailRecord({ eventID: 'b' })] },
      ),
    ],
  ])('is read from %s', async (_form, text) => {
    for (const chunkBytes of [1 << 20, 5]) {
      const log = await readLog(inputOf(text, chunkBytes));
      expect(log.data.map((t) => (JSON.parse(t) as { eventID: string }).eventID)).toEqual([
        'a',
        'b',
      ]);
      expect(log.reader.diagnostics).toEqual([]);
      expect((await log.reader.close()).format).toBe('cloudtrail');
    }
  });

  it('is recognised though it has no record', async () => {
    expect((await readLog(inputOf('{"Records":[]}'))).isLog).toBe(true);
    expect((await readLog(inputOf('{\n"Records": [\n]\n}'))).isLog).toBe(true);
  });

  it('passes over Insights records', async () => {
    const log = await readLog(
      inputOf(
        JSON.stringify({
          Records: [trailRecord({ eventType: 'AwsCloudTrailInsight' }), trailRecord()],
        }),
      ),
    );
    expect(log.data).toHaveLength(1);
    expect(idsOf(log)).toEqual(['audit/insight']);
  });
});

describe('whatever the bytes', () => {
  it('gives the same records however they arrive', async () => {
    const record = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).map((facts) =>
      auditEvent({
        ...facts,
        ...{ kind: 'Event', auditID: 'x', stageTimestamp: '2024-05-01T10:00:00Z' },
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(record),
        fc.constantFrom('lines', 'array', 'list'),
        fc.nat({ max: 4 }),
        fc.integer({ min: 1, max: 300 }),
        async (records, form, indent, chunkBytes) => {
          const text =
            form === 'lines'
              ? lines(...records)
              : JSON.stringify(
                  form === 'array' ? records : { kind: 'EventList', items: records },
                  undefined,
                  indent,
                );
          const log = await readLog(inputOf(text, chunkBytes));
          expect(log.data.map((t) => JSON.parse(t) as unknown)).toEqual(
            records.map((r) => JSON.parse(JSON.stringify(r)) as unknown),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('forgets the keys of the object before', async () => {
    const log = await readLog(inputOf(`{"Records":1}${' '.repeat(300)}{[{}]}`, 7));
    expect(log.data).toEqual([]);
  });

  it('never throws', async () => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          '\\',
          '\n',
          ',',
          ':',
          '{"Records":[',
          '{"items":[',
        ),
        fc.constant(JSON.stringify(auditEvent())),
        fc.string(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(noise, fc.integer({ min: 1, max: 300 }), async (parts, chunkBytes) => {
        await readLog(inputOf(parts.join(''), chunkBytes));
      }),
      { numRuns: 500 },
    );
  });
});
