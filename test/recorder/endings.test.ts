/** How a recording ends: by signals, with its front end, by a command that never ran. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { until } from './engines.js';
import { makeFolder, NATIVE, readCapture, RECORDER, runRecorder, tiercelIn, whyNoProgram, whyNotHere } from './support.js'; // prettier-ignore

vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
let number = 0;

function newPath(): string {
  number += 1;
  return join(folder.path, `${number}.scap`);
}

/** A recording under way: its process, what it says, its end. */
interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Start a program and wait for the word from which on nothing is lost. */
async function startRecording(program: string, args: readonly string[]): Promise<Running> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder.path });
  let text = '';
  child.stderr.on('data', (part: Buffer) => (text += part.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    }),
  );
  child.stdout.resume();
  await until(() => /^Recording to /m.test(text));
  child.stdout.pause();
  return { child, said: () => text, ended };
}

const startTiercel = (...args: readonly string[]): Promise<Running> =>
  startRecording('node', [join(NATIVE, '../bin/run.js'), 'record', ...args]);
const startNative = (...args: readonly string[]): Promise<Running> =>
  startRecording(RECORDER, args);

/** Process ids of native recorders that write to a path. */
function recordersOf(path: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return words[0] === RECORDER && words.includes(path);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.skipIf(reason !== undefined)(
  `the end of a recording${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    afterAll(() => {
      folder.remove();
    });

    it.each(['SIGKILL', 'SIGHUP', 'SIGQUIT'] as const)(
      'comes with the front end, ended by %s: the file is whole',
      async (signal) => {
        const path = newPath();
        const { child, ended } = await startTiercel('-w', path, '--syscalls', 'execve');
        expect(recordersOf(path).length).toBeGreaterThan(0);
        spawnSync('true');
        child.kill(signal);
        await ended;
        await until(() => recordersOf(path).length === 0);
        const { events, diagnostics } = await readCapture(path);
        expect(diagnostics).toEqual([]);
        expect(events.some(({ name }) => name === 'execve')).toBe(true);
      },
    );

    it('comes with the front end while its command goes on', async () => {
      const path = newPath();
      const { child, ended } = await startTiercel('-w', path, '--', 'sleep', '7654');
      child.kill('SIGKILL');
      await ended;
      await until(() => recordersOf(path).length === 0);
      expect((await readCapture(path)).diagnostics).toEqual([]);
      const left = spawnSync('pgrep', ['-f', '^sleep 7654$'], { encoding: 'utf8' }).stdout.trim();
      expect(left).toMatch(/^\d+$/);
      process.kill(Number(left));
    });

    it('comes with a front end that goes before anything was recorded, without a file', async () => {
      const path = newPath();
      const child = spawn(
        RECORDER,
        ['-w', path, '--control-fd', '3', '--', 'touch', `${path}.ran`],
        {
          stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        },
      );
      let text = '';
      child.stderr?.on('data', (part: Buffer) => (text += part.toString()));
      (child.stdio[3] as NodeJS.WritableStream).end();
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
      expect(text).toContain('Code: RECORD_ABANDONED');
      expect([existsSync(path), existsSync(`${path}.ran`)]).toEqual([false, false]);
    });

    it('comes even where the reader of the capture takes nothing and the front end is gone', async () => {
      const { child, ended } = await startTiercel('-w', '-', '--all');
      // nobody reads the pipe, which fills
      const pid = recordersOf('-')[0] ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      child.kill('SIGKILL');
      await ended;
      await until(() => !existsSync(`/proc/${pid}`) || recordersOf('-').length === 0);
    });

    it.each([
      ['tiercel record', startTiercel],
      ['the native program', startNative],
    ])('of %s comes in order at the first signal', async (_, start) => {
      const path = newPath();
      const { child, ended, said } = await start('-w', path, '--syscalls', 'execve');
      child.kill('SIGINT');
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(said()).toContain('(interrupted)');
      expect(said()).not.toContain('cut short');
      expect((await readCapture(path)).diagnostics).toEqual([]);
    });

    it.each([
      ['tiercel record', startTiercel],
      ['the native program', startNative],
    ])('of %s is cut short by a second signal, which says so', async (_, start) => {
      // a reader that takes nothing keeps the first one from ending it, once the pipe is full:
      // a machine that does little else needs a storm for that
      const { child, ended, said } = await start('-w', '-', '--all');
      const storm = spawn('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1'], { stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      storm.kill();
      child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(child.exitCode).toBe(null);
      child.kill('SIGINT');
      const { code } = await ended;
      expect([said(), code]).toEqual([expect.stringMatching(/cut short/), expect.any(Number)]);
      expect(code).not.toBe(0);
    });

    it('takes two signals of one moment, as timeout(1) sends them, for one', async () => {
      const path = newPath();
      const { child, ended, said } = await startTiercel('-w', path, '--syscalls', 'execve');
      child.kill('SIGTERM');
      child.kill('SIGINT');
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(said()).not.toContain('cut short');
    });

    it.each([
      ['does not exist', '/nowhere/to/be/found'],
      ['may not be run', '/etc/passwd'],
      ['is a folder', '/etc'],
    ])('is there before a command that %s: no file is left, none is replaced', (_, command) => {
      const path = newPath();
      for (const run of [
        runRecorder(['-w', path, '--', command]),
        tiercel('record', '-w', path, '--rotate', '100m', '--', command),
      ]) {
        expect([run.status, run.stderr]).toEqual([
          2,
          expect.stringContaining('Code: RECORD_COMMAND'),
        ]);
      }
      expect(readdirSync(folder.path).filter((name) => name.startsWith(`${number}.`))).toEqual([]);
      const kept = runRecorder(['-w', path, '--', 'true']);
      expect(kept.status).toBe(0);
      const before = readFileSync(path);
      expect(runRecorder(['-w', path, '--force', '--', command]).status).toBe(2);
      expect(readFileSync(path).equals(before)).toBe(true);
    });

    it('leaves its command the signals that the recorder itself does without', () => {
      const { stdout } = spawnSync(
        RECORDER,
        ['-w', newPath(), '--quiet', '--', 'grep', 'SigIgn', '/proc/self/status'],
        { encoding: 'utf8' },
      );
      expect(stdout).toMatch(/SigIgn:\t0{16}/);
    });
  },
);

describe.runIf(reason !== undefined)('the end of a recording', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
