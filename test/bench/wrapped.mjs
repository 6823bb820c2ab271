// What it costs to take a log's wrapping off: processor time of an analysis without rules, as a multiple of that of the
// same events bare (at most 1.5 is the aim), and peak memory on a tenth and on all of it. Start-up is taken off.
//
//   node test/bench/wrapped.mjs                          100,000 events
//   node test/bench/wrapped.mjs --events 1000000 cri.log more than 1 GB, one form
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WRAPPINGS } from '../../fixtures/audit/wrap.mjs';
import { makeLog } from './make-audit-log.mjs';

const { values, positionals } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
  },
  allowPositionals: true,
});
const FORMS =
  positionals.length > 0
    ? positionals
    : [
        'cri.log',
        'docker-json-file.log',
        'eks-tail.log',
        'aks-blob.jsonl',
        'rsyslog.log',
        'cloud-logging-json.jsonl',
        'utf16le-no-mark.log',
      ];
const CHUNK = 1000;
const PART_BYTES = 16 * 1024;
const events = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'tiercel-bench-'));
try {
  const none = join(folder, 'none.yaml');
  writeFileSync(none, '- list: nothing\n  items: []\n');
  const bare = makeLog(folder, 'bare.log', events);
  const tenth = makeLog(folder, 'tenth.log', Math.ceil(events / 10));
  const startUp = cpuOf(makeLog(folder, 'one.log', 1), none).seconds;
  console.log('form                       times the bare log   peak memory: tenth      all');
  for (const form of FORMS) {
    const { wrap } = WRAPPINGS.find(({ name }) => name === form);
    const wrapped = await wrapLog(wrap, bare, join(folder, form));
    const small = await wrapLog(wrap, tenth, join(folder, `tenth-${form}`));
    // in turn, so that a busy machine is busy for both
    const ratios = Array.from({ length: Number(values.runs) }, () => {
      const base = cpuOf(bare, none).seconds - startUp;
      return (cpuOf(wrapped, none).seconds - startUp) / base;
    }).sort((a, b) => a - b);
    const [least, most] = [cpuOf(small, none).megabytes, cpuOf(wrapped, none).megabytes];
    console.log(
      `${form.padEnd(26)} ${ratios[ratios.length >> 1].toFixed(2).padStart(18)} ${least.toFixed(0).padStart(20)} MB ${most.toFixed(0).padStart(5)} MB`,
    );
    rmSync(wrapped);
    rmSync(small);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** The log in another form, a thousand events at a time: a log of more than 1 GB fits into no string. */
async function wrapLog(wrap, log, path) {
  const out = openSync(path, 'w');
  let events = [];
  const flush = () => writeSync(out, wrap(events, PART_BYTES));
  for await (const text of createInterface({ input: createReadStream(log, 'latin1') })) {
    events.push(JSON.parse(text));
    if (events.length === CHUNK) {
      flush();
      events = [];
    }
  }
  if (events.length > 0) {
    flush();
  }
  closeSync(out);
  return path;
}

function cpuOf(path, rules) {
  const args = ['bin/run.js', 'analyze', path, '--no-store', '-f', 'none', '-r', rules];
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${new URL('peak-memory.mjs', import.meta.url)}`,
    },
  });
  if (child.status !== 0) {
    throw new Error(`analyze ended with ${child.status}: ${child.stderr}`);
  }
  const number = (name) => Number(new RegExp(`${name} (\\d+)`).exec(child.stderr)?.[1]);
  return { seconds: number('cpu-microseconds') / 1e6, megabytes: number('peak-memory-kb') / 1024 };
}
