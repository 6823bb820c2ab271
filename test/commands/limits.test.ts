/** What the summary says of losses and limits, the case says too: on every fixture, and for every kind of limit. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scratchFolder, tiercel } from './run.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const CAPTURES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.scap'))
  .map((name) => join(FIXTURES, name));
const folder = scratchFolder();

/** Sentences of the summary that are about what could not be seen or found, without their headings. */
function limitsIn(summary: string): readonly string[] {
  const lines = summary.split('\n');
  return [
    ...lines.flatMap((line) => /^ {2}Not known: (.*)/.exec(line)?.slice(1) ?? []),
    ...lines.flatMap((line) => /^ {2}Incomplete, no SHA-256: (.*)/.exec(line)?.slice(1) ?? []),
    ...lines.flatMap((line) => /^(?:Idle: )(.*)/.exec(line)?.slice(1) ?? []),
    ...lines.filter((line) => line.startsWith('Rules were shown only')),
  ];
}

/** How often each rule stood behind another, whatever the evidence. */
function countsOf(texts: readonly string[], form: RegExp): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const found = form.exec(text)?.groups;
    if (found !== undefined) {
      const key = `${found['name'] ?? ''} / ${found['by'] ?? ''}`;
      counts.set(key, (counts.get(key) ?? 0) + Number((found['count'] ?? '0').replaceAll(',', '')));
    }
  }
  return counts;
}

async function notSeenIn(path: string): Promise<readonly string[]> {
  const sql = 'SELECT finding FROM what_was_not_seen';
  const { out } = await tiercel(folder, ['query', path, sql, '-f', 'json']);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly finding: string }).finding);
}

async function compare(name: string, args: readonly string[]): Promise<readonly string[]> {
  const { err } = await tiercel(folder, ['analyze', ...args, '-s', name, '-f', 'none']);
  const said = limitsIn(err);
  const stored = await notSeenIn(name);
  for (const sentence of said) {
    expect(stored, args.join(' ')).toContain(sentence);
  }
  const shadows = countsOf(
    err.split('\n'),
    /^ {2}(?<count>[\d,]+) {2}(?<name>.*), behind (?<by>.*)$/,
  );
  const kept = countsOf(
    stored,
    /^rule (?<name>.*) matched (?<count>[\d,]+) events? that rule (?<by>.*) took$/,
  );
  expect(kept).toEqual(shadows);
  return [...said, ...shadows.keys()];
}

describe('what was not seen', () => {
  it(
    'is the same in the summary and the case, of every fixture',
    { timeout: 300_000 },
    async () => {
      const said = await compare('all.db', CAPTURES);
      expect(said.length).toBeGreaterThan(0);
    },
  );

  it('includes the part of the events that rules were shown', { timeout: 120_000 }, async () => {
    const said = await compare('narrow.db', [
      join(FIXTURES, 'exam.scap'),
      '--filter',
      'evt.num < 100',
      '--to',
      '+5s',
    ]);
    expect(said).toContain('Rules were shown only events of --filter evt.num < 100 --to +5s');
  });
});
