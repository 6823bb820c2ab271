/** Losses that a recorder reports are repeated by info and analyze, with their time. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { EVENT_TABLE } from '../../src/events/index.js';
import { scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();

const BEGIN = EVENT_TABLE.findIndex(({ name }) => name === 'drop');
const END = BEGIN + 1;
const SECOND = 1_000_000_000n;
const at = (second: number): string =>
  `1970-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z`;

const time = (second: number): string =>
  new Date(second * 1000).toISOString().replace('Z', '000000Z');

/** A capture with these drop events, a second each. */
function captureWith(name: string, codes: readonly number[]): string {
  const path = join(folder, name);
  const capture = createCapture(path, { compression: 'none', force: false });
  capture.writeSectionHeader();
  codes.forEach((code, index) => {
    const ratio = new Uint8Array([1, 0, 0, 0]);
    capture.writeEvent({ cpu: 0, time: BigInt(index) * SECOND, tid: 0, code, params: [ratio] });
  });
  capture.close();
  return path;
}

describe('events that were lost', () => {
  it.each([
    ['a pair', [BEGIN, END], [`events were lost between ${at(0)} and ${at(1)}`]],
    ['two pairs', [BEGIN, END, BEGIN, END], [`between ${at(0)} and ${at(1)}`, `between ${at(1)} and ${at(3)}`]],
    ['a begin without its end', [BEGIN], [`events were lost from ${at(0)} on`]],
    ['an end without its begin', [BEGIN, END, END], [`events were lost between ${at(1)} and ${at(2)}`]],
    ['two begins in a row', [BEGIN, BEGIN, END], [`events were lost between ${at(0)} and ${at(2)}`]],
    ['seven pairs', Array.from({ length: 14 }, (_, index) => BEGIN + (index % 2)), ['events were lost 2 more times']],
  ])('told by %s are reported by info and analyze', async (name, codes, texts) => {
    const path = captureWith(`${name}.scap`, codes);
    const info = await tiercel(folder, ['info', path]);
    const analyze = await tiercel(folder, ['analyze', path, '--no-store']);
    for (const text of texts) {
      expect(info.out).toContain(text);
      expect(analyze.err).toContain(text);
    }
    expect([info.code, analyze.code]).toEqual([0, 0]);
  }); // prettier-ignore

  it('are in the case, among what was not seen, and in the summary', async () => {
    const path = captureWith('kept.scap', [BEGIN, END]);
    const { err, code } = await tiercel(folder, ['analyze', path, '-s', 'lost.db']);
    expect(err).toContain(`absence proves nothing\n  ${path}: events were lost between`);
    expect(code).toBe(0);
    const sql =
      "SELECT id, finding FROM what_was_not_seen JOIN diagnostics ON finding = detail WHERE id LIKE 'recorder/%'";
    const { out } = await tiercel(folder, ['query', 'lost.db', sql, '-f', 'csv', '--no-header']);
    expect(out).toBe(`recorder/losses,events were lost between ${at(0)} and ${at(1)}\n`);
  });

  it('and that nobody tells of are not made up', async () => {
    const path = captureWith('none.scap', []);
    expect((await tiercel(folder, ['info', path])).out).not.toContain('lost');
    expect((await tiercel(folder, ['analyze', path, '--no-store'])).err).not.toContain('lost');
  });

  it('are counted exactly, however many: the first and the last by themselves, those between as one gap', async () => {
    const path = captureWith(
      'many.scap',
      Array.from({ length: 6000 }, (_, index) => BEGIN + (index % 2)),
    );
    const { out } = await tiercel(folder, ['info', path, '-f', 'json']);
    const { lost } = JSON.parse(out) as {
      readonly lost: readonly { from: string; to: string; times: number }[];
    };
    expect(lost).toHaveLength(1025);
    expect(lost.reduce((sum, { times }) => sum + times, 0)).toBe(3000);
    expect(lost.filter(({ times }) => times > 1)).toEqual([
      { from: time(1023), to: time(4975), times: 1976 },
    ]);
    expect(lost.at(-1)).toEqual({ from: time(5997), to: time(5999), times: 1 });
    const text = await tiercel(folder, ['info', path]);
    expect(text.out).toContain('events were lost 2,995 more times\n');
  });
});
