/**
 * Takes mutated inputs of one kind, one after the other, in a thread that can be ended when one of them hangs. Run by `fuzz.ts`.
 * `progress[0]` counts the inputs that are over.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../src/errors.js';
import { FUZZ_KINDS } from './fuzz-kinds.js';
import { randomFrom } from './mutate.js';

export interface FuzzOrder {
  readonly kind: string;
  /** Seeds of mutations: from the first one, so many; the unchanged seeds of the kind come before them. */
  readonly first: number;
  readonly count: number;
  readonly scratch: string;
  readonly progress: Int32Array;
}

/** An input that made something fall. */
export interface FuzzFailure {
  /** What made the input, to be made again. */
  readonly seed: string;
  readonly input: Uint8Array;
  readonly error: string;
}

const { kind, first, count, scratch, progress } = workerData as FuzzOrder;
const row = FUZZ_KINDS.find(({ name }) => name === kind);
if (row === undefined) {
  throw new Error(`no kind of input is called ${kind}`);
}

async function take(input: Uint8Array, seed: string): Promise<void> {
  try {
    await row?.take(input, scratch);
  } catch (error) {
    if (!(error instanceof UserError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const failure: FuzzFailure = { seed, input, error: text };
      parentPort?.postMessage(failure);
    }
  }
  Atomics.add(progress, 0, 1);
}

const seeds = row.seeds();
for (const [i, seed] of seeds.entries()) {
  await take(seed, `seed ${i}, unchanged`);
}
for (let i = 0; i < count; i += 1) {
  await take(row.mutate(randomFrom(first + i), seeds), String(first + i));
}
