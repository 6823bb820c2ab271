// How fast `analyze` replays a capture, as a ratio to a bare scan of the same bytes taken in the same run:
// machines are shared and noisy, a ratio holds. Medians of RUNS, scan and replay in turn. Start-up (of a
// capture without events, with the same rules) is taken off. Run after a build: node test/bench/replay.mjs [CAPTURE]
import { spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const RUNS = Number(process.env.RUNS ?? 5);
const capture = process.argv[2] ?? '../shared/bench/bench.scap';
const STOCK = '../shared/rules/falco-5.1.0/';
const RULE_SETS = [
  { name: 'no rules', files: [] },
  { name: 'our rules', files: ['rules/tiercel_rules.yaml'] },
  { name: 'stock stable', files: ['falco_rules.yaml'].map((file) => STOCK + file) },
  {
    name: 'stock, all three',
    files: ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map(
      (file) => STOCK + file,
    ),
  },
].filter(({ files }) => files.every((file) => existsSync(file)));

if (!existsSync(capture)) {
  console.log(`replay: ${capture} is not here; name a capture to measure`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'tiercel-bench-'));
try {
  const plain = await inflated(capture);
  const nothing = join(folder, 'nothing.scap');
  writeFileSync(nothing, sectionHeader());
  const empty = join(folder, 'none.yaml');
  writeFileSync(empty, '- list: nothing\n  items: []\n');
  console.log('rules               events/s   of bare scan   peak memory');
  for (const { name, files } of RULE_SETS) {
    const rules = files.length === 0 ? [empty] : files;
    const rows = Array.from({ length: RUNS }, () => {
      const scan = bareScan(plain);
      const startUp = analyze(nothing, rules).seconds;
      const run = analyze(plain, rules);
      const speed = scan.events / (run.seconds - startUp);
      return { speed, ratio: speed / scan.speed, megabytes: run.megabytes };
    });
    const median = (key) => rows.map((row) => row[key]).sort((a, b) => a - b)[RUNS >> 1];
    console.log(
      `${name.padEnd(18)} ${String(Math.round(median('speed'))).padStart(9)}   ${median('ratio').toFixed(2).padStart(12)}   ${median('megabytes').toFixed(0).padStart(8)} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function inflated(path) {
  const head = Buffer.alloc(2);
  readSync(openSync(path), head, 0, 2, 0);
  if (head.readUInt16BE() !== 0x1f8b) {
    return path;
  }
  const plain = join(folder, 'plain.scap');
  await pipeline(createReadStream(path), createGunzip(), createWriteStream(plain));
  return plain;
}

/** Walks the blocks of a capture and reads event headers and parameter lengths, nothing else. */
function bareScan(path) {
  const child = spawnSync(
    process.execPath,
    [new URL('bare-scan.mjs', import.meta.url).pathname, path],
    {
      encoding: 'utf8',
    },
  );
  const [events, speed] = child.stdout.trim().split(' ').map(Number);
  return { events, speed };
}

function analyze(path, rules) {
  const args = ['bin/run.js', 'analyze', path, '--no-store', '-f', 'none'];
  const started = process.hrtime.bigint();
  const child = spawnSync(process.execPath, [...args, ...rules.flatMap((file) => ['-r', file])], {
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
  return { seconds, megabytes: Number(/peak-memory-kb (\d+)/.exec(child.stderr)?.[1]) / 1024 };
}

function sectionHeader() {
  const block = Buffer.alloc(28);
  block.writeUInt32LE(0x0a0d0d0a, 0);
  block.writeUInt32LE(28, 4);
  block.writeUInt32LE(0x1a2b3c4d, 8);
  block.writeUInt16LE(1, 12);
  block.writeBigUInt64LE(0xffffffffffffffffn, 16);
  block.writeUInt32LE(28, 24);
  return block;
}
