/** Cases that are not as a report would like them, and places that cannot be written. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { report as Report, ReportRequest } from '../../src/investigation/report.js';
import { openCase, RunWriter } from '../../src/store/index.js';
import { scratchFolder, tiercel } from '../commands/run.js';
import { END, START } from '../store/support.js';
import { HAS_CHROMIUM, inChromium, useBrowser } from './browser.js';
import { writeLargeCase } from './large-case.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAM = join(ROOT, 'fixtures/exam.scap');
/** As it was built: the page stands beside it. */
const { report } = (await import(
  pathToFileURL(join(ROOT, 'dist/investigation/report.js')).href
)) as { report: typeof Report };
const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

/** Write the page of a case beside it, and say where. */
function pageOf(casePath: string, request: Partial<ReportRequest> = {}): string {
  const output = casePath.replace(/\.db$/, '.html');
  report({ case: casePath, output, force: false, format: 'html', tz: 'UTC', ...request });
  return output;
}

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { story?: { code: string } }).story?.code ?? String(error);
  }
  return 'no error';
};

describe('a case', () => {
  it.each([1, 2, 3])('of schema %i is reported with what it has', (version) => {
    const path = at(`old-${version}.db`);
    copyFileSync(join(ROOT, `test/store/cases/schema-${version}.db`), path);
    const before = readFileSync(path);
    expect(readFileSync(pageOf(path), 'utf8')).toContain('id="data"');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('of a newer schema is refused, and nothing is written', () => {
    const path = at('newer.db');
    openCase(path).close();
    const database = new Database(path);
    database.pragma('user_version = 99');
    database.close();
    expect(codeOf(() => pageOf(path))).toBe('CASE_NEWER');
    expect(existsSync(at('newer.html'))).toBe(false);
  });

  it('that is none, or is missing, is refused', () => {
    writeFileSync(at('none.db'), 'not a case');
    expect(codeOf(() => pageOf(at('none.db')))).toBe('CASE_UNUSABLE');
    expect(codeOf(() => pageOf(at('missing.db')))).toBe('CASE_MISSING');
  });
});

describe('an output', () => {
  beforeAll(() => {
    openCase(at('empty.db')).close();
  });

  it('that exists is kept without --force, and replaced with it', () => {
    writeFileSync(at('there.html'), 'mine');
    const asked = { output: at('there.html') };
    expect(codeOf(() => pageOf(at('empty.db'), asked))).toBe('OUTPUT_EXISTS');
    expect(readFileSync(at('there.html'), 'utf8')).toBe('mine');
    pageOf(at('empty.db'), { ...asked, force: true });
    expect(readFileSync(at('there.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('in a folder that is missing, or that is a folder, is refused', () => {
    expect(codeOf(() => pageOf(at('empty.db'), { output: at('no/such.html') }))).toBe('OUTPUT_UNWRITABLE'); // prettier-ignore
    expect(codeOf(() => pageOf(at('empty.db'), { output: folder, force: true }))).toBe('OUTPUT_UNWRITABLE'); // prettier-ignore
  });

  it.each([
    ['--report', 'no/such.html'],
    ['--output', 'no/such.txt'],
    ['--report', '.'],
  ])('of analyze is refused before anything is analysed: %s %s', async (flag, path) => {
    const here = at(`refused-${flag.slice(2)}-${path.length}`);
    mkdirSync(here);
    const { code, out, err } = await tiercel(here, ['analyze', EXAM, flag, path]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('OUTPUT_UNWRITABLE');
    expect(readdirSync(here)).toEqual([]);
  });
});

describe.skipIf(!HAS_CHROMIUM)(inChromium('the page'), () => {
  const open = useBrowser();

  it('of an old case has its alerts, and says where there is nothing', async () => {
    const { page, misdeeds } = await open(at('old-1.html'));
    const [shown = ''] = (await page.locator('output').textContent())?.split(' ') ?? [];
    const database = new Database(at('old-1.db'), { readonly: true });
    expect(Number(shown)).toBe(database.prepare('SELECT count(*) FROM alerts').pluck().get());
    database.close();
    expect(misdeeds).toEqual([]);
  });

  it('of an empty case says that nothing was analysed', async () => {
    pageOf(at('empty.db'));
    const { page, misdeeds } = await open(at('empty.html'));
    expect(await page.locator('.unseen').textContent()).toContain('Nothing was analysed');
    expect(await page.locator('#page').textContent()).not.toContain('every rule could fire');
    expect(misdeeds).toEqual([]);
  });

  it('of a run that was killed says first that it is incomplete', async () => {
    const target = openCase(at('killed.db'));
    new RunWriter(target, START); // never finished
    target.close();
    const { page, misdeeds } = await open(pageOf(at('killed.db')));
    expect(await page.locator('.unseen').textContent()).toContain('was not read to its end');
    expect(misdeeds).toEqual([]);
  });

  it('of a case without alerts says so', async () => {
    const target = openCase(at('quiet.db'));
    new RunWriter(target, START).finish(END);
    target.close();
    const { page, misdeeds } = await open(pageOf(at('quiet.db')));
    expect(await page.locator('#page').textContent()).toContain('No alerts.');
    expect(misdeeds).toEqual([]);
  });

  it('shows names of a megabyte as far as anybody reads, and 20,000 children of one process', async () => {
    const path = at('wide.db');
    writeLargeCase({ openCase, RunWriter }, path, { alerts: 300, processes: 100, children: 20_000, files: 100, connections: 40, nameBytes: 1_000_000 }); // prettier-ignore
    const { page, misdeeds } = await open(pageOf(path));
    expect(await page.locator('output').textContent()).toBe('300 of 300 alerts');
    await page.getByRole('button', { name: /^Show all/ }).click();
    const tree = page.getByRole('tree', { name: 'Process tree' });
    await tree.focus();
    await page.keyboard.press('End');
    expect(await tree.locator('.row').count()).toBeLessThan(60);
    await page.keyboard.press('Enter');
    expect(await page.locator('.detail h2').textContent()).toBe('Process');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true); // prettier-ignore
    expect(await page.evaluate(() => document.body.textContent.length)).toBeLessThan(3_000_000 + 3_000_000); // prettier-ignore
    expect(misdeeds).toEqual([]);
  });
});
