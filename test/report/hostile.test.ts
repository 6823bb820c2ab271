/** Strings that an attacker chose, in every column: they stay text, in the page and in Markdown. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, tiercel } from '../commands/run.js';
import { HAS_CHROMIUM, inChromium, useBrowser } from './browser.js';

const HOSTILE = [
  '</script><script>misdeed("script")</script>',
  '<img src=x onerror=misdeed("img")>',
  '"><svg onload=misdeed("svg")>',
  "javascript:misdeed('link')",
  '<meta http-equiv="refresh" content="0;url=http://203.0.113.9/">',
  '<style>*{display:none}</style><!--',
  'a\u202eb\u2066c\u0000d\u001be',
  '[click](http://203.0.113.9) ![x](http://203.0.113.9/x.png) `code` **bold** | cell | @team #1',
  '⟨\u200b\u{e0041}⟩',
  'x'.repeat(100_000),
];

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/;

const folder = scratchFolder();
const casePath = join(folder, 'case.db');

beforeAll(async () => {
  const fixture = fileURLToPath(new URL('../../fixtures/attack.scap', import.meta.url));
  await tiercel(folder, ['analyze', fixture, '-s', casePath, '-f', 'none']);
  const database = new Database(casePath);
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .raw()
    .all() as string[][];
  database.pragma('ignore_check_constraints = 1');
  for (const [table = ''] of tables.filter(([name]) => name?.startsWith('sqlite_') !== true)) {
    const columns = database
      .prepare(`SELECT name, type FROM pragma_table_info('${table}')`)
      .raw()
      .all() as string[][];
    for (const [column = '', type = ''] of columns) {
      const isJson = ['fields', 'failures', 'tags', 'labels', 'mounts', 'options'].includes(column);
      if (type.startsWith('TEXT') && !isJson && !['status', 'severity'].includes(column)) {
        const rows = database.prepare(`SELECT rowid FROM ${table}`).raw().all() as number[][];
        const update = database.prepare(
          `UPDATE OR IGNORE ${table} SET ${column} = ? WHERE rowid = ?`,
        );
        rows.forEach(([row], at) =>
          update.run(HOSTILE[(at + column.length) % HOSTILE.length], row),
        );
      }
    }
  }
  const fields = JSON.stringify(
    Object.fromEntries(HOSTILE.map((text) => [text.slice(0, 80), text.slice(0, 500)])),
  );
  database.prepare('UPDATE alerts SET fields = ?').run(fields);
  database
    .prepare('UPDATE rules SET tags = ?')
    .run(JSON.stringify(['mitre_execution', ...HOSTILE.slice(0, 6)]));
  database.close();
  const { code, err } = await tiercel(folder, [
    'report',
    casePath,
    '-o',
    'report.html',
    '--title',
    HOSTILE[0] ?? '',
  ]);
  expect([code, err]).toEqual([0, '']);
});

it('means nothing in Markdown', async () => {
  const { code, out } = await tiercel(folder, ['report', casePath, '-f', 'markdown']);
  expect(code).toBe(0);
  // what is left beside code: spans between equal runs of backticks, and HTML's element without anything in it that is markup
  const prose = out
    .replaceAll(/<code>[^<>`"'*[\]|]*<\/code>/g, '')
    .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
  expect(prose).not.toMatch(/[<>[\]`@]|:\/\/|www\.|misdeed|click/);
  expect(out).toContain('misdeed("script")');
  const odd = out.search(HIDDEN);
  expect(odd < 0 ? '' : out.slice(Math.max(0, odd - 60), odd + 20)).toBe('');
});

describe.skipIf(!HAS_CHROMIUM)(inChromium('the page'), () => {
  const open = useBrowser();

  it.each([false, true])(
    'stays text in every section (without the policy: %s)',
    async (bypassCSP) => {
      const { page, misdeeds } = await open(join(folder, 'report.html'), { bypassCSP });
      for (const list of await page.getByRole('tree').all()) {
        await list.focus();
        for (let row = 0; row < 8; row += 1) {
          await page.keyboard.press('Enter');
          await page.keyboard.press('ArrowDown');
        }
      }
      await page.getByRole('button', { name: /^Show all/ }).click();
      const text = await page.evaluate(() => document.body.innerText);
      expect(text).toContain('⟨U+202E⟩');
      const odd = text.search(HIDDEN);
      expect(odd < 0 ? '' : text.slice(Math.max(0, odd - 40), odd + 20)).toBe('');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
        true,
      );
      expect(misdeeds).toEqual([]);
    },
  );

  it('is caught by this test where a page does take text for markup', async () => {
    const { page, misdeeds } = await open(join(folder, 'report.html'), { bypassCSP: true });
    await page.evaluate((html) => {
      const box = document.createElement('div');
      document.body.append(box);
      box.innerHTML = html;
    }, HOSTILE[1] ?? '');
    await page.waitForTimeout(200);
    expect(misdeeds.some((misdeed) => misdeed.startsWith('element:'))).toBe(true);
  });
});
