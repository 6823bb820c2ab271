/**
 * Mutated evidence, rules, logs and test files: whatever the bytes are, nothing is thrown but a UserError, and nothing hangs. A few
 * thousand inputs in a quick run, always the same; as many as TIERCEL_FUZZ says otherwise, others each time (`npm run test:hostile`: a
 * million, in one to two hours). The kinds are in `fuzz-kinds.ts`. A failure prints the number of its mutation and leaves its input.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildWorker, fuzz } from './fuzz.js';
import { FUZZ_KINDS } from './fuzz-kinds.js';

const QUICK_COUNT = 4000;
const COUNT = Number(process.env['TIERCEL_FUZZ'] ?? QUICK_COUNT);
const FIRST = COUNT > QUICK_COUNT ? Date.now() % 2 ** 31 : 1;

const folder = mkdtempSync(join(tmpdir(), 'tiercel-fuzz-'));
let hasFailed = false;
afterAll(() => {
  if (!hasFailed) {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('mutated inputs make nothing fall', () => {
  const program = buildWorker(folder);

  it.each(FUZZ_KINDS)(
    '$name',
    async ({ name, share, seeds }) => {
      expect(seeds().length).toBeGreaterThan(2);
      const count = Math.ceil((COUNT * share) / 100);
      const { inputs, seconds, failures } = await fuzz(program, {
        kind: name,
        first: FIRST,
        count,
        folder,
      });
      hasFailed ||= failures.length > 0;
      process.stderr.write(
        `fuzzed ${inputs} ${name}: ${(inputs / seconds).toFixed(0)} a second, mutations from ${FIRST}\n`,
      );
      const reports = failures.map(({ seed, error }) => `mutation ${seed}: ${error}`);
      expect(reports.join('\n\n'), `inputs are in ${folder}`).toBe('');
      expect(inputs).toBe(count + seeds().length);
    },
    36_000_000,
  );
});
