#!/usr/bin/env node
// The pictures of the report in the README, of a fixture: node deploy/pictures.mjs [FOLDER]. Needs a built program and Chromium.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchChromium } from './chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2] ?? join(ROOT, 'docs/pictures');

const folder = mkdtempSync(join(tmpdir(), 'tiercel-pictures-'));
try {
  const asked = ['analyze', 'fixtures/attack.scap', '-s', join(folder, 'case.db'), '-f', 'none'];
  const page = join(folder, 'report.html');
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/run.js'), ...asked, '--no-summary', '--report', page],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`the report was not made: ${stderr}`);
  }
  await take(page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The first screen, and processes beside alerts with one alert in detail. */
async function take(file) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]');
    await page.screenshot({ path: join(target, 'report.png') });
    await page.getByRole('tree', { name: 'Alerts' }).press('Enter');
    await page.setViewportSize({ width: 1180, height: 620 });
    await page.locator('.split').evaluate((element) => element.scrollIntoView());
    await page.screenshot({ path: join(target, 'report-processes.png') });
  } finally {
    await browser.close();
  }
}
