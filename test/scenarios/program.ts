/** The program as people run it, for scenarios: what it prints, in the folder of the fixtures. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = join(ROOT, 'fixtures');

/** Rules of other people, where they are there. */
const STOCK = join(ROOT, '../shared/rules/falco-0.31.1/falco_rules.yaml');
export const STOCK_RULES = existsSync(STOCK) ? STOCK : undefined;

export const WITHOUT_STOCK = 'the stock rules (../shared/rules) are not there';
export const OUR_RULES = join(ROOT, 'rules/tiercel_rules.yaml');

/** What a run of the program came to. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Run `tiercel` in the folder of the fixtures. Needs a build (`npm run build` or `npm run dev`). */
export function tiercel(...args: readonly string[]): Outcome {
  const program = join(ROOT, 'bin/run.js');
  return spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    cwd: FIXTURES,
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  });
}

/** Run `tiercel analyze --no-store`; the lines on stdout, and the summary. */
export function analyze(...args: readonly string[]): Outcome {
  return tiercel('analyze', '--no-store', ...args);
}

/** Where the exact lines of a scenario are kept. `npx vitest run test/scenarios -u` rewrites them. */
export function linesOf(name: string): string {
  return fileURLToPath(new URL(`lines/${name}.txt`, import.meta.url));
}
