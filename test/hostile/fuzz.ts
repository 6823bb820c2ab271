/** Runs a kind of fuzzing in a thread of its own, and ends it where an input takes too long. */
import { buildSync } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FuzzFailure, FuzzOrder } from './fuzz-worker.js';

/** No input of a few kB takes a hundredth of this, but on a machine that does much else. */
const LONGEST_MS = 60_000;
/** Inputs are small: whoever needs more for one is to be mended. */
const HEAP_MB = 400;
/** Failures of a kind that are reported. */
const MOST_FAILURES = 20;

export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  readonly failures: readonly FuzzFailure[];
}

/** Make the thread's program, once; it is TypeScript. */
export function buildWorker(folder: string): string {
  const outfile = join(folder, 'fuzz-worker.mjs');
  buildSync({
    entryPoints: ['test/hostile/fuzz-worker.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    // a package of CommonJS asks for it
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    sourcemap: 'inline',
  });
  return outfile;
}

/** Take `count` inputs of a kind, whose mutations are numbered from `first`. What failed is also left in `folder`. */
export async function fuzz(
  program: string,
  { kind, first, count, folder }: Pick<FuzzOrder, 'kind' | 'first' | 'count'> & { folder: string },
): Promise<FuzzReport> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const workerData: FuzzOrder = { kind, first, count, scratch: join(folder, 'input'), progress };
  const failures: FuzzFailure[] = [];
  const began = Date.now();
  const worker = new Worker(program, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const fail = (failure: FuzzFailure): void => {
    if (failures.length < MOST_FAILURES) {
      failures.push(failure);
      writeFileSync(join(folder, `failed-${failure.seed.replaceAll(/\W+/g, '-')}`), failure.input);
    }
  };
  worker.on('message', fail);
  let seen = -1;
  const watch = setInterval(() => {
    const now = Atomics.load(progress, 0);
    if (now === seen) {
      fail({ seed: `input ${now}`, input: new Uint8Array(), error: `takes over ${LONGEST_MS} ms` });
      void worker.terminate();
    }
    seen = now;
  }, LONGEST_MS);
  await new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      const seed = `input ${Atomics.load(progress, 0)}`;
      fail({ seed, input: new Uint8Array(), error: error.stack ?? error.message });
    });
    worker.on('exit', () => {
      resolve();
    });
  });
  clearInterval(watch);
  return {
    inputs: Atomics.load(progress, 0),
    seconds: (Date.now() - began) / 1000,
    failures,
  };
}
