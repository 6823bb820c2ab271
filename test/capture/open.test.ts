/** What is opened, what is refused and why, and what the evidence turns out to be. */
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { cannotOpen } from '../../src/capture/mistakes.js';
import { UserError } from '../../src/errors.js';
import {
  block,
  capture,
  event,
  fileOf,
  pack,
  readAll,
  readFile,
  scratch,
  section,
} from './blocks.js';

const small = capture(section(), event({ params: ['a'] }), event({ params: ['b'] }));

/** The story with which a path is refused. */
async function refusal(path: string): Promise<UserError['story']> {
  const error: unknown = await openEvidence(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).story;
}

const interfaceBlock = block(1, pack().u16(1, 0).u32(65535).bytes);

describe('openEvidence refuses', () => {
  it.each([
    ['a file that is not there', () => scratch('nothing'), 'EVIDENCE_NOT_FOUND', 'no such file'],
    ['a path through a file', () => `${fileOf(small)}/x`, 'EVIDENCE_NOT_FOUND', 'no such file'],
    [
      'a directory',
      () => {
        mkdirSync(scratch('folder'), { recursive: true });
        return scratch('folder');
      },
      'EVIDENCE_IS_DIRECTORY',
      'directory',
    ],
    ['an empty file', () => fileOf(Buffer.alloc(0)), 'EVIDENCE_EMPTY', 'empty'],
    ['a gzip of nothing', () => fileOf(gzipSync('')), 'EVIDENCE_EMPTY', 'unpacked'],
    [
      'a text',
      () => fileOf(Buffer.from('Dear Sir,\n')),
      'EVIDENCE_UNKNOWN_FORMAT',
      'the text "Dear Sir',
    ],
    [
      'a picture',
      () => fileOf(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
      'EVIDENCE_UNKNOWN_FORMAT',
      '89 50 4e 47',
    ],
    [
      'a gzip of a text',
      () => fileOf(gzipSync('Dear Sir,\n')),
      'EVIDENCE_UNKNOWN_FORMAT',
      'what is unpacked from it begins with the text',
    ],
    [
      'JSON that is no log',
      () => fileOf(Buffer.from('{"a":1}')),
      'EVIDENCE_UNKNOWN_AUDIT_LOG',
      'JSON',
    ],
    [
      'packets in pcapng',
      () => fileOf(capture(section(), interfaceBlock)),
      'EVIDENCE_IS_PACKETS',
      'pcapng',
    ],
    [
      'packets in pcapng behind a block of a kind that nobody knows',
      () => fileOf(capture(section(), block(0xbad, Buffer.alloc(4)), interfaceBlock)),
      'EVIDENCE_IS_PACKETS',
      'pcapng',
    ],
    [
      'packets from a big-endian machine, packed',
      () =>
        fileOf(gzipSync(capture(section(false), block(1, Buffer.alloc(8), { isLittle: false })))),
      'EVIDENCE_IS_PACKETS',
      'pcapng',
    ],
    [
      'packets in the older pcap',
      () => fileOf(Buffer.from('d4c3b2a1020004000000', 'hex')),
      'EVIDENCE_IS_PACKETS',
      'pcap ',
    ],
  ])('%s', async (_what, path, code, why) => {
    const given = path();
    const story = await refusal(given);
    expect(story.where).toBe(given);
    expect(story.code).toBe(code);
    expect(story.why).toContain(why);
    expect(story.fix).not.toBe('');
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const path = fileOf(small);
    chmodSync(path, 0);
    expect((await refusal(path)).code).toBe('EVIDENCE_NO_PERMISSION');
  });

  it.each([
    ['EACCES', 'EVIDENCE_NO_PERMISSION'],
    ['EPERM', 'EVIDENCE_NO_PERMISSION'],
    ['EMFILE', 'EVIDENCE_UNREADABLE'],
  ])('what the operating system refuses with %s', (code, story) => {
    const error = Object.assign(new Error('no'), { code });
    expect(cannotOpen('x', error).story).toMatchObject({ code: story, where: 'x' });
  });

  it('control characters of a file without letting them out', async () => {
    const { why } = await refusal(fileOf(Buffer.from('\x1b[31mred', 'latin1')));
    expect(why).not.toContain('\x1b');
  });
});

describe('openEvidence takes', () => {
  it('a capture that ends behind its section header', async () => {
    expect(await readFile(fileOf(section()))).toMatchObject({ sections: 1, events: [], ids: [] });
  });

  it('a capture under any name', async () => {
    const path = fileOf(small);
    const renamed = scratch('holiday.jpeg');
    copyFileSync(path, renamed);
    expect(await readFile(renamed)).toEqual(await readFile(path));
  });

  it('standard input', async () => {
    const reader = await openEvidence('-', { stdin: Readable.from([small]) });
    const { events } = await readAll(reader);
    expect(events).toHaveLength(2);
    expect(await reader.close()).toEqual({
      path: '-',
      sha256: createHash('sha256').update(small).digest('hex'),
      incomplete: undefined,
      sizeBytes: small.length,
      format: 'scap',
      compression: 'none',
    });
  });

  it('an audit log', async () => {
    const log =
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x","stageTimestamp":"2024-05-01T10:00:00Z"}\n';
    const reader = await openEvidence(fileOf(gzipSync(log)));
    const { events } = await readAll(reader);
    expect(events).toMatchObject([{ code: 322 }]);
    expect(await reader.close()).toMatchObject({ format: 'k8s_audit', compression: 'gzip' });
  });
});

describe('the identity', () => {
  const large = capture(
    section(),
    ...Array.from({ length: 200 }, () => event({ type: 0x221, params: ['x'.repeat(100_000)] })),
  );

  it.each([
    ['a small file', small, 'none'],
    ['a packed file, of the packed bytes', gzipSync(small), 'gzip'],
    ['a file that is large enough for a worker', large, 'none'],
  ])('of %s is the hash and size of what is on disk', async (_what, bytes, compression) => {
    const path = fileOf(bytes);
    const reader = await openEvidence(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await readAll(reader);
    expect(reader.bytesRead).toBe(bytes.length);
    expect(reader.sizeBytes).toBe(bytes.length);
    const identity = await reader.close();
    expect(identity).toEqual({
      path,
      sha256,
      incomplete: undefined,
      sizeBytes: bytes.length,
      format: 'scap',
      compression,
    });
  });

  it.each([
    ['small', small],
    ['large', large],
    ['packed', gzipSync(large)],
  ])('of a %s file is the same if nothing was read', async (_what, bytes) => {
    const reader = await openEvidence(fileOf(bytes));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await reader.close()).toMatchObject({ sha256, sizeBytes: bytes.length });
  });

  it.each([
    ['a small file', small],
    ['a large file', large],
    ['a packed file', gzipSync(small)],
  ])('of %s has no hash where nobody wants it', async (_what, bytes) => {
    const path = fileOf(bytes);
    const reader = await openEvidence(path, { isHashed: false });
    await readAll(reader);
    expect(await reader.close()).toMatchObject({
      path,
      sha256: undefined,
      sizeBytes: bytes.length,
    });
  });

  it('of standard input has no hash where nobody wants it', async () => {
    const stdin = Readable.from([small]);
    const reader = await openEvidence('-', { stdin, isHashed: false });
    await readAll(reader);
    expect(await reader.close()).toMatchObject({ sha256: undefined, sizeBytes: small.length });
  });

  it('can be asked for twice', async () => {
    const reader = await openEvidence(fileOf(small));
    expect(await reader.close()).toEqual(await reader.close());
  });

  it('of a file that grows has no hash, and the size that it had when it was opened', async () => {
    const path = fileOf(small);
    const reader = await openEvidence(path);
    appendFileSync(path, event());
    const { events } = await readAll(reader);
    const identity = await reader.close();
    expect(events).toHaveLength(2);
    expect(identity).toMatchObject({ sha256: undefined, sizeBytes: small.length });
    expect(identity.incomplete).toContain(`it had ${small.length} bytes when it was opened`);
    expect(reader.diagnostics.map(({ id }) => id)).toEqual(['capture/changed-while-read']);
  });

  it('is not disturbed by another file that takes the path', async () => {
    const path = fileOf(small);
    const reader = await openEvidence(path);
    const sha256 = createHash('sha256').update(small).digest('hex');
    writeFileSync(`${path}.new`, 'other');
    copyFileSync(path, `${path}.old`);
    expect(await reader.close()).toMatchObject({ sha256 });
  });
});
