/**
 * Laws about files and connections of a case, over all captures at hand: what fields say of each event, as `events` prints
 * it, adds up to what the case holds.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import type { Moment } from '../../src/state/index.js';
import { compileFieldText } from '../../src/fields/index.js';
import { CaseKeeper } from '../../src/investigation/analysis/case-keeper.js';
import { replay } from '../../src/pipeline.js';
import { ask } from '../store/support.js';

const FOLDERS = ['../../fixtures', '../../../shared/captures'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
const CAPTURES = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.scap'))
    .map((name) => join(folder, name)),
);

const scratch = mkdtempSync(join(tmpdir(), 'tiercel-activity-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function reading(field: string): (moment: Moment) => unknown {
  const { field: compiled } = compileFieldText(field, 'syscall');
  return (moment) => compiled?.read(moment);
}

const NAME = reading('evt.type');
const RESULT = reading('evt.rawres');
const FD_TYPE = reading('fd.type');
const FD_NAME = reading('fd.name');
const PID = reading('proc.pid');
const TIME = reading('evt.rawtime');

const WRITES = new Set<unknown>([
  'write',
  'pwrite',
  'writev',
  'pwritev',
  'sendfile',
  'splice',
  'copy_file_range',
]);
const READS = new Set<unknown>(['read', 'pread', 'readv', 'preadv']);
const SENDS = new Set<unknown>(['send', 'sendto', 'sendmsg', 'sendmmsg']);
const RECEIVES = new Set<unknown>(['recv', 'recvfrom', 'recvmsg', 'recvmmsg']);
const EXECS = new Set<unknown>(['execve', 'execveat']);
const CLONES = new Set<unknown>(['clone', 'clone3', 'fork', 'vfork']);
const ACCEPTS = new Set<unknown>(['accept', 'accept4']);
const PENDING = -115n;

/** What events add up to. */
class Sums {
  readonly writes = new Map<string, { calls: bigint; bytes: bigint }>();
  executions = 0n;
  connects = 0n;
  failedConnects = 0n;
  accepts = 0n;
  sent = 0n;
  received = 0n;
  failedExecs = 0n;
  unixConnects = 0n;
  failedUnixConnects = 0n;
  unixAccepts = 0n;
  /** Programs that began: pid and time. */
  readonly programs = new Set<string>();
  /** Processes that were given 0 by clone. */
  readonly children = new Set<string>();

  readonly onMoment = (moment: Moment): undefined => {
    const name = NAME(moment);
    const raw = RESULT(moment);
    if (raw === undefined || moment.event.code % 2 === 0) {
      return;
    }
    const result = BigInt(raw as number);
    const type = FD_TYPE(moment);
    const path = FD_NAME(moment);
    if (WRITES.has(name) && type === 'file' && typeof path === 'string' && result >= 0n) {
      this.#addWrite(path, result);
    }
    this.#addProgram(name, result, moment);
    if (type === 'unix') {
      this.#addUnix(name, result);
    }
    if (type === 'ipv4' || type === 'ipv6') {
      this.#addTraffic(name, result);
    }
  };

  #addWrite(path: string, bytes: bigint): void {
    const sum = this.writes.get(path) ?? { calls: 0n, bytes: 0n };
    this.writes.set(path, { calls: sum.calls + 1n, bytes: sum.bytes + bytes });
  }

  #addProgram(name: unknown, result: bigint, moment: Moment): void {
    const isMain = moment.thread?.isMain === true;
    if (EXECS.has(name)) {
      this.executions += result >= 0n ? 1n : 0n;
      this.failedExecs += result < 0n ? 1n : 0n;
      if (result === 0n && isMain) {
        this.programs.add(`${String(PID(moment))} ${String(TIME(moment))}`);
      }
    } else if (CLONES.has(name) && result === 0n && isMain) {
      this.children.add(String(PID(moment))); // its parent's event may have come first
    }
  }

  #addUnix(name: unknown, result: bigint): void {
    if (name === 'connect') {
      const isBegun = result >= 0n || result === PENDING;
      this.unixConnects += isBegun ? 1n : 0n;
      this.failedUnixConnects += isBegun ? 0n : 1n;
    }
    this.unixAccepts += ACCEPTS.has(name) && result >= 0n ? 1n : 0n;
  }

  #addTraffic(name: unknown, result: bigint): void {
    if (name === 'connect') {
      const isBegun = result >= 0n || result === PENDING;
      this.connects += isBegun ? 1n : 0n;
      this.failedConnects += isBegun ? 0n : 1n;
      return;
    }
    this.accepts += ACCEPTS.has(name) && result >= 0n ? 1n : 0n;
    if (result > 0n) {
      this.sent += WRITES.has(name) || SENDS.has(name) ? result : 0n;
      this.received += READS.has(name) || RECEIVES.has(name) ? result : 0n;
    }
  }
}

