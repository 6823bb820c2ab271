/** Which control groups `--container` means: those that an engine named after the id, not what has its digits somewhere. */
import { spawn, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hierarchy, makeFolder, readCapture, runRecorder, whyNoGroups, whyNotHere } from './support.js'; // prettier-ignore

vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoGroups();
const folder = makeFolder();
const ID = `c0ffee${process.pid.toString(16).padStart(6, '0')}`.padEnd(64, '7');
const OTHER = `c0ffee${'1'.repeat(58)}`;

describe.skipIf(reason !== undefined)(
  `the container that is recorded alone${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const groups: string[] = [];
    const sleepers: ChildProcess[] = [];

    /** A process in a control group of that name. */
    function sleepIn(name: string): void {
      const group = join(hierarchy() ?? '/nowhere', name);
      mkdirSync(group);
      groups.push(group);
      const sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
      sleepers.push(sleeper);
      writeFileSync(join(group, 'cgroup.procs'), String(sleeper.pid));
    }

    beforeAll(() => {
      sleepIn(`libpod-${ID}.scope`);
      sleepIn(`libpod-conmon-${ID}.scope`);
      sleepIn(`job-of-${ID}`);
      sleepIn(`docker-${OTHER}.scope`);
    });
    afterAll(async () => {
      await Promise.all(
        sleepers.map(async (sleeper) => {
          const ended = once(sleeper, 'exit');
          sleeper.kill('SIGKILL');
          await ended;
        }),
      );
      groups.forEach((group) => {
        rmdirSync(group);
      });
      folder.remove();
    });

    const record = (id: string, path: string): SpawnSyncReturns<string> =>
      runRecorder(['-w', path, '--container', id, '--duration', '0.3s']);

    it.each([
      ['its id', ID],
      ['the beginning of its id', ID.slice(0, 12)],
    ])('is found by %s, without its monitor', async (_, id) => {
      const path = join(folder.path, `${id.length}.scap`);
      const run = record(id, path);
      expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('duration is over')]);
      const { metadata } = await readCapture(path);
      const listed = metadata.flatMap((one) => (one.kind === 'processes' ? one.processes : []));
      expect(listed.map(({ pid }) => pid)).toEqual([sleepers[0]?.pid]);
    });

    it.each([
      ['digits in the middle of its id', ID.slice(3, 20)],
      ['a word of the path', 'libpod'],
      ['the name of a group that is none of an engine', 'job'],
    ])('is not found by %s', (_, word) => {
      const run = record(word, join(folder.path, `${word}.scap`));
      expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('RECORD_NO_CONTAINER')]);
    });

    it('is refused where the ids of two begin so', () => {
      const run = record('c0ffee', join(folder.path, 'two.scap'));
      expect([run.status, run.stderr]).toEqual([
        2,
        expect.stringContaining('give more digits of its id'),
      ]);
    });
  },
);
