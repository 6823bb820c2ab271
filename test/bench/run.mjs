// `npm run bench`: every measurement, one after the other. Ratios and growth count, absolute figures do not.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const NOT_MEASUREMENTS = new Set([
  'run.mjs',
  'bare-parse.mjs',
  'bare-scan.mjs',
  'make-audit-log.mjs',
  'peak-memory.mjs',
]);
for (const file of readdirSync(here).sort()) {
  if (file.endsWith('.mjs') && !NOT_MEASUREMENTS.has(file)) {
    console.log(`\n== ${file.slice(0, -'.mjs'.length)}`);
    spawnSync(process.execPath, [join(here, file)], { stdio: 'inherit' });
  }
}
