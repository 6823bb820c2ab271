// How large the page of a large case is, and how soon Chromium shows it and what is chosen on it: as long as a reader waits, and the
// processor time of the page's own thread, which says more on a busy machine.
//
//   node test/bench/report.mjs                 medians of RUNS (3)
//   node test/bench/report.mjs --keep FOLDER   leaves cases and pages there
import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { HAS_CHROMIUM, launchChromium } from '../../deploy/chromium.mjs';
import { openCase, RunWriter } from '../../dist/store/index.js';

const RUNS = Number(process.env.RUNS ?? 3);
const PROGRAM = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const SIZES = [
  { name: '3,000 alerts', alerts: 3000, processes: 1000, files: 500, connections: 200 },
  {
    name: '200,000 alerts, 50,000 processes',
    ...{ alerts: 200_000, processes: 50_000, files: 20_000, connections: 10_000 },
  },
  { name: '100,000 children of one process', alerts: 2000, processes: 500, children: 100_000 },
];
/** What a reader does: the text of a button that is pressed, or what is put into a field. */
const DOINGS = [
  { name: 'search', field: '#search', value: 'file-77' },
  { name: 'another search', field: '#search', value: 'openssl /etc' },
  { name: 'no search', field: '#search', value: '' },
  { name: 'priority', field: 'select[name=priority]', value: 'Critical' },
  { name: 'container', field: 'select[name=container]', value: '3' },
  { name: 'reset', button: 'Show everything' },
  { name: 'all processes', button: 'Show all' },
];

if (!HAS_CHROMIUM) {
  console.log('report: chromium is not installed');
  process.exit(0);
}
const { values } = parseArgs({ options: { keep: { type: 'string' } } });
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'tiercel-report-'));
mkdirSync(folder, { recursive: true });
try {
  const bundle = join(folder, 'large-case.mjs');
  const entry = fileURLToPath(new URL('../report/large-case.ts', import.meta.url));
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
  });
  const { writeLargeCase } = await import(pathToFileURL(bundle).href);
  for (const { name, ...size } of SIZES) {
    const casePath = join(folder, `${size.alerts}-${size.children ?? 0}.db`);
    writeLargeCase({ openCase, RunWriter }, casePath, size);
    const file = casePath.replace(/db$/, 'html');
    const { seconds, megabytes } = write(casePath, file);
    const opened = [];
    for (let run = 0; run < RUNS; run += 1) {
      opened.push(await openPage(file));
    }
    console.log(
      `\n${name}: ${(statSync(file).size / 1e6).toFixed(1)} MB, written in ${seconds.toFixed(1)} s of processor time and ${megabytes.toFixed(0)} MB`,
    );
    console.log('  until                ms   of processor time');
    for (const step of ['first paint', 'ready', ...DOINGS.map((doing) => doing.name)]) {
      const median = (of) => opened.map((each) => of(each[step])).sort((a, b) => a - b)[RUNS >> 1];
      const processor = median(({ cpu }) => cpu);
      console.log(
        `  ${step.padEnd(16)} ${median(({ ms }) => ms)
          .toFixed(0)
          .padStart(6)}   ${(processor?.toFixed(0) ?? '').padStart(6)}`,
      );
    }
  }
} finally {
  if (values.keep === undefined) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Write the page; processor time and memory of it. */
function write(casePath, file) {
  const result = spawnSync(
    '/usr/bin/env',
    [
      'time',
      '-f',
      '%U %S %M',
      process.execPath,
      PROGRAM,
      'report',
      casePath,
      '-o',
      file,
      '--force',
    ],
    { encoding: 'utf8' },
  );
  const [user = 0, system = 0, kilobytes = 0] = result.stderr.trim().split(' ').map(Number);
  return { seconds: user + system, megabytes: kilobytes / 1000 };
}

/** Open a page in a new browser, and do everything to it: `{ms, cpu}` of each step, both in ms. */
async function openPage(file) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpu = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    };
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.documentElement.dataset.ready !== undefined) {
          observer.disconnect();
          globalThis.readyAt = performance.now();
        }
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-ready'] });
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]');
    const ready = await cpu();
    const at = await page.evaluate(() => ({
      firstPaint: performance.getEntriesByName('first-paint')[0]?.startTime ?? 0,
      ready: globalThis.readyAt,
    }));
    const steps = { 'first paint': { ms: at.firstPaint }, ready: { ms: at.ready, cpu: ready } };
    await page.waitForTimeout(3000); // what the page prepares beside is done
    for (const { name, ...doing } of DOINGS) {
      const before = await cpu();
      const ms = await page.evaluate(timed, doing);
      steps[name] = { ms, cpu: (await cpu()) - before };
    }
    return steps;
  } finally {
    await browser.close();
  }
}

/** Runs in the page. Does something; ms until what comes of it is painted: what is posted in a frame arrives after its painting. */
function timed({ field, value, button }) {
  const element =
    field === undefined
      ? [...document.querySelectorAll('button')].find((each) => each.textContent.startsWith(button))
      : document.querySelector(field);
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      if (field === undefined) {
        element.click();
      } else {
        element.value = value;
        element.dispatchEvent(new Event('input', { bubbles: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
      }
      setTimeout(() => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now() - from);
          port2.postMessage(undefined);
        });
      }, 0);
    });
  });
}
