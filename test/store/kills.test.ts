/**
 * `analyze` is killed (SIGKILL) at random moments, several times over one case; the same command then gives the case that an
 * undisturbed run gives, row by row. TIERCEL_KILLS sets how often (a few by default), TIERCEL_KILL_EVIDENCE other evidence.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROGRAM, scratchFolder, tiercel } from '../commands/run.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const EVIDENCE =
  process.env['TIERCEL_KILL_EVIDENCE']?.split(',') ??
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.scap'))
    .sort()
    .slice(0, 6)
    .map((name) => join(FIXTURES, name));
const KILLS = Number(process.env['TIERCEL_KILLS'] ?? 4);
/** Kills of one case, before the command is left to end. */
const KILLS_A_CASE = 4;
const ROUNDS = Math.ceil(KILLS / KILLS_A_CASE);

const folder = scratchFolder();

const command = (path: string): string[] => [
  'analyze', ...EVIDENCE, '-s', path, '-f', 'none', '--no-summary', '--allow-damage',
]; // prettier-ignore

/** Begin the command, and kill it after `delay` ms; whether it was still running. */
function killAfter(path: string, delay: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...command(path)], {
      cwd: folder,
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

async function rows(path: string, sql: string): Promise<string> {
  return (await tiercel(folder, ['query', path, sql, '-f', 'csv', '--no-header'])).out;
}

describe('an analysis that was killed', () => {
  it(
    `${KILLS} times leaves true counts, and done again a case like any other`,
    { timeout: 120_000 + ROUNDS * 120_000 },
    async () => {
      const began = performance.now();
      const { code } = await tiercel(folder, command('undisturbed.db'));
      const duration = performance.now() - began;
      expect(code).toBe(0);
      const expected = await tiercel(folder, ['query', 'undisturbed.db', '--dump']);
      expect(expected.out.split('\n').length).toBeGreaterThan(100);
      let killed = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const path = `killed-${round}.db`;
        for (let kill = 0; kill < KILLS_A_CASE; kill += 1) {
          killed += Number(await killAfter(path, (0.2 + Math.random() * 0.8) * duration));
          const lies = `SELECT run_id FROM runs WHERE alert_count <>
            (SELECT count(*) FROM alerts WHERE alerts.run_id = runs.run_id)`;
          const found = await tiercel(folder, ['query', path, lies, '-f', 'csv', '--no-header']);
          expect(found.out).toBe('');
        }
        await tiercel(folder, command(path));
        expect((await tiercel(folder, ['query', path, '--dump'])).out).toBe(expected.out);
        expect((await tiercel(folder, ['query', path, '--verify'])).code).toBe(0);
        const double = `SELECT run_id FROM runs WHERE status = 'incomplete'`;
        expect(await rows(path, double)).toBe('');
      }
      expect(killed).toBeGreaterThan(0);
    },
  );
});
