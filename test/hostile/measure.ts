/** Whole runs of the program, and what they cost. */
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BombWriter } from './bomb-writer.js';
import type { Bomb } from './bombs-table.js';

// from the project's root, as tests and measurements are run
const PROGRAM = 'bin/run.js';
const HOOK = pathToFileURL('test/bench/peak-memory.mjs').href;
const MB = 1024 * 1024;

const NOTHING: Bomb = { name: 'nothing', sizes: [0, 0], write: () => undefined };

export interface Cost {
  readonly code: number | null;
  readonly err: string;
  readonly peakMb: number;
  /** Processor time of all threads, user and system. */
  readonly cpuSeconds: number;
  readonly inflatedMb: number;
}

/** Run `tiercel ARGS`; `inflatedMb` is the size of `capture`. */
export function costOf(capture: string, args: readonly string[]): Cost {
  const { status, stderr } = spawnSync(process.execPath, ['--import', HOOK, PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 1024 * MB,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const number = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(stderr)?.[1] ?? NaN);
  return {
    code: status,
    err: stderr,
    peakMb: number('peak-memory-kb') / 1024,
    cpuSeconds: number('cpu-microseconds') / 1e6,
    inflatedMb: statSync(capture).size / MB,
  };
}

/** Write a bomb of `size` into `folder`, and analyze it. */
export function explode(folder: string, bomb: Bomb, size: number): Cost {
  const capture = join(folder, 'bomb.scap');
  const rules = join(folder, 'bomb.yaml');
  const writer = new BombWriter(capture);
  bomb.write(writer, size);
  writer.close();
  writeFileSync(
    rules,
    `- rule: bomb\n  desc: bomb\n  condition: ${bomb.condition ?? 'evt.type = execve'}\n` +
      '  output: "%proc.name"\n  priority: ERROR\n',
  );
  return costOf(capture, ['analyze', capture, '-r', rules, '--no-store', '-f', 'none']);
}

/** Processor time of a run without events. */
export function startUpSeconds(folder: string): number {
  return explode(folder, NOTHING, 0).cpuSeconds;
}
