/** The report's page in a real browser, over a case of three fixtures. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, tiercel } from '../commands/run.js';
import { axeFindings, HAS_CHROMIUM, inChromium, useBrowser } from './browser.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../test-results', import.meta.url));
const EVIDENCE = ['attack.scap', 'attack-on-host.scap', 'exam.scap'].map((name) =>
  join(FIXTURES, name),
);

const folder = scratchFolder();
const casePath = join(folder, 'case.db');
const page = join(folder, 'report.html');

/** Rows of the case. */
function rows(sql: string): readonly (readonly unknown[])[] {
  const database = new Database(casePath, { readonly: true });
  try {
    return database.prepare(sql).raw().all() as unknown[][];
  } finally {
    database.close();
  }
}

beforeAll(async () => {
  await tiercel(folder, ['analyze', ...EVIDENCE, '-s', casePath, '-f', 'none']);
  const { code, err } = await tiercel(folder, ['report', casePath, '-o', page]);
  expect([code, err]).toEqual([0, '']);
  mkdirSync(RESULTS, { recursive: true });
});

it('is one private file, the same each time', async () => {
  expect(statSync(page).mode & 0o777).toBe(0o600);
  await tiercel(folder, ['report', casePath, '-o', 'again.html']);
  expect(readFileSync(join(folder, 'again.html')).equals(readFileSync(page))).toBe(true);
  const refused = await tiercel(folder, ['report', casePath, '-o', page]);
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining('a file is there already'),
  ]);
});

it('counts only what it is restricted to', async () => {
  const [[id, count] = []] = rows('SELECT incident_id, alert_count FROM incidents LIMIT 1');
  const { out } = await tiercel(folder, [
    'report',
    casePath,
    '-f',
    'markdown',
    '--incident',
    String(id),
  ]);
  const counts = [...out.matchAll(/^\| .* \| (\d+) \|$/gm)].map(([, each]) => Number(each));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(count);
  expect(out).toContain(`${String(count)} alerts,`);
});

it('is written by analyze --report, too, or nothing is analysed', async () => {
  const asked = [
    'analyze',
    EVIDENCE[2] ?? '',
    '-s',
    'one.db',
    '-f',
    'none',
    '--report',
    'one.html',
  ];
  expect((await tiercel(folder, asked)).code).toBe(0);
  await tiercel(folder, ['report', 'one.db', '-o', 'same.html']);
  expect(
    readFileSync(join(folder, 'one.html')).equals(readFileSync(join(folder, 'same.html'))),
  ).toBe(true);
  const refused = await tiercel(
    folder,
    asked.map((word) => (word === 'one.db' ? 'other.db' : word)),
  );
  expect([refused.code, existsSync(join(folder, 'other.db'))]).toEqual([2, false]);
});

