/**
 * Containers that begin while recording: the native program asks who they are, and their first event waits for
 * the answer. The driving program is played by the test, a container by a control group with a container's name.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drive } from './driver.js';
import { until } from './engines.js';
import { hierarchy, makeFolder, whyNoGroups, whyNotHere, type ReadCapture } from './support.js';

const reason = whyNotHere() ?? whyNoGroups();
const folder = makeFolder();
const pathOf = (name: string): string => join(folder.path, name);

describe.skipIf(reason !== undefined)(
  `a container that nobody told of${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const groups: string[] = [];
    const parent = join(hierarchy() ?? '', `tiercel-unnamed-${process.pid}`);
    beforeAll(() => {
      mkdirSync(parent);
    });
    afterAll(async () => {
      for (const group of groups) {
        // a group can be removed as soon as its last process was reaped
        await until(() => {
          try {
            rmdirSync(group);
            return true;
          } catch {
            return false;
          }
        });
      }
      rmdirSync(parent);
      folder.remove();
    }, 60_000);

    /** Run a program in a control group of that name, as an engine does. */
    async function runIn(group: string, program: string): Promise<void> {
      const path = join(parent, group);
      mkdirSync(path);
      groups.push(path);
      const child = spawn('sh', ['-c', `echo $$ > ${path}/cgroup.procs; exec ${program}`]);
      await new Promise((resolve) => child.once('exit', resolve));
    }

    const numberOf = (capture: ReadCapture, exe: string): number | undefined =>
      capture.events.find(
        ({ name, params }) => name === 'execve' && params.get('exe')?.text === exe,
      )?.number;

    it.each([
      ['docker', '', 'd0'],
      ['CRI-O', 'crio-', 'c0'],
      ['podman', 'libpod-', 'b0'],
    ])(
      'of %s is asked for, and its first program waits for the answer',
      async (engine, prefix, digits) => {
        const id = digits.repeat(32);
        const driver = await drive(pathOf(`${engine}.scap`), id);
        await runIn(`${prefix}${id}`, '/bin/true');
        await until(() => driver.asked.includes(id));
        // long after the program has run
        await sleep(500);
        driver.order(`container ${id} {"container":{"type":8,"name":"late"}}`);
        const capture = await driver.stop();
        const told = capture.events.find(({ name }) => name === 'asyncevent');
        expect(told?.params.get('data')?.text).toContain('"late"');
        const program = numberOf(capture, '/bin/true');
        expect(program).toBeDefined();
        expect(told?.number).toBeLessThan(program ?? 0);
        const times = capture.events.map(({ time }) => time);
        expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : Number(a > b))));
      },
    );

    it('and whom no engine knows is recorded without a name', async () => {
      const id = 'ab'.repeat(32);
      const driver = await drive(pathOf('unknown.scap'), id);
      await runIn(id, '/bin/true');
      await until(() => driver.asked.includes(id));
      driver.order(`unknown ${id}`);
      const capture = await driver.stop();
      expect(numberOf(capture, '/bin/true')).toBeDefined();
      expect(capture.events.map(({ name }) => name)).not.toContain('asyncevent');
    });

    it('is recorded without a name when no answer comes', async () => {
      const id = 'cd'.repeat(32);
      const driver = await drive(pathOf('silent.scap'), id);
      await runIn(id, '/bin/true');
      await until(() => driver.asked.includes(id));
      const capture = await driver.stop();
      expect(numberOf(capture, '/bin/true')).toBeDefined();
    });

    it('is asked for once, and not at all when it was reported', async () => {
      const [known, other] = ['a1e'.padEnd(64, '1'), 'a1e'.padEnd(64, '2')];
      const driver = await drive(pathOf('told.scap'), 'a1e');
      driver.order(`container ${known} {"container":{"name":"known"}}`);
      await runIn(known, '/bin/true');
      await runIn(other, '/bin/true');
      await until(() => driver.asked.includes(other));
      driver.order(`unknown ${other}`);
      await runIn(`libpod-${other}`, '/bin/true');
      await driver.stop();
      expect(driver.asked).toEqual([other]);
    });
  },
);

describe.runIf(reason !== undefined)('a container that nobody told of', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
