/** Hunts over a shared folder: whole runs of the program, on fixtures. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from '../commands/run.js';

const FIXTURES = ['exam.scap', 'attack.scap', 'first.scap', 'beside.scap'];
/** Nothing takes much time with it. */
const RULES = `- rule: Shell
  desc: a shell
  condition: evt.type in (execve, execveat) and proc.name in (sh, bash)
  output: shell %proc.cmdline
  priority: WARNING
`;

const folder = scratchFolder();
const evidence = join(folder, 'evidence');

const hunt = (...words: readonly string[]) => tiercel(folder, ['hunt', ...words]);

/** The rows of an answer. */
async function ask(results: string, sql: string): Promise<readonly unknown[]> {
  const { code, out, err } = await hunt('query', results, sql, '-f', 'json', '--raw');
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** Every file of results, and its bytes. */
function bytesOf(results: string): Readonly<Record<string, string>> {
  const root = join(folder, results);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(
    files.sort().map((name) => [name, readFileSync(join(root, name), 'base64')]),
  );
}

beforeAll(async () => {
  mkdirSync(join(evidence, 'node-2'), { recursive: true });
  FIXTURES.forEach((name, at) => {
    const path = join(evidence, at % 2 === 0 ? name : `node-2/${name}`);
    copyFileSync(join('fixtures', name), path);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  });
  put(folder, 'shell.yaml', RULES);
  expect((await hunt('local', 'evidence', '--results', 'whole')).code).toBe(0);
}, 120_000);

describe('a hunt', () => {
  it('gives the alerts that analyze gives, each with its evidence', async () => {
    await tiercel(folder, ['analyze', 'evidence', '-f', 'none', '--no-summary']);
    const sql = `SELECT sha256, hostname, rules.name AS rule, time_ns, alerts.output FROM alerts JOIN rules USING (rule_id)
      JOIN runs ON runs.run_id = alerts.run_id JOIN evidence USING (evidence_id) ORDER BY ALL_OF_THEM`;
    const order = 'sha256, time_ns, rule';
    const words = ['query', 'case.db', sql.replace('ALL_OF_THEM', order), '-f', 'json', '--raw'];
    const { out } = await tiercel(folder, words);
    const expected = out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown); // prettier-ignore
    expect(expected.length).toBeGreaterThan(15);
    const found = `SELECT evidence_sha256 AS sha256, host AS hostname, rule, time_ns, output FROM alerts ORDER BY ${order}`;
    expect(await ask('whole', found)).toEqual(expected);
  });

  it('has a row for each piece of evidence, and says what could not fire there', async () => {
    const rows = await ask('whole', 'SELECT path, status, alert_count > 0 AS fired FROM runs ORDER BY path'); // prettier-ignore
    expect(rows).toEqual([
      { path: 'exam.scap', status: 'complete', fired: 'true' },
      { path: 'first.scap', status: 'complete', fired: expect.any(String) as unknown },
      { path: 'node-2/attack.scap', status: 'complete', fired: 'true' },
      { path: 'node-2/beside.scap', status: 'complete', fired: 'true' },
    ]);
    const silent = await ask('whole', "SELECT DISTINCT cannot_fire FROM silent_rules WHERE rule LIKE '%Pod%' LIMIT 1"); // prettier-ignore
    expect(silent).toHaveLength(1);
  });

  it('is readable by its owner only', () => {
    for (const name of Object.keys(bytesOf('whole'))) {
      expect(statSync(join(folder, 'whole', name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it('submitted again changes nothing', async () => {
    const before = bytesOf('whole');
    const { code, out } = await hunt('local', 'evidence', '--results', 'whole');
    expect([code, out]).toEqual([0, expect.stringContaining('4 done, 0 failed, 0 waiting')]);
    expect(bytesOf('whole')).toEqual(before);
  });

  it('done in parts, on machines that share nothing but the folders, gives the same bytes', async () => {
    await hunt('submit', 'evidence', '--results', 'parts');
    expect((await hunt('status', 'parts')).out).toContain('0 done, 0 failed, 4 waiting');
    for (const shard of ['1/2', '2/2', '1/2']) {
      expect((await hunt('work', '--results', 'parts', '--shard', shard)).code).toBe(0);
    }
    expect(bytesOf('parts')).toEqual(bytesOf('whole'));
  });

  it('joined gives the same answers from fewer files', async () => {
    await hunt('local', 'evidence', '--results', 'joined');
    const questions = ['alerts', 'processes', 'files', 'runs'].map(
      (table) => `SELECT * FROM ${table} ORDER BY ALL`,
    );
    const before = await Promise.all(questions.map((sql) => ask('joined', sql)));
    expect((await hunt('compact', 'joined')).code).toBe(0);
    expect(readdirSync(join(folder, 'joined/alerts'))).toHaveLength(1);
    expect(await Promise.all(questions.map((sql) => ask('joined', sql)))).toEqual(before);
    expect((await hunt('status', 'joined')).out).toContain('4 done');
  });

  it('that was joined, and killed before the small files were gone, counts each row once', async () => {
    const [count] = await ask('joined', 'SELECT count(*) AS n FROM alerts');
    for (const table of ['alerts', 'runs']) {
      for (const name of readdirSync(join(folder, 'whole', table))) {
        copyFileSync(join(folder, 'whole', table, name), join(folder, 'joined', table, name));
      }
    }
    expect(await ask('joined', 'SELECT count(*) AS n FROM alerts')).toEqual([count]);
    await hunt('compact', 'joined');
    expect(readdirSync(join(folder, 'joined/alerts'))).toHaveLength(1);
  });
});

describe('a hunt with other rules', () => {
  it('is a new revision, of which alone a question sees rows; the old rules do nothing anew', async () => {
    await hunt('local', 'evidence', '--results', 'revised');
    const before = Object.keys(bytesOf('revised')).length;
    await hunt('local', 'evidence', '--results', 'revised', '-r', 'shell.yaml');
    expect(await ask('revised', 'SELECT DISTINCT rule FROM alerts')).toEqual([{ rule: 'Shell' }]);
    const both = Object.keys(bytesOf('revised')).length;
    expect(both).toBeGreaterThan(before);
    await hunt('compact', 'revised');
    expect(await ask('revised', 'SELECT DISTINCT rule FROM alerts')).toEqual([{ rule: 'Shell' }]);
    const { out } = await hunt('submit', 'evidence', '--results', 'revised');
    expect(out).toBe('');
    expect((await hunt('status', 'revised')).out).toContain('revision 3\n  4 done');
  });

  it('keeps the rules as they were when it was submitted', async () => {
    put(folder, 'changing.yaml', RULES);
    await hunt('submit', 'evidence', '--results', 'frozen', '-r', 'changing.yaml');
    put(folder, 'changing.yaml', RULES.replace('rule: Shell', 'rule: Another'));
    await hunt('work', '--results', 'frozen');
    expect(await ask('frozen', 'SELECT DISTINCT rule FROM alerts')).toEqual([{ rule: 'Shell' }]);
  });
});

describe('evidence that is not what it was', () => {
  it('is not taken for what was submitted; submitted again it is done, and only it', async () => {
    const other = join(folder, 'moving');
    mkdirSync(other);
    for (const name of ['exam.scap', 'first.scap', 'attack.scap']) {
      copyFileSync(join('fixtures', name), join(other, name));
    }
    await hunt('submit', 'moving', '--results', 'moved', '-r', 'shell.yaml');
    truncateSync(join(other, 'exam.scap'), statSync(join(other, 'exam.scap')).size >> 1);
    rmSync(join(other, 'first.scap'));
    const { code, out } = await hunt('work', '--results', 'moved');
    expect([code, out]).toEqual([2, expect.stringContaining('1 done, 2 failed, 0 waiting')]);
    expect(out).toMatch(/failed: exam\.scap: it is not the file that was submitted/);
    expect(out).toMatch(/failed: first\.scap: it is no longer there/);
    const again = await hunt('local', 'moving', '--results', 'moved', '-r', 'shell.yaml');
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('2 done, 0 failed')]);
    const rows = await ask('moved', 'SELECT path, loss_count > 0 AS damaged FROM runs ORDER BY path'); // prettier-ignore
    expect(rows).toEqual([
      { path: 'attack.scap', damaged: 'false' },
      { path: 'exam.scap', damaged: 'true' },
    ]);
  });

  it('waits again when it was asked to be retried', async () => {
    const other = join(folder, 'gone');
    mkdirSync(other);
    copyFileSync('fixtures/first.scap', join(other, 'first.scap'));
    const { atime, mtime } = statSync(join(other, 'first.scap'));
    await hunt('submit', 'gone', '--results', 'retried', '-r', 'shell.yaml');
    rmSync(join(other, 'first.scap'));
    expect((await hunt('work', '--results', 'retried')).code).toBe(2);
    copyFileSync('fixtures/first.scap', join(other, 'first.scap'));
    utimesSync(join(other, 'first.scap'), atime, mtime);
    expect((await hunt('retry', 'retried')).code).toBe(0);
    expect((await hunt('status', 'retried')).out).toContain('0 failed, 1 waiting');
  });
});

describe('work that is cut off', () => {
  /** Processes below `pid`. */
  function childrenOf(pid: number): readonly number[] {
    try {
      return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line !== '')
        .map(Number);
    } catch {
      return [];
    }
  }

  it('by a worker that is killed again and again ends with the same bytes', async () => {
    const words = ['hunt', 'local', 'evidence', '--results', 'killed', '--concurrency', '2'];
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let killed = 0;
    while (child.exitCode === null && killed < 3) {
      const [worker] = childrenOf(child.pid ?? 0);
      if (worker !== undefined) {
        process.kill(worker, 'SIGKILL');
        killed += 1;
      }
      await setTimeout(150);
    }
    expect(await ended).toBe(0);
    expect(killed).toBe(3);
    expect(bytesOf('killed')).toEqual(bytesOf('whole'));
  }, 120_000);

  it('by workers that each die of one piece of evidence sets it aside, tries it once more, and says so', async () => {
    mkdirSync(join(folder, 'fatal'));
    copyFileSync('fixtures/exam.scap', join(folder, 'fatal/exam.scap'));
    const words = ['hunt', 'local', 'fatal', '--results', 'given-up'];
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const killed = new Set<number>();
    while (child.exitCode === null) {
      for (const worker of childrenOf(child.pid ?? 0).filter((pid) => !killed.has(pid))) {
        process.kill(worker, 'SIGKILL');
        killed.add(worker);
      }
      await setTimeout(20);
    }
    expect(await ended).toBe(2);
    expect(killed.size).toBe(4);
    expect((await hunt('status', 'given-up')).out).toContain(
      'failed: exam.scap: the process that replayed it ended 4 times, the last time by SIGKILL',
    );
  }, 120_000);

  it('by a signal leaves what is done, and nothing that is half done', async () => {
    const words = ['hunt', 'local', 'evidence', '--results', 'stopped', '--concurrency', '1'];
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(join(folder, 'stopped/runs')) && child.exitCode === null) {
      await setTimeout(20);
    }
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const left = Object.keys(bytesOf('stopped')).filter((name) => name.endsWith('.unfinished'));
    expect(left).toEqual([]);
    expect((await hunt('work', '--results', 'stopped')).code).toBe(0);
    expect(bytesOf('stopped')).toEqual(bytesOf('whole'));
  }, 120_000);

  it('by cancelling takes up nothing more until it is retried', async () => {
    await hunt('submit', 'evidence', '--results', 'cancelled');
    await hunt('cancel', 'cancelled');
    const { out } = await hunt('work', '--results', 'cancelled');
    expect(out).toContain('0 done, 0 failed, 4 waiting (cancelled');
    await hunt('retry', 'cancelled');
    expect((await hunt('status', 'cancelled', '-f', 'json')).out).toContain('"cancelled":false');
  });
});

describe('a question', () => {
  it.each([
    ['that changes results', "COPY alerts TO 'whole/x.parquet'"],
    ['that explains how it would change them', "EXPLAIN ANALYZE COPY alerts TO 'whole/x.parquet'"],
    ['to another file', "SELECT * FROM read_text('/etc/passwd')"],
    ['to a file of the folder', "SELECT * FROM 'shell.yaml'"],
    ['that changes settings', 'SET enable_external_access = true'],
    ['that loads an extension', 'INSTALL httpfs'],
    ['that attaches a database', "ATTACH 'case.db' AS other"],
    ['of two statements', 'SELECT 1; SELECT 2'],
    ['with a typo', 'SELECT hst FROM alerts'],
  ])('%s is refused', async (_kind, sql) => {
    const { code, err, out } = await hunt('query', 'whole', sql);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Code: HUNT_QUERY_WRONG');
    expect(existsSync(join(folder, 'whole/x.parquet'))).toBe(false);
  });

  it('to results of which one is cut short names that file', async () => {
    await hunt('local', 'evidence', '--results', 'cut', '-r', 'shell.yaml');
    const [name = ''] = readdirSync(join(folder, 'cut/alerts'));
    truncateSync(join(folder, 'cut/alerts', name), 100);
    const { code, err } = await hunt('query', 'cut', 'SELECT count(*) FROM alerts');
    expect(code).toBe(2);
    expect(err).toContain('Code: HUNT_DAMAGED');
    expect(err).toContain(name);
  });

  it('to a hunt that is not done says what is missing', async () => {
    await hunt('submit', 'evidence', '--results', 'begun');
    const { code, out, err } = await hunt('query', 'begun', 'SELECT count(*) AS n FROM alerts', '-f', 'csv'); // prettier-ignore
    expect([code, out]).toEqual([0, 'n\n0\n']);
    expect(err).toContain('of 4 pieces of evidence, 4 wait and 0 failed');
  });
});

describe('a case of what was found', () => {
  it('holds the evidence whose alerts fit, and story works on it', async () => {
    const { code } = await hunt('export', 'whole', '-s', 'found.db', "container_name = 'nginx'");
    expect(code).toBe(0);
    const { out } = await tiercel(folder, ['query', 'found.db', 'SELECT path FROM runs ORDER BY path', '-f', 'csv', '--no-header']); // prettier-ignore
    const expected = await ask('whole', "SELECT DISTINCT path FROM runs JOIN alerts USING (run_key) WHERE container_name = 'nginx' ORDER BY path"); // prettier-ignore
    expect(out.trim().split('\n')).toEqual(expected.map((row) => (row as { path: string }).path));
    expect((await tiercel(folder, ['story', 'found.db'])).code).toBe(0);
  });

  it('is not made where nothing fits', async () => {
    const { code, err } = await hunt('export', 'whole', '-s', 'none.db', "rule = 'None'");
    expect([code, existsSync(join(folder, 'none.db'))]).toEqual([2, false]);
    expect(err).toContain('Code: HUNT_NOTHING_FOUND');
  });
});

describe('mistakes', () => {
  it.each([
    ['HUNT_NO_FOLDER', ['local', 'nowhere', '--results', 'm']],
    ['HUNT_RESULTS_INSIDE', ['local', 'evidence', '--results', 'evidence/results']],
    ['HUNT_OTHER_EVIDENCE', ['local', 'evidence/node-2', '--results', 'whole']],
    ['HUNT_OUTPUT_INSIDE', ['query', 'whole', 'SELECT 1', '--output', 'whole/x.json', '--force']],
    ['HUNT_SHARD_WRONG', ['work', '--results', 'whole', '--shard', '3/2']],
    ['HUNT_MISSING', ['status', 'nowhere']],
    ['RULE_UNKNOWN', ['local', 'evidence', '--results', 'm', '--rule', 'No such rule']],
  ])('%s', async (code, words) => {
    const ended = await hunt(...words);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(`Code: ${code}`);
    expect(existsSync(join(folder, 'm'))).toBe(false);
  });

  it('a manifest of another version of tiercel is refused', async () => {
    await hunt('submit', 'evidence', '--results', 'older');
    const path = join(folder, 'older/revisions/0001.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"toolVersion": "0.1.0"', '"toolVersion": "0.0.9"')); // prettier-ignore
    const { code, err } = await hunt('work', '--results', 'older');
    expect([code, err]).toEqual([2, expect.stringContaining('Code: HUNT_OTHER_VERSION')]);
  });

  it('a manifest that is cut short is named', async () => {
    truncateSync(join(folder, 'older/revisions/0001.json'), 40);
    const { code, err } = await hunt('status', 'older');
    expect([code, err]).toEqual([2, expect.stringContaining('Code: HUNT_DAMAGED')]);
  });
});
