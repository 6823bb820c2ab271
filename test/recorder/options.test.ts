/** What each option of the recorder does to the file. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import { until } from './engines.js';
import {
  compile,
  makeFolder,
  NATIVE,
  readCapture,
  RECORDER,
  runRecorder,
  tiercelIn,
  whyNoProgram,
  whyNotHere,
  type ReadCapture,
} from './support.js';

// what takes a second or two takes much longer on a busy machine
vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
let number = 0;

/** A name that no other recording has. */
function newPath(): string {
  number += 1;
  return join(folder.path, `${number}.scap`);
}

const namesIn = (capture: ReadCapture): ReadonlySet<string> =>
  new Set(capture.events.map(({ name }) => name));

/** Record a command alone. */
async function recordCommand(
  options: readonly string[],
  ...command: readonly string[]
): Promise<ReadCapture> {
  const path = newPath();
  const run = runRecorder(['-w', path, '--only-command', ...options, '--', ...command]);
  expect(run.stderr).not.toContain('Code:');
  return readCapture(path);
}

describe.skipIf(reason !== undefined)(
  `recording${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let storm = '';
    beforeAll(() => {
      storm = compile('storm', folder.path);
    }, 60_000);
    afterAll(() => {
      folder.remove();
    });

    it('ends after --events', async () => {
      const path = newPath();
      const run = runRecorder(['-w', path, '--events', '50', '--', storm, 'mix', '1']);
      expect(run.stderr).toContain('that many events were asked for');
      expect((await readCapture(path)).events).toHaveLength(50);
    });

    it('ends when the file has its --size, whole', async () => {
      const path = newPath();
      const run = runRecorder(['-w', path, '--size', '300k', '--', storm, 'mix', '1']);
      expect(run.stderr).toContain('the file has its size');
      expect(statSync(path).size).toBeGreaterThanOrEqual(300 << 10);
      expect((await readCapture(path)).diagnostics).toEqual([]);
    });

    it('ends after its --duration, whole', async () => {
      const path = newPath();
      const run = runRecorder(['-w', path, '--duration', '0.5s', '--syscalls', 'execve']);
      expect(run.stderr).toContain('the duration is over');
      expect((await readCapture(path)).diagnostics).toEqual([]);
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends on %s, whole', async (signal) => {
      const path = newPath();
      const child = spawn(RECORDER, ['-w', path, '--syscalls', 'execve'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(() => existsSync(path) && statSync(path).size > 0);
      spawnSync('true');
      child.kill(signal);
      expect(await ended).toBe(0);
      expect((await readCapture(path)).diagnostics).toEqual([]);
    });

    it('with --rotate and --keep leaves the last files, each of which replays alone', async () => {
      const path = newPath();
      const run = runRecorder(
        ['-w', path, '--rotate', '2m', '--keep', '2', '--', 'sh', '-c', `${storm} mix 1 >/dev/null`],
      ); // prettier-ignore
      const made = 2 + Number(/removed (\d+) earlier file/.exec(run.stderr)?.[1]);
      expect(made).toBeGreaterThan(2);
      const stem = `${number}.`;
      const files = readdirSync(folder.path).filter(
        (name) => name.startsWith(stem) && /\d{4}\.scap$/.test(name),
      );
      const numbers = [made - 1, made].map((each) => String(each).padStart(4, '0'));
      expect(files.sort()).toEqual(numbers.map((each) => `${stem}${each}.scap`));
      for (const file of files) {
        const unknown: string[] = [];
        let [calls, early, hasOpened] = [0, 0, false];
        const result = await replay(await openEvidence(join(folder.path, file)), {
          onMoment: ({ event, thread, fd }) => {
            const { name } = event.row;
            if (thread?.comm !== 'storm') {
              return undefined;
            }
            hasOpened ||= name === 'open';
            if (name === 'lseek' || name === 'write') {
              calls += 1;
              if (fd?.name !== (name === 'lseek' ? '/etc/passwd' : '/dev/null')) {
                unknown.push(`${event.number}: ${name} ${String(fd?.name)}`);
                // closed while the list was made, and opened before: no file can know it
                early += name === 'lseek' && !hasOpened ? 1 : 0;
              }
            }
            return undefined;
          },
        });
        expect(early).toBeLessThanOrEqual(1);
        expect([file, result.diagnostics, unknown.slice(early, early + 3)]).toEqual([file, [], []]);
        expect(result.machine).toBeDefined();
        // the very last file may have begun just before the end
        expect(calls > 0 || file === files.at(-1)).toBe(true);
        expect(statSync(join(folder.path, file)).mode & 0o777).toBe(0o600);
      }
    });

    it('keeps --snaplen bytes of data, 80 unless told', async () => {
      const text = 'x'.repeat(300);
      const dataOf = ({ events }: ReadCapture): number | undefined =>
        events
          .filter(({ name }) => name === 'write')
          .map(({ params }) => params.get('data')?.text ?? '')
          .find((data) => data.startsWith('xxx'))?.length;
      const write = ['sh', '-c', `printf ${text} >/dev/null`];
      expect(dataOf(await recordCommand([], ...write))).toBe(80);
      expect(dataOf(await recordCommand(['--snaplen', '200'], ...write))).toBe(200);
      expect(dataOf(await recordCommand(['--snaplen', '1k'], ...write))).toBe(300);
    });

    it('of some --syscalls has these, and those that report processes', async () => {
      const whole = namesIn(await recordCommand([], 'sh', '-c', 'cat /etc/passwd; true'));
      expect([...whole]).toEqual(expect.arrayContaining(['read', 'mmap', 'execve', 'openat']));
      const some = namesIn(
        await recordCommand(['--syscalls', 'openat,close'], 'sh', '-c', 'cat /etc/passwd; true'),
      );
      const others = ['execve', 'clone', 'clone3', 'fork', 'vfork', 'procexit', 'signaldeliver'];
      expect([...some]).toEqual(expect.arrayContaining(['openat', 'close', 'execve', 'procexit']));
      expect([...some].filter((name) => !['openat', 'close', ...others].includes(name))).toEqual(
        [],
      );
    });

    it('of --all has context switches and page faults too', async () => {
      expect([...namesIn(await recordCommand([], 'sleep', '0.1'))]).not.toEqual(
        expect.arrayContaining(['switch']),
      );
      const { events } = await recordCommand(['--all'], 'sleep', '0.1');
      expect([...new Set(events.map(({ name }) => name))]).toEqual(
        expect.arrayContaining(['switch', 'page_fault']),
      );
      const gone = events.find(({ name }) => name === 'switch');
      expect(gone?.params.get('next')?.text).toMatch(/^\d+$/);
    });

    it.each([
      ['gzip', [0x1f, 0x8b]],
      ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ])('with --compress %s reads back like any other', async (kind, magic) => {
      const capture = await recordCommand(['--compress', kind], 'cat', '/etc/passwd');
      expect([...readFileSync(join(folder.path, `${number}.scap`)).subarray(0, magic.length)]).toEqual(
        magic,
      ); // prettier-ignore
      expect(capture.diagnostics).toEqual([]);
      expect(capture.metadata.map(({ kind: each }) => each)).toEqual(
        expect.arrayContaining(['machine', 'processes', 'users']),
      );
      expect([...namesIn(capture)]).toEqual(expect.arrayContaining(['execve', 'read', 'procexit']));
    });

    it.each(['none', 'gzip', 'zstd'])(
      'that is killed leaves a file that replays up to there (--compress %s)',
      async (kind) => {
        const path = newPath();
        const child = spawn(
          RECORDER,
          ['-w', path, '--compress', kind, '--syscalls', 'execve,openat'],
          { stdio: 'ignore' },
        );
        const ended = new Promise((resolve) => child.once('exit', resolve));
        await until(() => existsSync(path) && statSync(path).size > 0);
        const before = statSync(path).size;
        // what is in the file grows in steps: the killing comes when some of it is there
        await until(() => {
          spawnSync('cat', ['/etc/passwd']);
          return statSync(path).size > before;
        });
        child.kill('SIGKILL');
        await ended;
        expect([...namesIn(await readCapture(path))]).toContain('execve');
      },
      60_000,
    );

    it('shows events, rate, size and losses on a terminal while it goes on', () => {
      const program = `node ${join(NATIVE, '../bin/run.js')} record -w ${newPath()} --duration 1.5s`;
      const { stdout } = spawnSync('script', ['-qec', program, '/dev/null'], { encoding: 'utf8' });
      expect(stdout).toMatch(/[\d,]+ events {2}[\d,]+\/s {2}\d+\.\d MB {2}none lost/);
      expect(stdout).toMatch(
        /\.scap: [\d,]+ events, \d+\.\d MB, none lost \(the duration is over\)/,
      );
    });

    it('says nothing with --quiet', () => {
      expect(runRecorder(['-w', newPath(), '--quiet', '--', 'true']).stderr).toBe('');
      const run = tiercel('record', '-w', newPath(), '--quiet', '--only-command', '--', 'true');
      expect(run.stderr.replace(/^note: .*\n/gm, '')).toBe('');
    });

    it('writes over a file only with --force, and then for its owner alone', () => {
      const path = newPath();
      writeFileSync(path, 'precious', { mode: 0o644 });
      const refused = runRecorder(['-w', path, '--', 'true']);
      expect(refused.stderr).toContain('RECORD_FILE_EXISTS');
      expect(refused.status).toBe(2);
      expect(readFileSync(path, 'utf8')).toBe('precious');
      expect(runRecorder(['-w', path, '--force', '--', 'true']).status).toBe(0);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    it('ends with the status of its command', () => {
      expect(runRecorder(['-w', newPath(), '--', 'sh', '-c', 'exit 7']).status).toBe(7);
      const { status, stderr } = tiercel('record', '-w', newPath(), '--', 'sh', '-c', 'exit 7');
      expect(stderr).toContain('the command ended with status 7');
      expect(status).toBe(0);
    });

    it('that ends before its command lets it go on, and tells its process', () => {
      const program = ['--', 'sh', '-c', 'exec sleep 60 >/dev/null 2>&1'];
      const native = runRecorder(['-w', newPath(), '--duration', '0.5s', ...program]);
      const driven = tiercel('record', '-w', newPath(), '--duration', '0.5s', ...program);
      expect(driven.stderr).toMatch(/\(kill \d+ ends it\)/);
      for (const { stderr, status } of [native, driven]) {
        expect(status).toBe(0);
        const pid = /the command goes on, without being recorded: process (\d+)/.exec(stderr)?.[1];
        expect(readFileSync(`/proc/${pid ?? ''}/cmdline`, 'utf8')).toContain('sleep');
        process.kill(Number(pid));
      }
      expect(runRecorder(['-w', newPath(), '--', 'true']).stderr).not.toContain('goes on');
    });

    it('that lost events says so, in the summary and in the capture: info and analyze tell when', () => {
      const path = newPath();
      const run = runRecorder(['-w', path, '--buffer', '64k', '--', storm, 'mix', '1']);
      expect(run.stderr).toMatch(/LOST: \d+ events, the buffer was full \(try --buffer 64m\)/);
      const when = /events were lost between \d{4}-\S+Z and \d{4}-\S+Z/;
      expect(tiercel('info', path).stdout).toMatch(when);
      const facts = JSON.parse(tiercel('info', '-f', 'json', path).stdout) as {
        lost: readonly { from: string; to: string }[];
        first_event: string;
        last_event: string;
      };
      expect(facts.lost.length).toBeGreaterThan(0);
      for (const { from, to } of facts.lost) {
        expect([facts.first_event, from, to, facts.last_event]).toEqual(
          [facts.first_event, from, to, facts.last_event].sort(),
        );
      }
      expect(tiercel('analyze', path, '--no-store').stderr).toMatch(when);
    }, 60_000);

    it.each([
      ['--buffer', '100000', 'is no power of two'],
      ['--snaplen', '70000', 'is above 65000'],
      ['--size', '5x', 'is no number with a unit of'],
      ['--events', '-1', 'is no number'],
    ])('refuses %s %s', (option, value, why) => {
      const run = tiercel('record', '-w', newPath(), option, value, '--', 'true');
      expect(run.stderr).toContain(why);
      expect(run.stderr).toContain('Code: RECORD_USAGE');
      expect(run.status).toBe(2);
    });

    it('explains a duration in its own words', () => {
      const run = tiercel('record', '-w', newPath(), '--duration', 'soon', '--', 'true');
      expect(run.stderr).toContain('it is not a duration such as 30s, 5m or 1.5h');
      expect(run.status).toBe(2);
    });

    it('refuses system calls that nobody knows', () => {
      const run = tiercel('record', '-w', newPath(), '--syscalls', 'open,opne', '--', 'true');
      expect(run.stderr).toContain('no system call is called "opne"');
      expect(run.stderr).toContain('Code: RECORD_UNKNOWN_CALL');
    });

    it('takes a larger --buffer', async () => {
      const capture = await recordCommand(['--buffer', '16m'], 'true');
      expect([...namesIn(capture)]).toContain('execve');
    });
  },
);

describe.runIf(reason !== undefined)('recording with options', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
