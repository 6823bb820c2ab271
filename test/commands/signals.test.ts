/** SIGINT and SIGTERM end every command but `record`, whatever it is doing. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const FIXTURE = join(import.meta.dirname, '../../fixtures/exam.scap');
const ENDLESS_SQL =
  'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c';
const ENDLESS_ROWS = ENDLESS_SQL.replace('max(x)', 'x');
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const fifo = join(folder, 'fifo');
const long = join(folder, 'long.scap');
const pause = join(folder, 'pause.test.yaml');

beforeAll(async () => {
  execFileSync('mkfifo', [fifo]);
  const plain = gunzipSync(readFileSync(FIXTURE));
  put(folder, 'long.scap', Buffer.concat(new Array<Buffer>(60).fill(plain)));
  put(folder, 'pause.test.yaml', 'capture: fifo\nexpect: [{rule: Terminal shell in container}]\n');
  await tiercel(folder, ['analyze', FIXTURE, '-s', 'case.db', '-f', 'none']);
});

/** Commands that never end by themselves, with what shows that they are at it. */
const ENDLESS: readonly (readonly [what: string, args: readonly string[], beginning: (child: ChildProcess) => Promise<unknown>])[] = [
  ['analyze, of a named pipe that nobody writes', ['analyze', fifo, '--no-store'], opening],
  ['info, of a named pipe', ['info', fifo], opening],
  ['events, of a named pipe', ['events', fifo], opening],
  ['events -w, of a named pipe', ['events', fifo, '-w', join(folder, 'slice.scap'), '--force'], opening],
  ['test, of a capture that is a named pipe', ['test', pause], opening],
  ['events, into a pipe that nobody empties', ['events', long], printing],
  ['events -w, into a named pipe that nobody reads', ['events', FIXTURE, '-w', fifo], waiting],
  ['analyze, into a named pipe that nobody reads', ['analyze', FIXTURE, '-s', join(folder, 'piped.db'), '--output', fifo], holding('piped.db')],
  ['analyze, with a file_output that is a named pipe', ['analyze', FIXTURE, '-s', join(folder, 'sent.db'), '-o', 'file_output.enabled=true', '-o', `file_output.filename=${fifo}`], holding('sent.db')],
  ['query, into a named pipe that nobody reads', ['query', join(folder, 'case.db'), 'SELECT 1', '--output', fifo], asking],
  ['export, into a named pipe that nobody reads', ['export', join(folder, 'case.db'), '-f', 'timesketch', '--output', fifo], asking],
  ['report, into a named pipe that nobody reads', ['report', join(folder, 'case.db'), '-f', 'markdown', '--output', fifo], asking],
  ['query, of an endless question', ['query', join(folder, 'case.db'), ENDLESS_SQL], asking],
  ['query, into a pipe that nobody empties', ['query', join(folder, 'case.db'), ENDLESS_ROWS, '-f', 'csv'], printing],
]; // prettier-ignore

describe.each(SIGNALS)('%s', (signal) => {
  it.each(ENDLESS)('ends %s', async (_what, args, beginning) => {
    const child = start(args);
    await beginning(child);
    await delay(Math.random() * 200);
    expect(await endBy(child, signal)).toBe(130);
  });
});

/** Commands that end soon, and may be interrupted anywhere in between. */
const SHORT: readonly (readonly string[])[] = [
  ['analyze', long, '-s', join(folder, 'runs.db'), '-f', 'none'],
  ['events', long, 'evt.type=execve', '-f', 'json', '--output', '/dev/null'],
  ['info', long],
  ['rules', 'check', join(import.meta.dirname, '../../rules')],
  ['rules', 'list'],
  ['list', 'fields'],
];

describe.each(SIGNALS)('%s at any moment', (signal) => {
  it.each(SHORT)('ends %s %s with 130, or it was done before', async (...args) => {
    for (let i = 0; i < 3; i += 1) {
      const child = start(args);
      child.stdout?.resume();
      await Promise.race([once(child, 'exit'), delay(Math.random() * 1200)]);
      // before the program is loaded Node itself ends by the signal
      expect([0, 130, signal]).toContain(await endBy(child, signal));
    }
  });
});

it('leaves the case of an interrupted analysis whole, and its run incomplete', async () => {
  const child = start(['analyze', long, fifo, '-s', 'cut.db', '-f', 'none']);
  await opening(child);
  expect(await endBy(child, 'SIGTERM')).toBe(130);
  const { out } = await tiercel(folder, [
    'query',
    'cut.db',
    'SELECT status FROM runs',
    '-f',
    'csv',
  ]);
  expect(out).toBe('status\ncomplete\nincomplete\n');
});

it('answers no question any longer whose asker was killed', async () => {
  const child = start(['query', join(folder, 'case.db'), ENDLESS_SQL]);
  await asking(child);
  const pid = String(child.pid);
  const answering = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  await endBy(child, 'SIGKILL');
  await until(() => isDead(answering));
});

/** Gone, or ended and not yet waited for. */
function isDead(pid: string): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
}

it('ends at once at the second signal', async () => {
  const child = start(['events', long]);
  await printing(child);
  child.kill('SIGINT');
  expect(await endBy(child, 'SIGINT')).toBe(130);
});

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function endBy(child: ChildProcess, signal: NodeJS.Signals): Promise<number | string | null> {
  const ended =
    child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  child.kill(signal);
  await ended;
  return child.exitCode ?? child.signalCode;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await delay(20);
  }
}

/** Until the named pipe is open. */
function opening(child: ChildProcess): Promise<void> {
  return holding('fifo')(child);
}

/** Until a file is open. What alerts are written to is opened right after the case. */
function holding(name: string): (child: ChildProcess) => Promise<void> {
  return ({ pid }) => {
    const fds = `/proc/${String(pid)}/fd`;
    return until(() => readdirSync(fds).some((fd) => linkAt(join(fds, fd)) === join(folder, name)));
  };
}

/** Until it has worked, and does little but wait. */
async function waiting({ pid }: ChildProcess): Promise<void> {
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1').split(' ');
    return Number(fields[13]) + Number(fields[14]);
  };
  const loading = 20; // a hundredth of a second each; it takes twice as many
  let before = 0;
  while (before < loading || ticks() - before > 10) {
    before = ticks();
    await delay(500);
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}

/** Until another process answers the question. */
function asking({ pid }: ChildProcess): Promise<void> {
  const children = `/proc/${String(pid)}/task/${String(pid)}/children`;
  return until(() => readFileSync(children, 'latin1') !== '');
}

/** Until something is in the pipe; nobody takes it. */
function printing({ stdout }: ChildProcess): Promise<unknown> {
  return stdout === null ? Promise.reject(new Error('no pipe')) : once(stdout, 'readable');
}
