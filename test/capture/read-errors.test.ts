/** What a file is known as that could not be read as a whole: never by the hash of a part of it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { scratchFolder, tiercel } from '../commands/run.js';
import { capture, event, fileOf, readAll, section } from './blocks.js';

const folder = scratchFolder();
const EXAM = fileURLToPath(new URL('../../fixtures/exam.scap', import.meta.url));
/** Beyond 16 MB a worker hashes. */
const LARGE = capture(
  section(),
  ...Array.from({ length: 200 }, () => event({ type: 0x221, params: ['x'.repeat(100_000)] })),
);

const shim = join(folder, 'failing-read.so');
const source = fileURLToPath(new URL('shim/failing-read.c', import.meta.url));
const canInject =
  process.platform === 'linux' &&
  spawnSync('gcc', ['-shared', '-fPIC', '-o', shim, source, '-ldl']).status === 0;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a file that is cut while it is read', () => {
  it('has no SHA-256, the size that it had, and the place where it ended', async () => {
    const path = fileOf(LARGE);
    const reader = await openEvidence(path);
    await reader.fill();
    truncateSync(path, 1_000_000);
    await readAll(reader);
    const identity = await reader.close();
    expect(identity).toMatchObject({ sha256: undefined, sizeBytes: LARGE.length });
    expect(identity.incomplete).toBe(
      `it ended after 1000000 bytes, and had ${LARGE.length} when it was opened`,
    );
    expect(reader.diagnostics.map(({ id }) => id)).toContain('capture/changed-while-read');
  });
});

describe('a thread that dies while it hashes', () => {
  it('leaves evidence without SHA-256, whose run is no whole one', async () => {
    vi.spyOn(Worker.prototype, 'unref').mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    const reader = await openEvidence(fileOf(LARGE));
    const { events } = await readAll(reader);
    expect(events).toHaveLength(200);
    expect(await reader.close()).toMatchObject({
      sha256: undefined,
      incomplete: 'the thread that hashes ended before its end',
      sizeBytes: LARGE.length,
    });
    expect(reader.diagnostics.map(({ id }) => id)).toEqual(['capture/not-hashed']);
  });
});

describe.skipIf(!canInject)('a read error (skipped where gcc cannot make a library)', () => {
  const { EIO, ESTALE } = constants.errno;
  const analyze = (path: string, fault: Record<string, string | number>) => {
    const faults = Object.entries(fault).map(([name, value]) => [name, String(value)] as const);
    const env: NodeJS.ProcessEnv = Object.fromEntries([
      ['LD_PRELOAD', shim],
      ['FAIL_PATH', path],
      ...faults,
    ]);
    const store = join(folder, `${Object.values(fault).join('-')}.db`);
    return { store, outcome: tiercel(folder, ['analyze', path, '-s', store], { env }) };
  };
  const runs = async (store: string) => {
    const sql = 'SELECT status, evidence_id, size_bytes, format, compression FROM runs';
    const { out } = await tiercel(folder, ['query', store, sql, '-f', 'json']);
    return out;
  };

  it.each([
    ['a bad sector', EIO, 'EIO'],
    ['a network folder that went away', ESTALE, 'ESTALE'],
  ])('of %s leaves an incomplete run, and exits with 4', async (_what, errno, name) => {
    const path = join(folder, `exam-${name}.scap`);
    copyFileSync(EXAM, path);
    const size = statSync(path).size;
    const at = size >> 1;
    const { store, outcome } = analyze(path, { FAIL_AFTER: at, FAIL_ERRNO: errno });
    const { code, err } = await outcome;
    expect(code).toBe(4);
    expect(err).toContain('(capture/read-error)');
    expect(err).toContain(`Incomplete, no SHA-256: at byte ${at} of ${size} the operating system`);
    expect(err).not.toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(await runs(store)).toContain(
      `"status":"incomplete","evidence_id":null,"size_bytes":${size},"format":"scap","compression":"gzip"`,
    );
  });

  it('met by the thread that hashes leaves an incomplete run too', async () => {
    const path = join(folder, 'large.scap');
    writeFileSync(path, LARGE);
    const { store, outcome } = analyze(path, { FAIL_AT: 9_000_000, FAIL_ERRNO: EIO });
    const { code, err } = await outcome;
    expect([code, err]).toEqual([4, expect.stringContaining('(capture/not-hashed)')]);
    expect(err).toContain('hashing stopped at byte');
    const sql = "SELECT detail FROM diagnostics WHERE id = 'analysis/incomplete'";
    const { out } = await tiercel(folder, ['query', store, sql, '-f', 'csv', '--no-header']);
    expect(out).toContain('hashing stopped at byte');
    expect(await runs(store)).toContain(
      `"status":"incomplete","evidence_id":null,"size_bytes":${LARGE.length},"format":"scap","compression":"none"`,
    );
  });

  it('so early that no format is seen says that reading failed, not that this is no evidence', async () => {
    const path = join(folder, 'early.scap');
    copyFileSync(EXAM, path);
    const { outcome } = analyze(path, { FAIL_AFTER: 10, FAIL_ERRNO: EIO });
    const { code, err } = await outcome;
    expect([code, err]).toEqual([2, expect.stringContaining('EVIDENCE_UNREADABLE')]);
  });
});
