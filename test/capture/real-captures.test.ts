/** Captures from real machines, where they are at hand: all of each is read, and copies replay the same. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createCapture, openEvidence } from '../../src/capture/index.js';
import { readAll, readFile, scratch } from './blocks.js';

const folder = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));
const names = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.scap'))
  : [];
/** Event records in each. */
const EVENT_COUNTS: Readonly<Record<string, number>> = {
  '502Error.scap': 22381,
  'cat_write.scap': 345,
  'connect_localhost.scap': 374,
  'curl_google.scap': 1536,
  'modern-mixed.scap': 11856,
  'open-multiple-files.scap': 1272,
  'psp_run_as_user_0_container.scap': 4143,
  'sample.scap': 572,
};

if (names.length === 0) {
  it.skip('real captures: ../shared/captures is not here', () => undefined);
}

describe.each(names)('%s', (name) => {
  const path = `${folder}${name}`;
  const stored = names.length === 0 ? Buffer.alloc(0) : readFileSync(path);
  const plain = stored[0] === 0x1f ? gunzipSync(stored) : stored;

  it('is read to its end without a finding, and every byte of it belongs to a block', async () => {
    const reader = await openEvidence(path);
    const { events, lists, blocks, diagnostics } = await readAll(reader);
    expect(diagnostics).toEqual([]);
    expect(events).toHaveLength(EVENT_COUNTS[name] ?? -1);
    expect(blocks === plain.latin1Slice()).toBe(true);
    expect(lists.map(({ kind }) => kind)).toContain('machine');
    expect(await reader.close()).toMatchObject({
      sha256: createHash('sha256').update(stored).digest('hex'),
      sizeBytes: stored.length,
    });
  });

  it('has the same lists when they are written in the newest versions', async () => {
    const { lists } = await readFile(path);
    const copy = scratch(`lists-of-${name}`);
    const writer = createCapture(copy);
    writer.writeSectionHeader();
    lists.forEach((list) => {
      writer.writeMetadata(list);
    });
    writer.close();
    const again = await readFile(copy);
    expect(again.ids).toEqual([]);
    expect(withoutAbsent(again.lists)).toEqual(withoutAbsent(lists));
  });
});

/** Attributes that an old list lacks, in the form in which a new one says that they are missing. */
function withoutAbsent(lists: unknown): unknown {
  const absent: ReadonlySet<unknown> = new Set([-1, 0, 0n, '', undefined]);
  const text = JSON.stringify(lists, (_key, value: unknown) => {
    if (typeof value === 'bigint') {
      return value === 0n ? undefined : value.toString();
    }
    return absent.has(value) ? undefined : value;
  });
  return JSON.parse(text) as unknown;
}