async function analysed(capture: string): Promise<{ readonly path: string; readonly sums: Sums }> {
  const path = join(scratch, `${basename(capture)}.db`);
  const identity = { rules: [], ruleFiles: [], rulesSha256: '', options: '{}' };
  const keeper = await CaseKeeper.open(path, identity);
  const sums = new Sums();
  const reader = await openEvidence(capture);
  const watchers = [...keeper.watchers(capture, undefined), sums];
  const result = await replay(reader, { watchers, onMoment: () => undefined });
  keeper.endRun(result, [], []);
  expect(keeper.close()).toEqual([]);
  return { path, sums };
}

describe.each(CAPTURES.map((path) => [basename(path), path]))(
  'the case of %s',
  (_name, capture) => {
    it('has every write to a file, execution and connection that events show', async () => {
      const { path, sums } = await analysed(capture);
      const one = (sql: string): unknown => (ask(path, sql)[0] as unknown[])[0];
      expect(
        ask(
          path,
          `SELECT path, sum(writes), sum(bytes_written) FROM files WHERE writes > 0 AND path GLOB '[/<.]*'
         GROUP BY path ORDER BY path`,
        ),
      ).toEqual(
        [...sums.writes]
          .map(([name, { calls, bytes }]) => [name, calls, bytes])
          .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      );
      expect({
        executions: one('SELECT coalesce(sum(executions), 0) FROM files'),
        connects: one(
          "SELECT count(*) FROM connections WHERE direction = 'outgoing' AND begin_ns NOT NULL AND result IN ('ok', 'EINPROGRESS') AND protocol <> 'unix'",
        ),
        failedConnects: one(
          "SELECT count(*) FROM connections WHERE result NOT IN ('ok', 'EINPROGRESS') AND protocol IS NOT 'unix'",
        ),
        accepts: one(
          "SELECT count(*) FROM connections WHERE direction = 'incoming' AND begin_ns NOT NULL AND protocol <> 'unix'",
        ),
        sent: one("SELECT coalesce(sum(bytes_sent), 0) FROM connections WHERE protocol <> 'unix'"),
        received: one(
          "SELECT coalesce(sum(bytes_received), 0) FROM connections WHERE protocol <> 'unix'",
        ),
        unixConnects: one(
          "SELECT count(*) FROM connections WHERE direction = 'outgoing' AND begin_ns NOT NULL AND result IN ('ok', 'EINPROGRESS') AND protocol = 'unix'",
        ),
        failedUnixConnects: one(
          "SELECT count(*) FROM connections WHERE result NOT IN ('ok', 'EINPROGRESS') AND protocol = 'unix'",
        ),
        unixAccepts: one(
          "SELECT count(*) FROM connections WHERE direction = 'incoming' AND begin_ns NOT NULL AND protocol = 'unix'",
        ),
      }).toEqual({
        unixConnects: sums.unixConnects,
        failedUnixConnects: sums.failedUnixConnects,
        unixAccepts: sums.unixAccepts,
        executions: sums.executions,
        connects: sums.connects,
        failedConnects: sums.failedConnects,
        accepts: sums.accepts,
        sent: sums.sent,
        received: sums.received,
      });
      const begun = ask(path, 'SELECT pid, start_ns FROM processes') as bigint[][];
      const rows = new Set(begun.map(([pid, start]) => `${String(pid)} ${String(start)}`));
      expect([...sums.programs].filter((program) => !rows.has(program))).toEqual([]);
      const pids = new Set(begun.map(([pid]) => String(pid)));
      expect([...sums.children].filter((pid) => !pids.has(pid))).toEqual([]);
      const failures = one(
        'SELECT coalesce(sum(each.value), 0) FROM files, json_each(files.failures) AS each',
      );
      expect((failures as bigint) >= sums.failedExecs).toBe(true); // other calls fail, too
    });
  },
);
