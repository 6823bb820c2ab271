/**
 * A process that enters the recorded container is known from its first event in there, whichever way it comes.
 * The container is a control group with a container's name, of the unified hierarchy.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { replay } from '../../src/pipeline.js';
import { until } from './engines.js';
import { compile, hierarchy, makeFolder, RECORDER, whyNoGroups, whyNotHere } from './support.js';

const reason = whyNotHere() ?? whyNoGroups();
const folder = makeFolder();
const ID = 'e7'.repeat(32);
const parent = join(hierarchy() ?? '', `tiercel-enter-${process.pid}`);
const group = join(parent, ID);

interface Known {
  readonly event: string;
  readonly result: number | undefined;
  readonly comm: string;
  readonly isThread: boolean;
}

/** Every event of the capture, with what is known of its thread. */
async function eventsOf(path: string): Promise<readonly Known[]> {
  const seen: Known[] = [];
  await replay(await openEvidence(path), {
    onMoment: ({ event, thread }, visibility) => {
      if (visibility !== VISIBILITY.SHOWN) {
        return undefined; // the recorder's statement about its recording
      }
      // other hierarchies of this machine may have a container of their own
      const isKnown = thread?.isPlaceholder === false && thread.cgroups.includes(ID);
      seen.push({
        event: event.row.name,
        result: event.signed(0),
        comm: isKnown ? thread.comm : `unknown ${event.tid}`,
        isThread: thread?.isMain === false,
      });
      return undefined;
    },
  });
  return seen;
}

describe.skipIf(reason !== undefined)(
  `a process that enters${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let program = '';
    let resident: ChildProcess;
    beforeAll(() => {
      program = compile('enter', folder.path);
      resident = spawn('sleep', ['600']);
      mkdirSync(parent);
      mkdirSync(group);
      writeFileSync(join(group, 'cgroup.procs'), String(resident.pid));
    });
    afterAll(async () => {
      const gone = new Promise((resolve) => resident.once('exit', resolve));
      resident.kill();
      await gone;
      // a group can be removed as soon as its last process was reaped
      await until(() => spawnSync('rmdir', [group]).status === 0);
      rmdirSync(parent);
      folder.remove();
    }, 60_000);

    async function recordEntry(how: string): Promise<readonly Known[]> {
      const path = join(folder.path, `${how}.scap`);
      const recorder = spawn(RECORDER, ['-w', path, '--quiet', '--container', ID]);
      const ended = new Promise((resolve) => recorder.once('exit', resolve));
      await until(() => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0);
      expect(spawnSync(program, [how, group]).status).toBe(0);
      recorder.kill('SIGINT');
      await ended;
      return eventsOf(path);
    }

    it('by being moved, with all of its threads', async () => {
      const events = await recordEntry('self');
      expect(events.filter(({ comm }) => comm.startsWith('unknown'))).toEqual([]);
      expect(events[0]).toEqual({ event: 'clone', result: 0, comm: 'enter', isThread: false });
      expect(events.find(({ isThread }) => isThread)).toEqual(
        { event: 'clone', result: 0, comm: 'other', isThread: true },
      ); // prettier-ignore
      const seekers = events.filter(({ event }) => event === 'lseek').map(({ comm }) => comm);
      expect(seekers.sort()).toEqual(['enter', 'other']);
      expect(events.filter(({ event }) => event === 'clone')).toHaveLength(2);
    });

    it('by being made in there, without its parent, which stays outside', async () => {
      const events = await recordEntry('child');
      expect(events.filter(({ comm }) => comm.startsWith('unknown'))).toEqual([]);
      expect(events.map(({ event }) => event)).toEqual(['clone3', 'lseek', 'procexit']);
      expect(events[0]).toMatchObject({ result: 0, comm: 'enter' });
    });
  },
);

describe.runIf(reason !== undefined)('a process that enters', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
