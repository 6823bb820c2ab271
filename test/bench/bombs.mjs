// What each hostile capture costs: peak memory, and processor time for each MB of its inflated size, with start-up taken off. The
// captures are made here from the table of test/hostile; the law about them is `npm run test:hostile`.
//
//   node test/bench/bombs.mjs                  all of them, at a tenth of their whole size
//   node test/bench/bombs.mjs --whole          as large as they come: an hour
//   node test/bench/bombs.mjs --only fork      those whose name has it
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { whole: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});

const folder = mkdtempSync(join(tmpdir(), 'tiercel-bombs-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

/** Modules of the tests, which are TypeScript. */
async function load(name) {
  const outfile = join(folder, `${name}.mjs`);
  const entry = fileURLToPath(new URL(`../hostile/${name}.ts`, import.meta.url));
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile });
  return import(pathToFileURL(outfile));
}

const { BOMBS } = await load('bombs-table');
const { explode, startUpSeconds } = await load('measure');
const startUp = startUpSeconds(folder);
console.log(`start-up takes ${startUp.toFixed(2)} s of processor time`);
console.log('inflated MB   peak MB   cpu s   cpu s/MB   bomb');
for (const bomb of BOMBS.filter(({ name }) => name.includes(values.only))) {
  const [, whole] = bomb.sizes;
  const cost = explode(folder, bomb, values.whole ? whole : Math.ceil(whole / 10));
  const seconds = Math.max(0, cost.cpuSeconds - startUp);
  console.log(
    [
      cost.inflatedMb.toFixed(1).padStart(11),
      cost.peakMb.toFixed(0).padStart(9),
      seconds.toFixed(2).padStart(7),
      (seconds / cost.inflatedMb).toFixed(3).padStart(10),
      `  ${bomb.name}`,
    ].join(' '),
  );
}
