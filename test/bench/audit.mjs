// How fast `analyze` reads a Kubernetes audit log, and whether memory grows with the log. The ratio is processor time:
// what parsing the same lines and doing nothing with them takes, to what the analysis takes (start-up is taken off, the
// hash of the log is not). The log is made here, the same at every run.
//
//   node test/bench/audit.mjs                    100,000 events (and a tenth of them, for the memory)
//   node test/bench/audit.mjs --events 1000000   what the issue asks for: about 1.2 GB in the temporary folder
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeLog } from './make-audit-log.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
  },
});
const events = Number(values.events);
const runs = Number(values.runs);
const RULE_SETS = [
  { name: 'no rules', file: undefined },
  { name: 'our rules', file: 'rules/k8s_audit_rules.yaml' },
  { name: 'stock rules', file: '../shared/rules/falco-5.1.0/k8s_audit_rules.yaml' },
].filter(({ file }) => file === undefined || existsSync(file));

const folder = mkdtempSync(join(tmpdir(), 'tiercel-bench-'));
try {
  const log = makeLog(folder, 'audit.log', events);
  const tenth = makeLog(folder, 'tenth.log', Math.ceil(events / 10));
  const one = makeLog(folder, 'one.log', 1);
  const empty = join(folder, 'none.yaml');
  const fd = openSync(empty, 'w');
  writeSync(fd, '- list: nothing\n  items: []\n');
  closeSync(fd);
  const size = statSync(log).size;
  console.log(
    `${events} events, ${(size / 1e6).toFixed(0)} MB, ${Math.round(size / events)} bytes each`,
  );
  console.log('rules           events/s     MB/s   of bare parsing   peak memory: tenth     all');
  for (const { name, file = empty } of RULE_SETS) {
    const rows = Array.from({ length: runs }, () => {
      const bare = bareParse(log);
      const startUp = analyze(one, file);
      const run = analyze(log, file);
      return {
        speed: events / (run.seconds - startUp.seconds),
        ratio: bare / (run.cpuSeconds - startUp.cpuSeconds),
        megabytes: run.megabytes,
      };
    });
    const median = (key) => rows.map((row) => row[key]).sort((a, b) => a - b)[runs >> 1];
    const speed = median('speed');
    const small = analyze(tenth, file).megabytes;
    console.log(
      `${name.padEnd(12)} ${speed.toFixed(0).padStart(11)} ${((speed * size) / events / 1e6).toFixed(0).padStart(8)}   ${median('ratio').toFixed(2).padStart(15)}   ${small.toFixed(0).padStart(15)} MB ${median('megabytes').toFixed(0).padStart(4)} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

function bareParse(path) {
  const script = new URL('bare-parse.mjs', import.meta.url).pathname;
  const child = spawnSync(process.execPath, [script, path], { encoding: 'utf8' });
  return Number(child.stdout.trim().split(' ')[1]) / 1e6;
}

function analyze(path, rules) {
  const args = ['bin/run.js', 'analyze', path, '--no-store', '-f', 'none', '-r', rules];
  const started = process.hrtime.bigint();
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${new URL('peak-memory.mjs', import.meta.url)}`,
    },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (child.status !== 0) {
    throw new Error(`analyze ended with ${child.status}: ${child.stderr}`);
  }
  const told = (name) => Number(new RegExp(`${name} (\\d+)`).exec(child.stderr)?.[1]);
  return {
    seconds,
    cpuSeconds: told('cpu-microseconds') / 1e6,
    megabytes: told('peak-memory-kb') / 1024,
  };
}