describe.skipIf(!HAS_CHROMIUM)(inChromium('the page'), () => {
  const open = useBrowser();

  it('shows incidents with a sentence each, and every alert, without a word to anybody', async () => {
    const { page: tab, misdeeds } = await open(page);
    const incidents = rows('SELECT subject, priority FROM incidents');
    expect(await tab.locator('.card').count()).toBe(incidents.length);
    for (const [subject] of incidents) {
      expect(await tab.locator('.cards').textContent()).toContain(String(subject));
    }
    expect(await tab.locator('.cards').textContent()).toContain(
      '“apk /sbin/apk add --no-cache curl” 13 times',
    );
    const [[alerts] = []] = rows('SELECT count(*) FROM alerts');
    expect(await tab.locator('output').textContent()).toBe(
      `${String(alerts)} of ${String(alerts)} alerts`,
    );
    expect(await tab.locator('#did-not-run').count()).toBe(0);
    expect(misdeeds).toEqual([]);
  });

  it('restricts everything to what is chosen, and keeps that in its address', async () => {
    const { page: tab, misdeeds } = await open(page);
    const [[id, count] = []] = rows(
      "SELECT incident_id, alert_count FROM incidents WHERE subject LIKE '%httpd%'",
    );
    await tab.locator('.card button', { hasText: 'httpd' }).click();
    expect(await tab.locator('output').textContent()).toMatch(new RegExp(`^${String(count)} of `));
    expect(new URL(tab.url()).hash).toBe(`#incident=${String(id)}`);
    await tab.reload();
    await tab.waitForSelector('html[data-ready]');
    expect(await tab.locator('output').textContent()).toMatch(new RegExp(`^${String(count)} of `));
    await tab.getByRole('button', { name: 'Show everything' }).click();
    await tab.getByLabel('search').fill('/etc/passwd');
    const [[found] = []] = rows(
      "SELECT count(*) FROM alerts JOIN rules USING (rule_id) LEFT JOIN processes USING (process_id) WHERE alerts.output || rules.name || coalesce(cmdline, '') LIKE '%/etc/passwd%'",
    );
    expect(await tab.locator('output').textContent()).toMatch(new RegExp(`^${String(found)} of `));
    await tab.getByLabel('search').fill('');
    await tab.getByLabel('priority').selectOption('Critical');
    const [[critical] = []] = rows("SELECT count(*) FROM alerts WHERE priority = 'Critical'");
    expect(await tab.locator('output').textContent()).toMatch(
      new RegExp(`^${String(critical)} of `),
    );
    expect(misdeeds).toEqual([]);
  });

  it('restricts everything to a span that is dragged on the timeline, or typed', async () => {
    const { page: tab, misdeeds } = await open(page);
    const box = await tab.locator('.timeline').boundingBox();
    if (box === null) {
      throw new Error('there is no timeline');
    }
    await tab.mouse.move(box.x + 2, box.y + 20);
    await tab.mouse.down();
    await tab.mouse.move(box.x + box.width / 2, box.y + 20);
    await tab.mouse.up();
    const from = Number(new URLSearchParams(new URL(tab.url()).hash.slice(1)).get('from'));
    const to = Number(new URLSearchParams(new URL(tab.url()).hash.slice(1)).get('to'));
    const count = async (): Promise<number> =>
      Number((await tab.locator('output').textContent())?.split(' ')[0]);
    const within = (low: number, high: number): unknown =>
      rows(`SELECT count(*) FROM alerts WHERE time_ns / 1e6 BETWEEN ${low} AND ${high}`)[0]?.[0];
    expect(await count()).toBe(within(from, to));
    await tab.getByRole('button', { name: 'Show everything' }).click();
    await tab.getByRole('textbox', { name: 'from' }).fill('2026-11-22 04:49:00');
    await tab.getByRole('textbox', { name: 'to' }).fill('2026-11-22 04:49:30');
    await tab.getByRole('textbox', { name: 'to' }).blur();
    expect(await count()).toBe(
      within(Date.parse('2026-11-22T04:49:00Z'), Date.parse('2026-11-22T04:49:30Z')),
    );
    expect(misdeeds).toEqual([]);
  });

  it('shows all about an alert and the story of a process, by keyboard', async () => {
    const { page: tab, misdeeds } = await open(page);
    await tab.getByRole('tree', { name: 'Alerts' }).focus();
    await tab.keyboard.press('Home');
    await tab.keyboard.press('Enter');
    const detail = tab.locator('.detail');
    expect(await detail.textContent()).toContain('tiercel events');
    await tab.getByRole('tree', { name: 'Process tree' }).focus();
    await tab.keyboard.press('End');
    await tab.keyboard.press('Enter');
    expect(await detail.locator('h2').textContent()).toBe('Process');
    await tab.keyboard.press('ArrowUp');
    await tab.keyboard.press(' ');
    expect(await detail.textContent()).toContain('Ancestors');
    await tab.keyboard.press('Escape');
    expect(await detail.textContent()).toContain('Choose an alert');
    await tab.keyboard.press('/');
    expect(await tab.evaluate(() => document.activeElement?.id)).toBe('search');
    expect(misdeeds).toEqual([]);
  });

  it('has as many files, connections, containers, rules as the case', async () => {
    const { page: tab } = await open(page);
    for (const [label, table] of [
      ['Files', 'files'],
      ['Connections', 'connections'],
      ['Containers', 'containers'],
    ] as const) {
      const [[count] = []] = rows(`SELECT count(*) FROM ${table}`);
      const size = await tab
        .getByRole('listbox', { name: label })
        .getByRole('option')
        .first()
        .getAttribute('aria-setsize');
      expect([label, Number(size)]).toEqual([label, count]);
    }
    expect(
      await tab.locator('section', { has: tab.locator('#integrity') }).textContent(),
    ).toContain(String(rows('SELECT sha256 FROM evidence')[0]?.[0]));
  });

  it.each([360, 1280, 3840])(
    'is accessible, and no wider than the window, at %i px',
    async (width) => {
      const { page: tab } = await open(page, { width, height: width === 360 ? 800 : 1000 });
      await tab.screenshot({ path: join(RESULTS, `report-${width}.png`) });
      expect(await axeFindings(tab)).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
        true,
      );
    },
  );

  it('is accessible in dark colours', async () => {
    const { page: tab } = await open(page);
    await tab.emulateMedia({ colorScheme: 'dark' });
    expect(await axeFindings(tab)).toEqual([]);
  });

  it('prints every alert', async () => {
    const { page: tab } = await open(page);
    const pdf = join(folder, 'report.pdf');
    await tab.pdf({ path: pdf, format: 'A4' });
    if (spawnSync('pdftotext', ['-v']).error !== undefined) {
      throw new Error('pdftotext is missing: apt-get install poppler-utils');
    }
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    for (const [time] of rows('SELECT DISTINCT time_ns / 1000000 FROM alerts')) {
      const clock = new Date(Number(time)).toISOString().slice(11, 23);
      expect([clock, text.includes(clock)]).toEqual([clock, true]);
    }
  });

  it('says that it did not run where its data are cut', async () => {
    const cut = join(folder, 'cut.html');
    writeFileSync(cut, readFileSync(page, 'utf8').replace(/(id="data">.{2000})[^<]*/, '$1'));
    const { page: tab } = await open(cut, { isBroken: true });
    await tab.getByText('This report cannot be shown').waitFor();
  });
});
