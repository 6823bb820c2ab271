/** `analyze --keep`: events and reads in the case, as `events` shows them. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';

const CAPTURE = fileURLToPath(new URL('../../fixtures/shell.scap', import.meta.url));
const folder = scratchFolder();
const RULES = put(folder, 'none.yaml', '- macro: opens\n  condition: evt.type in (open, openat)\n');
const FIELDS = '*%evt.num\t%evt.type\t%thread.tid\t%fd.name\t%evt.res\t%evt.args';

async function analyze(path: string, ...words: readonly string[]): Promise<number | null> {
  return (await tiercel(folder, ['analyze', CAPTURE, '-r', RULES, '-s', path, ...words])).code;
}

async function rows(path: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { out } = await tiercel(folder, ['query', path, sql, '-f', 'json']);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Object.values(JSON.parse(line) as Record<string, unknown>));
}

describe('--keep events', () => {
  let kept: readonly (readonly unknown[])[] = [];
  beforeAll(async () => {
    expect(await analyze('all.db', '--keep', 'events')).toBe(0);
    kept = await rows('all.db', 'SELECT event_number, type, tid, fd_name, result, arguments FROM events ORDER BY event_number'); // prettier-ignore
  }, 30_000);

  it('keeps every event that `events` lists, with what it prints of each', async () => {
    const { out } = await tiercel(folder, ['events', CAPTURE, '-p', FIELDS]);
    const listed = out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
    expect(listed.length).toBeGreaterThan(100);
    expect(
      kept.map((row) =>
        row.map((value) => (value === null ? '<NA>' : String(value as string | number))),
      ),
    ).toEqual(
      listed.map((row) => row.map((value, at) => (value === '' && at < 5 ? '<NA>' : value))),
    );
  });

  it('gives each its program, time and place', async () => {
    expect(
      await rows(
        'all.db',
        `SELECT count(*) FROM events LEFT JOIN processes USING (process_id)
         WHERE byte_offset <= 0 OR time_ns <= 0 OR (process_id NOT NULL AND processes.pid IS NULL)`,
      ),
    ).toEqual([[0]]);
    const { out } = await tiercel(folder, ['events', CAPTURE, 'proc.pid > 0', '-p', '%evt.num']);
    expect(
      await rows('all.db', 'SELECT event_number FROM events WHERE process_id NOT NULL ORDER BY 1'),
    ).toEqual(
      out
        .trim()
        .split('\n')
        .map((number) => [Number(number)]),
    );
  });

  it('with a condition keeps those that meet it, and is another run', async () => {
    expect(await analyze('all.db', '--keep', 'events=opens and evt.failed = true')).toBe(0);
    const opens = kept.filter((row) => ['open', 'openat'].includes(String(row[1])) && row[4] !== 'SUCCESS'); // prettier-ignore
    expect(
      await rows('all.db', 'SELECT event_number FROM events WHERE run_id = 2 ORDER BY 1'),
    ).toEqual(opens.map(([number]) => [number]));
    expect(await rows('all.db', 'SELECT options FROM runs WHERE run_id = 2')).toEqual([
      [expect.stringContaining('"keep":["events=opens and evt.failed = true"]')],
    ]);
  });

  it('is sealed, dumped and read as the rest of the case', async () => {
    expect((await tiercel(folder, ['query', 'all.db', '--verify'])).code).toBe(0);
    const { out } = await tiercel(folder, ['query', 'all.db', '--dump']);
    expect(out.split('\n').filter((line) => line.startsWith('{"table":"events"')).length).toBeGreaterThan(kept.length - 1); // prettier-ignore
  });
});

describe('--keep reads', () => {
  it('keeps the files that are only read, which are not there otherwise', async () => {
    await analyze('reads.db', '--keep', 'reads');
    await analyze('plain.db');
    const sql = 'SELECT count(*), sum(bytes_read) FROM files WHERE reads > 0 AND writes = 0 AND executions = 0'; // prettier-ignore
    const [[count = 0, bytes = 0] = []] = await rows('reads.db', sql);
    expect(Number(count)).toBeGreaterThan(0);
    expect(Number(bytes)).toBeGreaterThan(0);
    expect((await rows('plain.db', sql))[0]?.[0]).toBe(0);
  });
});

describe('what cannot be kept', () => {
  it.each([
    ['another word', ['--keep', 'alerts'], 'KEEP_UNKNOWN'],
    ['a condition that is none', ['--keep', 'events=evt.type ='], ''],
    ['anything, where no case is', ['--keep', 'reads', '--no-store'], ''],
  ])('is refused: %s', async (_what, words, code) => {
    const args = ['analyze', CAPTURE, '-r', RULES, ...words];
    const outcome = await tiercel(folder, args);
    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain(code);
    expect((await tiercel(folder, ['query', join(folder, 'case.db')])).err).toContain('CASE_MISSING'); // prettier-ignore
  });
});
