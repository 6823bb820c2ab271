// What `explain` of one rule costs: processor time as a ratio to `analyze` with that rule alone, start-up included, and peak
// memory. At most 4 and 200 MB, says the issue that it was built for. Run after a build: node test/bench/explain.mjs [CAPTURE]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = Number(process.env.RUNS ?? 3);
const capture = process.argv[2] ?? '../shared/bench/bench.scap';
const CONDITIONS = {
  'programs started': 'evt.type in (execve, execveat) and proc.name = apt',
  'files opened':
    'evt.type in (open, openat, openat2) and fd.name startswith /etc and evt.is_open_write = true',
  'files by process':
    'evt.type in (openat, read) and fd.name contains passwd and proc.aname = sshd',
  'any event': 'proc.name = nobody and fd.name startswith /nowhere and user.name != root',
};

if (!existsSync(capture)) {
  console.log(`explain: ${capture} is not here; name a capture to measure`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'tiercel-bench-'));
try {
  console.log('rule                analyze   explain   ratio   peak memory');
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const rules = join(folder, 'rule.yaml');
    writeFileSync(
      rules,
      `- rule: R\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n`,
    );
    const common = ['-r', rules, '--allow-damage'];
    const rows = Array.from({ length: RUNS }, () => ({
      analyze: run(['analyze', capture, ...common, '--no-store', '-f', 'none']),
      explain: run(['explain', 'R', capture, ...common]),
    }));
    const median = (of) => rows.map(of).sort((a, b) => a - b)[RUNS >> 1];
    const [plain, traced] = [
      median((row) => row.analyze.seconds),
      median((row) => row.explain.seconds),
    ];
    console.log(
      `${name.padEnd(18)} ${plain.toFixed(2).padStart(6)} s  ${traced.toFixed(2).padStart(6)} s  ${(traced / plain).toFixed(2).padStart(6)}   ${median(
        (row) => row.explain.megabytes,
      )
        .toFixed(0)
        .padStart(8)} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Processor time (user and system) in seconds, and the most memory. */
function run(args) {
  const { stderr } = spawnSync(
    '/usr/bin/time',
    ['-f', '%U %S %M', process.execPath, 'bin/run.js', ...args],
    { encoding: 'utf8' },
  );
  const [user, system, kilobytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds: user + system, megabytes: kilobytes / 1024 };
}
