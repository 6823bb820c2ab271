/** No output replaces what is read, whatever it is called and however it is forced. */
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const fixture = fileURLToPath(new URL('../../fixtures/shell.scap', import.meta.url));

beforeAll(async () => {
  copyFileSync(fixture, join(folder, 'e.scap'));
  symlinkSync('e.scap', join(folder, 'link.scap'));
  for (const extra of [[], ['--match', 'all']]) {
    await tiercel(folder, ['analyze', 'e.scap', '-s', 'c.db', '-f', 'none', ...extra]);
  }
});

it.each([
  ['story', 'c.db', '--output', 'c.db'],
  ['diff', 'c.db', '1', '2', '--output', 'c.db'],
  ['tree', 'c.db', '--output', './c.db'],
  ['tree', 'e.scap', '--output', 'e.scap'],
  ['query', 'c.db', 'timeline', '--output', 'c.db'],
  ['query', 'c.db', '--dump', '--output', 'c.db'],
  ['report', 'c.db', '--output', 'c.db'],
  ['export', 'c.db', '-f', 'jsonl', '--table', 'alerts', '--output', 'c.db'],
  ['export', 'c.db', '-f', 'sqlite', '--output', 'c.db'],
  ['events', 'e.scap', '--output', 'e.scap'],
  ['events', 'link.scap', '-w', 'e.scap'],
  ['analyze', 'e.scap', '--no-store', '--output', 'e.scap'],
  ['analyze', 'e.scap', '-s', 'd.db', '--report', 'e.scap'],
])('%s %s %s %s %s is refused', async (...args) => {
  const [before, evidence] = [readFileSync(join(folder, 'c.db')), readFileSync(fixture)];
  const { code, err } = await tiercel(folder, [...args, '--force']);
  expect([code, err]).toEqual([2, expect.stringContaining('OUTPUT_IS_EVIDENCE')]);
  expect(readFileSync(join(folder, 'c.db')).equals(before)).toBe(true);
  expect(readFileSync(join(folder, 'e.scap')).equals(evidence)).toBe(true);
});
