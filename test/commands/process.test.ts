/** How the program behaves as a process: pipes, signals, full disks. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

const folder = scratchFolder();
let capture = '';
let rules = '';
const RUNS = 20_000;
const UNFINISHED =
  '"not finished: the analysis goes on, was killed, or its case was full before its end"\n';

beforeAll(() => {
  capture = join(folder, 'long.scap');
  writeScene(capture, { runs: RUNS });
  rules = put(folder, 'rules.yaml', RULES);
});

const shell = (command: string): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString('utf8')));
    child.stderr.on('data', (data: Buffer) => (err += data.toString('utf8')));
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
const program = `"${process.execPath}" "${PROGRAM}"`;

describe('pipes', () => {
  it('output to a closed pipe ends quietly', async () => {
    const { out, err } = await shell(
      `{ ${program} events long.scap; echo "code $?" >&2; } | head -n 2`,
    );
    expect(out.split('\n')).toHaveLength(3);
    expect(err).toBe('code 0\n');
  });

  it('output to a slow pipe arrives whole', async () => {
    const { out } = await shell(`${program} events long.scap -p '%evt.num' | { sleep 2; wc -l; }`);
    expect(Number(out)).toBe(3 * RUNS);
  });

  it('output to a named pipe waits for its reader, and arrives whole', async () => {
    const { out } = await shell(
      `mkfifo named; { sleep 1; cat named; } | wc -l & ${program} events long.scap -p '%evt.num' --output named; wait`,
    );
    expect(Number(out)).toBe(3 * RUNS);
  });

  it('a named pipe gets an end also where nothing was printed', async () => {
    const { out } = await shell(
      `mkfifo empty; { sleep 1; cat empty; echo end; } & ${program} events long.scap evt.num=0 --output empty; wait`,
    );
    expect(out).toBe('end\n');
  });

  it('evidence may come through a pipe', async () => {
    const { out, code } = await tiercel(
      folder,
      ['events', '-', 'evt.type=execve', '-p', '%proc.pid', '--limit', '1'],
      {
        input: readFileSync(capture),
      },
    );
    expect([out, code]).toEqual(['300\n', 0]);
  });
});

describe('an interrupted run', () => {
  it('ends with 130, keeps what it found, and leaves a case that says it is incomplete', async () => {
    const child = spawn(
      process.execPath,
      [PROGRAM, 'analyze', '-', '-r', rules, '-s', 'stopped.db'],
      {
        cwd: folder,
      },
    );
    child.stdin.on('error', () => undefined); // it will not read all
    const bytes = readFileSync(capture);
    // never the end: the program waits for more when the signal comes
    child.stdin.write(bytes.subarray(0, bytes.length - 1000));
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString('utf8')));
    let seen = 0;
    child.stdout.on('data', (data: Buffer) => {
      if (seen === 0) {
        setTimeout(() => child.kill('SIGINT'), 500);
      }
      seen += data.length;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(err).toContain('marked incomplete');
    expect(code).toBe(130);
    const sql = 'SELECT status, alert_count > 0 AS has_alerts FROM runs';
    const { out } = await tiercel(folder, ['query', 'stopped.db', sql, '-f', 'json']);
    expect(out).toBe('{"status":"incomplete","has_alerts":1}\n');
  });

  it('that was killed leaves a case that opens', async () => {
    const child = spawn(
      process.execPath,
      [PROGRAM, 'analyze', '-', '-r', rules, '-s', 'killed.db'],
      {
        cwd: folder,
      },
    );
    child.stdin.on('error', () => undefined);
    child.stdin.write(readFileSync(capture));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const { out } = await tiercel(folder, [
      'query',
      'killed.db',
      'SELECT finding FROM what_was_not_seen',
      '-f',
      'csv',
      '--no-header',
    ]);
    expect(out).toBe(`the run is incomplete\n${UNFINISHED}`);
  });
});

/** A file system of our own, in a mount namespace of its own. */
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const note = canMount ? '' : ' (skipped: mounting needs root)';

