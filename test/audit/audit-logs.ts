/** Logs for tests: events as facts, inputs from memory in chunks of any size. */
import { createHash } from 'node:crypto';
import { encodingOf, Utf16Source } from '../../src/capture/audit-encoding.js';
import type { AuditInput } from '../../src/capture/audit-input.js';
import { AuditReader } from '../../src/capture/audit-reader.js';
import type { ByteSource } from '../../src/capture/byte-source.js';
import { NEXT } from '../../src/capture/index.js';

/** A Kubernetes audit event; `facts` replace or add keys. */
export function auditEvent(facts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'a362d22b-db3c-4590-9505-23782f12925f',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/default/pods',
    verb: 'create',
    user: { username: 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.7'],
    objectRef: { resource: 'pods', namespace: 'default', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestReceivedTimestamp: '2024-05-01T10:00:00.000000Z',
    stageTimestamp: '2024-05-01T10:00:00.123456Z',
    ...facts,
  };
}

/** A CloudTrail record; `facts` replace or add keys. */
export function trailRecord(facts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.08',
    userIdentity: { type: 'IAMUser', userName: 'Alice', accountId: '123456789012' },
    eventTime: '2024-05-01T10:00:00Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'StartInstances',
    eventType: 'AwsApiCall',
    awsRegion: 'us-east-2',
    sourceIPAddress: '192.0.2.7',
    ...facts,
  };
}

/** `text` as an input that arrives in chunks of `chunkBytes`. */
export function inputOf(text: string | Uint8Array, chunkBytes = 64 * 1024): AuditInput {
  const bytes = Buffer.from(text as string);
  const encoding = encodingOf(bytes);
  let at = 0;
  const stored: ByteSource = {
    read(into, start, end) {
      const count = bytes.copy(into, start, at, Math.min(at + chunkBytes, at + end - start));
      at += count;
      return Promise.resolve(count);
    },
  };
  const source = encoding === 'UTF-8' ? stored : new Utf16Source(stored, encoding);
  return {
    get bytesRead() {
      return at;
    },
    sizeBytes: bytes.length,
    encoding,
    diagnostics: [],
    read: (into, start, end) => source.read(into, start, end),
    abandon: () => ({
      path: 'memory',
      sha256: undefined,
      incomplete: 'reading was ended before its end',
      sizeBytes: bytes.length,
      compression: 'none',
    }),
    close: () =>
      Promise.resolve({
        path: 'memory',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        incomplete: undefined,
        sizeBytes: bytes.length,
        compression: 'none' as const,
      }),
  };
}

/** Everything a log holds: the event data as text, and what there was to tell. */
export async function readLog(
  input: AuditInput,
): Promise<{ data: string[]; times: bigint[]; reader: AuditReader; isLog: boolean }> {
  const reader = new AuditReader(input);
  const isLog = await reader.probe();
  const data: string[] = [];
  const times: bigint[] = [];
  for (;;) {
    const found = reader.next();
    if (found === NEXT.EVENT) {
      const { bytes, end, lengthsAt, view, timeHigh, timeLow } = reader.record;
      data.push(bytes.utf8Slice(end - view.getUint32(lengthsAt + 4, true), end));
      times.push((BigInt(timeHigh) << 32n) | BigInt(timeLow >>> 0));
    } else if (!(await reader.fill())) {
      return { data, times, reader, isLog };
    }
  }
}
