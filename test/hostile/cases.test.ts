/**
 * The inputs of `../shared/cases` on which the program was wrong, each run as its README says. A line that is added there without an
 * expectation here fails.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHARED } from '../commands/run.js';
import { costOf } from './measure.js';

const CASES = join(SHARED, 'cases');
const README = join(CASES, 'README.md');
const EXEC = ['-r', join(CASES, 'hostile/exec.yaml')];

/** What must hold of an input, by its name in the table. */
const EXPECTATIONS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'hostile/fork-4096fds-3000.scap.gz': (path) => {
    const { code, peakMb } = costOf(path, ['analyze', path, ...EXEC, '--no-store']);
    expect(code).toBeOneOf([0, 4]);
    expect(peakMb).toBeLessThan(300);
    return Promise.resolve();
  },
  'hostile/chain-exit.scap.zst': (path) => {
    const { code, peakMb } = costOf(path, ['analyze', path, ...EXEC, '--no-store']);
    expect(code).toBeOneOf([0, 4]);
    expect(peakMb).toBeLessThan(300);
    return Promise.resolve();
  },
};

/** Inputs of the first column that stand below hostile/. */
function linesOf(table: string): readonly string[] {
  return table
    .split('\n')
    .flatMap((line) => /^\| ((?:hostile|captures)\/[^ |,]+)/.exec(line)?.[1] ?? []);
}

const names = existsSync(README) ? linesOf(readFileSync(README, 'utf8')) : [];

describe('an input on which the program was wrong', () => {
  it.skipIf(names.length > 0)('is missing: ../shared/cases is not there', () => {
    expect(names).toEqual([]);
  });

  it.each(names.filter((name) => name in EXPECTATIONS))('%s', async (name) => {
    await EXPECTATIONS[name]?.(join(CASES, name));
  });
});
