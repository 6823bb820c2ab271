/** Whole runs of the program, and what they cost. */
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../commands/run.js';
import { BombWriter } from './bomb-writer.js';
import type { Bomb } from './bombs-table.js';

const HOOK = fileURLToPath(new URL('../bench/peak-memory.mjs', import.meta.url));
const MB = 1024 * 1024;

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
