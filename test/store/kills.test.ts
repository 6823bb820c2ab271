/**
 * `analyze` is killed (SIGKILL) at random moments, several times over one case; the same command then gives the case that an
 * undisturbed run gives, row by row. Most kills wait until the case has something to lose: a run, its alerts, a later run. Few
 * rules and small evidence keep a run cheap, so that TIERCEL_KILLS=100 is a matter of minutes.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from '../commands/run.js';
import { writeScene } from '../commands/scene.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** Kills to be done, not tried: a command that ended before its kill does not count. */
const KILLS = Number(process.env['TIERCEL_KILLS'] ?? 5);
/** Kills of one case, before the command is left to end. */
const KILLS_A_CASE = 8;

const RULES = `
- rule: Program executed
  desc: Every program that begins.
  condition: evt.type in (execve, execveat)
  output: Executed (command=%proc.cmdline user=%user.name container=%container.name)
  priority: NOTICE
- rule: File opened
  desc: Every file that is opened.
  condition: evt.type in (open, openat, openat2)
  output: Opened (file=%fd.name command=%proc.cmdline)
  priority: INFORMATIONAL
- rule: Request
  desc: Every request.
  condition: ka.verb exists
  source: k8s_audit
  output: Request (user=%ka.user.name verb=%ka.verb target=%ka.target.name)
  priority: NOTICE
`;

const folder = scratchFolder();
/** The first of several batches of rows; the others of one, among them one that is damaged. */
const EVIDENCE = [
  join(folder, 'long.scap'),
  join(FIXTURES, 'exam.scap'),
  join(folder, 'cut.scap'),
  join(FIXTURES, 'audit/every-kubernetes-rule.log'),
  join(folder, 'last.scap'),
];
const LAST = join(folder, 'last.scap');

beforeAll(() => {
  writeScene(join(folder, 'long.scap'), { runs: 2600 });
  writeScene(LAST, { runs: 500, argument: 'del' });
  writeScene(join(folder, 'whole.scap'), { runs: 20 });
  put(folder, 'rules.yaml', RULES);
  cutShort(join(folder, 'whole.scap'), join(folder, 'cut.scap'));
});

function cutShort(from: string, to: string): void {
  const bytes = readFileSync(from);
  writeFileSync(to, bytes.subarray(0, bytes.byteLength - 100));
}

const command = (path: string): string[] => [
  'analyze', ...EVIDENCE, '-r', 'rules.yaml', '-s', path, '-f', 'none', '--no-summary', '--allow-damage',
]; // prettier-ignore

/** A run of the command that is at work, or of one before that was killed. */
const NEW_RUN = `status = 'incomplete' AND run_id > @before`;

/** What the case shows when the command is killed, up to `spreadMs` later. */
interface Occasion {
  readonly name: string;
  /** Has a row as soon as it is so; none: at any time from the start of the process on. */
  readonly sql?: string;
  readonly spreadMs: number;
}

const OCCASIONS: readonly Occasion[] = [
  { name: 'starting up', spreadMs: 600 },
  { name: 'its first run is begun', sql: `SELECT 1 FROM runs WHERE ${NEW_RUN}`, spreadMs: 30 },
  { name: 'it has alerts', sql: `SELECT 1 FROM runs WHERE ${NEW_RUN} AND alert_count > 0`, spreadMs: 60 },
  { name: 'it is at any run', sql: `SELECT 1 FROM runs WHERE ${NEW_RUN}`, spreadMs: 400 },
  { name: 'its last run is begun', sql: `SELECT 1 FROM runs WHERE ${NEW_RUN} AND path = @last`, spreadMs: 60 },
  { name: 'its last run has alerts', sql: `SELECT 1 FROM runs WHERE ${NEW_RUN} AND path = @last AND alert_count > 0`, spreadMs: 60 },
  { name: 'all is done but the end', sql: `SELECT 1 FROM runs WHERE status = 'complete' AND run_id > @before AND path = @last`, spreadMs: 10 },
]; // prettier-ignore

/** Begin the command, and kill it at an occasion; whether it was still running. */
async function kill(path: string, { sql, spreadMs }: Occasion): Promise<boolean> {
  const before = ask(path, 'SELECT max(run_id) FROM runs') ?? 0;
  const child = spawn(process.execPath, [PROGRAM, ...command(path)], {
    cwd: folder,
    stdio: 'ignore',
  });
  let hasEnded = false;
  const ended = new Promise<boolean>((resolve) => {
    child.on('close', (_code, signal) => {
      hasEnded = true;
      resolve(signal === 'SIGKILL');
    });
  });
  if (sql !== undefined) {
    await until(() => hasEnded || ask(path, sql, { before, last: LAST }) !== undefined);
  }
  await Promise.race([ended, delay(Math.random() * spreadMs)]);
  child.kill('SIGKILL');
  return ended;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await delay(3);
  }
}

/** The first value of an answer; `undefined` without one, or where there is no case yet. */
function ask(name: string, sql: string, values: object = {}): unknown {
  const path = join(folder, name);
  if (!existsSync(path)) {
    return undefined;
  }
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).pluck().get(values) ?? undefined;
  } catch (error) {
    if (error instanceof Database.SqliteError) {
      return undefined; // it has no tables yet
    }
    throw error;
  } finally {
    database.close();
  }
}

const LIES = `SELECT run_id FROM runs WHERE
  alert_count <> (SELECT count(*) FROM alerts WHERE alerts.run_id = runs.run_id) OR
  alert_count <> (SELECT coalesce(sum(rules.alert_count), 0) FROM rules WHERE rules.run_id = runs.run_id)`;

describe('an analysis that was killed', () => {
  it(
    `${KILLS} times leaves true counts, and done again a case like any other`,
    { timeout: 120_000 + KILLS * 30_000 },
    async () => {
      expect((await tiercel(folder, command('undisturbed.db'))).code).toBe(0);
      const expected = await tiercel(folder, ['query', 'undisturbed.db', '--dump']);
      expect(expected.out.split('\n').length).toBeGreaterThan(5_000);
      let kills = 0;
      let tries = 0;
      for (let round = 0; kills < KILLS; round += 1) {
        const path = `killed-${round}.db`;
        const story: string[] = [];
        for (let end = tries + Math.min(KILLS_A_CASE, KILLS - kills); tries < end; tries += 1) {
          const occasion = OCCASIONS[tries % OCCASIONS.length] as Occasion;
          const wasKilled = await kill(path, occasion);
          kills += Number(wasKilled);
          story.push(`${wasKilled ? 'killed' : 'ended before'}: ${occasion.name}`);
          expect([ask(path, LIES), story]).toEqual([undefined, story]);
        }
        expect([(await tiercel(folder, command(path))).code, story]).toEqual([0, story]);
        const dump = (await tiercel(folder, ['query', path, '--dump'])).out;
        expect([firstDifference(dump, expected.out), story]).toEqual([undefined, story]);
        expect((await tiercel(folder, ['query', path, '--verify'])).code).toBe(0);
        expect(ask(path, `SELECT run_id FROM runs WHERE status = 'incomplete'`)).toBeUndefined();
      }
    },
  );
});

/** Cases are long: only the first line that differs is shown. */
function firstDifference(a: string, b: string): readonly unknown[] | undefined {
  if (a === b) {
    return undefined;
  }
  const [some, others] = [a.split('\n'), b.split('\n')];
  const at = some.findIndex((line, index) => line !== others[index]);
  return [at, some[at], others[at]];
}
