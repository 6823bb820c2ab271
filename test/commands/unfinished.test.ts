/** What a case and a summary say where an analysis did not come to its end: a signal, a full disk. */
import { execFileSync, spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'; // prettier-ignore
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

const folder = scratchFolder();
const RUNS = 4000;
const NOT_BEGUN = /not begun: the analysis did not come to this evidence/;
const UNFINISHED = /not finished: the analysis goes on, was killed, or its case was full/;

/** The scenes hold no such event. */
const SILENT_RULE = `
- rule: Process traced
  desc: d
  condition: evt.type = ptrace
  output: x
  priority: NOTICE
`;

beforeAll(() => {
  writeScene(join(folder, 'long.scap'), { runs: RUNS });
  writeScene(join(folder, 'short.scap'), { runs: 2 });
  put(folder, 'rules.yaml', RULES + SILENT_RULE);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
});

async function ask(path: string, sql: string): Promise<string[]> {
  const { out } = await tiercel(folder, ['query', path, sql, '-f', 'csv', '--no-header']);
  return out.split('\n').filter((line) => line !== '');
}

const limitsOf = (path: string, evidence: string): Promise<string[]> =>
  ask(path, `SELECT detail FROM diagnostics JOIN runs USING (run_id) WHERE path = '${evidence}'`);

/** An analysis that can be interrupted, and what it says on stderr. */
function analyze(...words: string[]): {
  child: ChildProcessByStdio<Writable, null, Readable>;
  said: () => string;
} {
  const child = spawn(process.execPath, [PROGRAM, 'analyze', '-r', 'rules.yaml', '-f', 'none', ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['pipe', 'ignore', 'pipe'],
  }); // prettier-ignore
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (data: string) => (text += data));
  child.stdin.on('error', () => undefined);
  return { child, said: () => text };
}

async function interrupt(child: ChildProcess): Promise<number | null> {
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
  return child.exitCode;
}

/** Until the case answers; there may be none yet. */
async function untilRows(path: string, sql: string): Promise<void> {
  while ((await ask(path, sql)).length === 0) {
    await delay(50);
  }
}

describe('after Ctrl-C', () => {
  it('case and summary name the evidence that was not begun', async () => {
    const { child, said } = analyze('short.scap', 'fifo', 'long.scap', '-s', 'cut.db');
    await untilRows('cut.db', "SELECT 1 FROM runs WHERE status = 'complete'");
    expect(await interrupt(child)).toBe(130);
    expect(await ask('cut.db', 'SELECT path, status FROM runs')).toEqual([
      'short.scap,complete',
      'fifo,incomplete',
      'long.scap,incomplete',
    ]);
    for (const evidence of ['fifo', 'long.scap']) {
      expect(await limitsOf('cut.db', evidence)).toEqual([expect.stringMatching(NOT_BEGUN)]);
      expect(said()).toMatch(new RegExp(`^${evidence}\n {2}${NOT_BEGUN.source}`, 'm'));
    }
    expect(said()).toContain('could not fire on what was read of this evidence');
  });

  it('rules that could not fire are those of the part that was read, in case and summary', async () => {
    const { child, said } = analyze('-', '-s', 'part.db');
    const bytes = readFileSync(join(folder, 'long.scap'));
    child.stdin.write(bytes.subarray(0, bytes.length / 2)); // and goes on
    await untilRows('part.db', 'SELECT 1 FROM runs');
    await delay(300);
    expect(await interrupt(child)).toBe(130);
    const silent = await ask(
      'part.db',
      'SELECT DISTINCT cannot_fire_detail FROM rules WHERE cannot_fire IS NOT NULL',
    );
    expect(silent.length).toBeGreaterThan(0);
    for (const detail of silent) {
      expect(detail).toMatch(/ in the part that was read$/);
      expect(said()).toContain(detail);
    }
    // interrupted evidence keeps what is known of it
    expect(await ask('part.db', 'SELECT evidence_id, format, compression FROM runs')).toEqual([
      ',scap,none',
    ]);
    expect(await limitsOf('part.db', '-')).toContain('reading was ended before its end');
  });
});

