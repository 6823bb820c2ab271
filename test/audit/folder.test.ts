import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { UserError } from '../../src/errors.js';
import { replay, type ReplayResult } from '../../src/pipeline.js';
import { auditEvent, trailRecord } from './audit-logs.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiercel-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function idsAndResult(): Promise<{
  ids: unknown[];
  numbers: number[];
  result: ReplayResult;
}> {
  const ids: unknown[] = [];
  const numbers: number[] = [];
  const result = await replay(await openEvidence(folder), {
    onMoment: ({ event }) => {
      const json = event.json as Record<string, unknown>;
      ids.push(json['eventID'] ?? json['auditID']);
      numbers.push(event.number);
      return undefined;
    },
  });
  return { ids, numbers, result };
}

/** A zstd frame of one raw block: single segment, content size in four bytes. */
function zstdOf(content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

const auditLine = (milliseconds: number): string => {
  const stageTimestamp = new Date(1_700_000_000_000 + milliseconds).toISOString();
  return `${JSON.stringify(auditEvent({ auditID: String(milliseconds), stageTimestamp }))}\n`;
};

const trail = (eventID: string, eventTime: string): Buffer =>
  gzipSync(JSON.stringify({ Records: [trailRecord({ eventID, eventTime })] }));

describe('a folder of audit logs', () => {
  it('is a CloudTrail tree, read in the order of time, whatever the regions are called', async () => {
    const base = 'AWSLogs/123456789012/CloudTrail';
    put(`${base}/eu-west-1/2024/05/02/b.json.gz`, trail('second', '2024-05-02T00:00:00Z'));
    put(`${base}/us-east-1/2024/05/01/a.json.gz`, trail('first', '2024-05-01T00:00:00Z'));
    put(`${base}/us-east-1/2024/05/03/c.json.gz`, trail('third', '2024-05-03T00:00:00Z'));
    put(`${base}/us-east-1/2024/05/03/none.json.gz`, gzipSync('{"Records":[]}'));
    put('AWSLogs/123456789012/CloudTrail-Digest/d.json.gz', gzipSync('{"digestStartTime":"x"}'));
    const { ids, numbers, result } = await idsAndResult();
    expect(ids).toEqual(['first', 'second', 'third']);
    expect(numbers).toEqual([1, 2, 3]);
    expect(result.identity).toMatchObject({
      path: folder,
      format: 'cloudtrail',
      compression: 'gzip',
    });
    expect(result.diagnostics).toEqual([
      {
        id: 'audit/other-file',
        offset: undefined,
        detail:
          'AWSLogs/123456789012/CloudTrail-Digest/d.json.gz is neither a capture nor an audit log',
      },
    ]);
  });

  it('is a rotated Kubernetes log, the current file last', async () => {
    const line = (auditID: string, stageTimestamp: string): string =>
      `${JSON.stringify(auditEvent({ auditID, stageTimestamp }))}\n`;
    put('audit.log', line('c', '2024-05-03T00:00:00Z'));
    put('audit-2024-05-01.log.gz', gzipSync(line('a', '2024-05-01T00:00:00Z')));
    put('audit-2024-05-02.log', `${line('b', '2024-05-02T00:00:00Z')}{"broken`);
    const { ids, result } = await idsAndResult();
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(result.diagnostics.map((each) => [each.id, each.detail])).toEqual([
      ['audit/truncated-log', 'audit-2024-05-02.log: line 2 (8 bytes) is not JSON'],
    ]);
  });

  it('is the logs of several API servers, merged in the order of time', async () => {
    const log = (...minutes: readonly number[]): string =>
      minutes
        .map((minute) => {
          const stageTimestamp = `2024-05-01T10:${String(minute).padStart(2, '0')}:00Z`;
          return `${JSON.stringify(auditEvent({ auditID: String(minute), stageTimestamp }))}\n`;
        })
        .join('');
    put('a/audit-1.log', log(1, 4, 7));
    put('a/audit-2.log', log(8, 20));
    put('b/audit-1.log.gz', gzipSync(`${log(2, 3)}nonsense\n${log(9)}`));
    put('c/audit.log', log(5));
    put('d/audit.log', `${log(21, 23)}{"cut`);
    put('e/audit.log', log(22));
    const { ids, numbers, result } = await idsAndResult();
    expect(ids).toEqual(['1', '2', '3', '4', '5', '7', '8', '9', '20', '21', '22', '23']);
    expect(numbers).toEqual(ids.map((_, at) => at + 1));
    expect(result.diagnostics.map(({ detail }) => detail)).toEqual([
      'b/audit-1.log.gz: line 3 (8 bytes) is not JSON',
      'd/audit.log: line 3 (5 bytes) is not JSON',
    ]);
  });

  it('gives every event once and in the order of time, however its logs overlap', async () => {
    const log = fc.array(fc.integer({ min: 0, max: 999 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(log, { minLength: 1, maxLength: 60 }), async (logs) => {
        folder = mkdtempSync(join(folder, 'x'));
        put('always.log', auditLine(0));
        logs.forEach((times, at) => {
          put(
            `${at}.log`,
            [...times]
              .sort((a, b) => a - b)
              .map(auditLine)
              .join('') || '[]',
          );
        });
        const { ids } = await idsAndResult();
        const wanted = [0, ...logs.flat()].sort((a, b) => a - b);
        expect(ids.map(Number)).toEqual(wanted);
        folder = dirname(folder);
      }),
      { numRuns: 15 },
    );
  });

  it('has the same hash whoever lists it, and another one when a file changes its name', async () => {
    put('b.json', trail('1', '2024-05-01T00:00:00Z'));
    put('a.json', trail('2', '2024-05-02T00:00:00Z'));
    const first = (await idsAndResult()).result.identity.sha256;
    expect((await (await openEvidence(folder)).close()).sha256).toBe(first);
    const unhashed = await openEvidence(folder, { isHashed: false });
    expect((await unhashed.close()).sha256).toBeUndefined();
    rmSync(join(folder, 'b.json'));
    put('c.json', trail('1', '2024-05-01T00:00:00Z'));
    expect((await idsAndResult()).result.identity.sha256).not.toBe(first);
  });

  it('tells of empty files, and does not follow links to folders', async () => {
    put('a.json', trail('1', '2024-05-01T00:00:00Z'));
    put('empty.json', '');
    symlinkSync(folder, join(folder, 'loop'));
    const { ids, result } = await idsAndResult();
    expect(ids).toEqual(['1']);
    expect(result.diagnostics.map(({ id }) => id)).toEqual([
      'audit/other-file',
      'audit/unreadable-file',
    ]);
  });

  it('is refused where it holds no audit log', async () => {
    put('readme.txt', 'hello');
    await expect(openEvidence(folder)).rejects.toThrow(UserError);
  });
});

describe('a file', () => {
  it('is recognised by its content, whatever its name, and whatever its first line', async () => {
    put('x.scap', `cut off"}\n${JSON.stringify(auditEvent())}\n`);
    const result = await replay(await openEvidence(join(folder, 'x.scap')), {
      onMoment: () => undefined,
    });
    expect([result.eventCount, result.identity.format]).toEqual([1, 'k8s_audit']);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdOf],
  ] as const)('is recognised though %s compressed it', async (compression, pack) => {
    put('x', pack(Buffer.from(`${JSON.stringify(auditEvent())}\n`)));
    const result = await replay(await openEvidence(join(folder, 'x')), {
      onMoment: () => undefined,
    });
    expect(result.eventCount).toBe(1);
    expect(result.identity).toMatchObject({ format: 'k8s_audit', compression });
  });

  it('of other JSON is refused', async () => {
    put('package.json', '{"name":"x"}');
    await expect(openEvidence(join(folder, 'package.json'))).rejects.toThrow(UserError);
  });
});
