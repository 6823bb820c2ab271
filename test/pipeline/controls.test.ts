import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import { fileOf } from '../capture/blocks.js';

const EXAM = fileURLToPath(new URL('../../fixtures/exam.scap', import.meta.url));
const CHUNKS = { chunkBytes: 4096 };

describe('replay', () => {
  it('reads everything, and hashes it, if nobody ends it', async () => {
    const { isWhole, identity } = await replay(await openEvidence(EXAM), {
      onMoment: () => undefined,
    });
    expect(isWhole).toBe(true);
    expect(identity.sha256).toBe(createHash('sha256').update(readFileSync(EXAM)).digest('hex'));
  });

  it('ends where onMoment says so, without a hash, but with the file’s own size and format', async () => {
    let count = 0;
    const { isWhole, identity, eventCount } = await replay(await openEvidence(EXAM, CHUNKS), {
      onMoment: () => (count += 1) < 3,
    });
    expect(count).toBe(3);
    expect(eventCount).toBeLessThanOrEqual(3);
    expect(isWhole).toBe(false);
    expect(identity).toEqual({
      path: EXAM,
      sha256: undefined,
      incomplete: 'reading was ended before its end',
      sizeBytes: readFileSync(EXAM).length,
      format: 'scap',
      compression: 'gzip',
    });
  });

  it('ends when its signal is aborted, also while evidence is awaited that never comes', async () => {
    const endless = new Readable({ read: () => undefined });
    endless.push(readFileSync(EXAM));
    const controller = new AbortController();
    const ended = replay(await openEvidence('-', { stdin: endless }), {
      signal: controller.signal,
      onMoment: () => undefined,
    });
    setImmediate(() => {
      controller.abort();
    });
    const { isWhole, identity } = await ended;
    expect(isWhole).toBe(false);
    expect(identity.sha256).toBeUndefined();
    expect(endless.destroyed).toBe(true);
  });

  it('reads nothing if its signal was aborted before', async () => {
    const { isWhole, recordCount } = await replay(await openEvidence(EXAM), {
      signal: AbortSignal.abort(),
      onMoment: () => undefined,
    });
    expect({ isWhole, recordCount }).toEqual({ isWhole: false, recordCount: 0 });
  });

  it('leaves nothing on its signal, whether it ended well or not: hundreds may follow', async () => {
    const { signal } = new AbortController();
    await replay(await openEvidence(EXAM), { signal, onMoment: () => undefined });
    const failing = replay(await openEvidence(EXAM), {
      signal,
      onMoment: () => {
        throw new Error('a mistake of ours');
      },
    });
    await expect(failing).rejects.toThrow('a mistake of ours');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('reads on only when everybody is ready', async () => {
    let isReady = true;
    let turns = 0;
    await replay(await openEvidence(EXAM, CHUNKS), {
      ready: async () => {
        isReady = false;
        await new Promise(setImmediate);
        isReady = true;
        turns += 1;
      },
      onMoment: () => {
        expect(isReady).toBe(true);
        return undefined;
      },
    });
    expect(turns).toBeGreaterThan(2);
  });

  it('shows each record to onRecord before its event is applied', async () => {
    const seen: number[] = [];
    const { recordCount } = await replay(await openEvidence(EXAM), {
      onRecord: ({ number }) => {
        seen.push(number);
      },
      onMoment: ({ event }) => {
        expect(seen.at(-1)).toBe(event.number);
        return undefined;
      },
    });
    expect(seen).toEqual(Array.from({ length: recordCount }, (_, at) => at + 1));
  });

  it('closes evidence in which somebody made a mistake, and reads no further', async () => {
    const plain = gunzipSync(readFileSync(EXAM));
    const reader = await openEvidence(fileOf(plain), CHUNKS);
    await expect(
      replay(reader, {
        onMoment: () => {
          throw new Error('ours');
        },
      }),
    ).rejects.toThrow('ours');
    expect(reader.bytesRead).toBeLessThan(plain.length);
  });
});
