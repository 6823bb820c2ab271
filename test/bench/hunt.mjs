// What a hunt costs: processor time for each capture of 50 kB, one worker's rate against two (at least 1.7 times is the aim), and
// what joining the results does for a question. Run after a build: node test/bench/hunt.mjs [CAPTURES]
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const count = Number(process.argv[2] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'tiercel-bench-'));
const captures = join(folder, 'captures');
try {
  mkdirSync(captures);
  for (let i = 0; i < count; i += 1) {
    copyFileSync('fixtures/credentials.scap', join(captures, `node-${i}.scap`));
  }
  const [one, two] = [1, 2].map((workers) =>
    measured('local', captures, '--results', `${folder}/of-${workers}`, '--concurrency', workers),
  );
  const question = 'SELECT rule, count(*) FROM alerts GROUP BY ALL';
  const single = measured('query', `${folder}/of-2`, question);
  const compact = measured('compact', `${folder}/of-2`);
  const joined = measured('query', `${folder}/of-2`, question);
  const row = (name, value) => console.log(`${name.padEnd(58)} ${value}`);
  row(
    `processor time for each of ${count} captures, one worker`,
    `${(one.cpu / count).toFixed(3)} s`,
  );
  row('the same, two workers', `${(two.cpu / count).toFixed(3)} s`);
  row('rate of two workers, times that of one', (one.wall / two.wall).toFixed(2));
  row(
    'a question to single files, to joined ones',
    `${single.cpu.toFixed(2)} s, ${joined.cpu.toFixed(2)} s`,
  );
  row('joining them', `${compact.cpu.toFixed(2)} s`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Seconds of a run with all its workers. */
function measured(...words) {
  const { stderr, status } = spawnSync(
    'bash',
    [
      '-c',
      `TIMEFORMAT='%U %S %R'; time "$@" >/dev/null 2>&1`,
      'bash',
      process.execPath,
      'bin/run.js',
      'hunt',
      ...words.map(String),
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`hunt ${words[0]} ended with ${status}`);
  }
  const [user, system, wall] = stderr.trim().split(/\s+/).map(Number);
  return { cpu: user + system, wall };
}