describe('a full disk', () => {
  it('while writing the case is one clear message and exit code 2; alerts go on', async () => {
    // a limit on the size of files is a disk that can be filled without being root
    const { out, err } = await shell(
      `trap '' XFSZ; ulimit -f 500; { ${program} analyze long.scap -r rules.yaml -s full.db --no-summary; echo "code $?" >&2; } | wc -l`,
    );
    expect(Number(out)).toBe(RUNS);
    expect(err.match(/Error: /g)).toHaveLength(1);
    expect(err).toContain('Code: CASE_FULL');
    expect(err).toContain('code 2');
    const sql = 'SELECT status FROM runs';
    const kept = await tiercel(folder, ['query', 'full.db', sql, '-f', 'csv', '--no-header']);
    expect(kept.out).toBe('incomplete\n');
  });

  it.skipIf(!canMount)(`that is a small file system: the same${note}`, () => {
    mkdirSync(join(folder, 'full'));
    const script =
      `mount -t tmpfs -o size=300k none "${folder}/full" && ` +
      `${program} analyze long.scap -r rules.yaml -s full/case.db --no-summary | wc -l; ` +
      `${program} query full/case.db 'SELECT finding FROM what_was_not_seen' -f csv --no-header`;
    const run = spawnSync('unshare', ['-m', 'sh', '-c', script], { cwd: folder, encoding: 'utf8' });
    expect(run.stdout).toBe(`${RUNS}\nthe run is incomplete\n${UNFINISHED}`);
    expect(run.stderr.match(/Error: /g)).toHaveLength(1);
  });

  it.each([
    ['analyze', ['long.scap', '-r', 'rules.yaml', '--no-store', '--no-summary']],
    ['analyze', ['long.scap', '-r', 'rules.yaml', '--no-store', '--no-summary', '-f', 'table']],
    ['analyze', ['long.scap', 'long.scap', '-r', 'rules.yaml', '--no-store', '-f', 'json']],
    ['events', ['long.scap']],
    ['info', ['long.scap']],
    ['rules list', ['-r', 'rules.yaml']],
    ['list fields', []],
    ['--help', []],
  ])('behind stdout of "%s" is reported once, with exit code 2', async (command, args) => {
    const { err } = await shell(
      `${program} ${[command, ...args].join(' ')} > /dev/full; echo "code $?" >&2`,
    );
    expect(err.match(/Error: /g)).toHaveLength(1);
    expect(err).toContain('no space is left on the disk');
    expect(err).toMatch(/code 2\n$/);
  });

  it('while writing alerts to a file is reported', async () => {
    const { err, code } = await tiercel(folder, [
      'events',
      capture,
      '--output',
      '/dev/full',
      '--force',
    ]);
    expect(err).toContain('no space is left on the disk');
    expect(code).toBe(2);
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

describe.skipIf(!hasScript)(
  `on a terminal${hasScript ? '' : ' (skipped: script(1) is not there)'}`,
  () => {
    /** What a terminal gets, stdout and stderr. */
    const onTerminal = (command: string, env: Record<string, string> = {}): string =>
      spawnSync('script', ['-qec', command, '/dev/null'], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      }).stdout;
    const analyze = `${program} analyze short.scap -r rules.yaml --no-store -p '%container.name'`;

    beforeAll(() => {
      writeScene(join(folder, 'short.scap'), { containerName: 'x\u001b[2Jy' });
    });

    it('the summary has colours, unless NO_COLOR says no', () => {
      expect(onTerminal(analyze)).toContain('\u001b[1m');
      expect(onTerminal(analyze, { NO_COLOR: '1' })).not.toContain('\u001b');
    });

    it('has no colours where stderr goes elsewhere', async () => {
      expect(onTerminal(`${analyze} 2> err.txt`)).not.toContain('\u001b');
      const { out, err } = await shell(`env -u NO_COLOR ${analyze}`);
      expect(out + err + readFileSync(join(folder, 'err.txt'), 'utf8')).not.toContain('\u001b');
    });

    it('no name moves the cursor, in whatever format', () => {
      const plain = { NO_COLOR: '1' };
      for (const format of ['text', 'json', 'csv', 'csv --csv-raw', 'table']) {
        const shown = onTerminal(`${analyze} -f ${format}`, plain);
        expect([format, shown.includes('[2Jy'), shown.includes('\u001b')]).toEqual([
          format,
          true,
          false,
        ]);
      }
      const events = `${program} events short.scap -p '%container.name' --limit 1`;
      expect(onTerminal(events, plain)).not.toContain('\u001b');
    });
  },
);