it('the same command does what is missing, and nothing twice', async () => {
  const { child } = analyze('short.scap', 'fifo', '-s', 'again.db');
  await untilRows('again.db', "SELECT 1 FROM runs WHERE status = 'complete'");
  await interrupt(child);
  const again = analyze('short.scap', 'fifo', '-s', 'again.db').child;
  const evidence = readFileSync(join(folder, 'long.scap'));
  const writer = spawn('sh', ['-c', 'cat > fifo'], { cwd: folder });
  writer.stdin.end(evidence);
  await once(again, 'close');
  expect(again.exitCode).toBe(0);
  expect(await ask('again.db', 'SELECT path, status FROM runs ORDER BY path')).toEqual([
    'fifo,complete',
    'short.scap,complete',
  ]);
});

/** A file system of our own, in a mount namespace of its own. */
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const note = canMount ? '' : ' (skipped: mounting needs root)';

describe.skipIf(!canMount)(`on a disk of 1 MB${note}`, () => {
  /** Run commands in an empty file system; what is printed to stdout and stderr. */
  function onSmallDisk(...commands: readonly (readonly string[])[]) {
    const small = mkdtempSync(join(folder, 'small-'));
    const program = `'${process.execPath}' '${PROGRAM}'`;
    const lines = commands.map((words) => `${program} ${words.join(' ')}; echo "code $?" >&2`);
    const script = `mount -t tmpfs -o size=1m none '${small}' && cd '${small}' && ${lines.join('\n')}`;
    const run = spawnSync('unshare', ['-m', 'sh', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { out: run.stdout.trim().split('\n'), err: run.stderr };
  }
  const query = (sql: string): string[] => ['query', 'c.db', `"${sql}"`, '-f csv', '--no-header'];

  it.each(['first', 'all'])('what was stored stays (--match %s)', (match) => {
    const { out, err } = onSmallDisk(
      ['analyze', '../long.scap', '../short.scap', '-r ../rules.yaml', `--match ${match}`, '-s c.db', '-f none'],
      query('SELECT path, status, alert_count > 200, alert_count = (SELECT count(*) FROM alerts WHERE alerts.run_id = runs.run_id) FROM runs'),
      query('SELECT path, id, detail FROM diagnostics JOIN runs USING (run_id) ORDER BY path'),
    ); // prettier-ignore
    expect(err).toMatch(/Code: CASE_FULL[^]*code 2\ncode 0\ncode 0\n$/);
    expect(err.match(/Error: /g)).toHaveLength(1);
    expect(err.match(/ {2}the case holds what was found before it could be written no further/g)).toHaveLength(2); // prettier-ignore
    expect(out).toEqual([
      '../long.scap,incomplete,1,1',
      '../short.scap,incomplete,0,1',
      expect.stringMatching(UNFINISHED),
      expect.stringMatching(NOT_BEGUN),
    ]);
    expect(out[2]).toContain(',analysis/unfinished,');
  });

  it('a dump and a report that do not fit are errors about their own place', () => {
    put(folder, 'many.test.yaml', tests(3000));
    spawnSync(process.execPath, [PROGRAM, 'analyze', 'long.scap', '-r', 'rules.yaml', '-s', 'whole.db', '-f', 'none'], { cwd: folder }); // prettier-ignore
    const { err } = onSmallDisk(
      ['query', '../whole.db', '--dump', '--output dump.jsonl'],
      ['query', '../whole.db', '--dump', '> dump.jsonl'],
      ['test', '../many.test.yaml', '--junit report.xml'],
    );
    const errors = err.split('code 2\n').filter((text) => text.includes('Error: '));
    expect(errors).toHaveLength(3);
    expect(errors.map((text) => /where: (.*)/.exec(text)?.[1])).toEqual([
      'dump.jsonl',
      'stdout',
      'report.xml',
    ]);
    for (const text of errors) {
      expect(text).toContain('no space is left on the disk');
      expect(text).not.toContain('--output');
    }
  });
});

/** A test file whose report is large: each expectation has a line in it. */
function tests(count: number): string {
  const expectation = `  - {rule: Terminal shell in container, exactly: 0, where: {proc.name: ${'x'.repeat(300)}}}\n`;
  return `capture: short.scap\nexpect:\n${expectation.repeat(count)}`;
}
