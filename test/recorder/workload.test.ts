/** A program says what it does; the capture must say the same, call by call. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TABLE } from '../../src/events/index.js';
import {
  compile,
  makeFolder,
  readCapture,
  runRecorder,
  says,
  whyNotHere,
  type ReadCapture,
  type ReadEvent,
} from './support.js';

const NO_RESULT = -100_000;
const EVENT_TYPES = 120;
const reason = whyNotHere();
const folder = makeFolder();
let capture: ReadCapture;
let said: readonly Said[] = [];

/** One line of the workload. */
interface Said {
  readonly event: string;
  readonly result: number;
  readonly params: readonly (readonly [name: string, value: string])[];
}

function readSaid(path: string): readonly Said[] {
  return readFileSync(path, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [event = '', result = '', ...params] = line.split('\t');
      return {
        event,
        result: Number(result),
        params: params.map((param) => {
          const at = param.indexOf('=');
          return [param.slice(0, at), param.slice(at + 1)] as const;
        }),
      };
    });
}

/** What the event does not say of what the program did; empty if it says all. */
function differences(line: Said, event: ReadEvent): readonly string[] {
  const wrong = line.params
    .filter(([name, value]) => !says(event.params.get(name), value))
    .map(([name, value]) => {
      const param = event.params.get(name);
      return `${line.event}.${name}: did ${value}, recorded ${param?.text ?? 'nothing'} (${param?.resolved ?? ''})`;
    });
  const hasResult = line.result !== NO_RESULT && !WITHOUT_RESULT.has(line.event);
  return hasResult && event.result !== line.result
    ? [...wrong, `${line.event}: returned ${line.result}, recorded ${String(event.result)}`]
    : wrong;
}

/** Their first parameter is something else, or there is none. */
const WITHOUT_RESULT = new Set([
  'getsockname',
  'getpeername',
  'getuid',
  'geteuid',
  'getgid',
  'getegid',
  'syscall',
]);

describe.skipIf(reason !== undefined)(
  `a workload's capture${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    beforeAll(async () => {
      const program = compile('workload', folder.path);
      const file = join(folder.path, 'workload.scap');
      const list = join(folder.path, 'said.txt');
      const run = runRecorder(
        ['-w', file, '--only-command', '--', 'sh', '-c', `${program} 9>${list}`],
        folder.path,
      );
      expect(run.stderr).not.toContain('Code:');
      said = readSaid(list);
      capture = await readCapture(file);
    }, 60_000);
    afterAll(() => {
      folder.remove();
    });

    it('reads without a finding', () => {
      expect(capture.diagnostics).toEqual([]);
    });

    it('is in the order of time', () => {
      const times = capture.events.map(({ time }) => time);
      expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0n))).toBe(
        true,
      );
    });

    it(`has at least ${EVENT_TYPES} types of events, and what the program did is in each of them`, () => {
      const main = capture.events.find(({ name }) => name === 'mkdir')?.tid;
      const own = capture.events.filter(({ tid }) => tid === main);
      const problems: string[] = [];
      const types = new Set<string>();
      let at = 0;
      for (const line of said) {
        // what the C library does in between is generic, too: the one that is meant is looked for
        const isMeant = (event: ReadEvent): boolean =>
          line.event !== 'syscall' || differences(line, event).length === 0;
        const found = own.findIndex(
          (event, index) => index >= at && event.name === line.event && isMeant(event),
        );
        if (found === -1) {
          problems.push(`${line.event}: not recorded`);
          continue;
        }
        types.add(line.event);
        problems.push(...differences(line, own[found] as ReadEvent));
        at = found + 1;
      }
      expect(problems).toEqual([]);
      expect(types.size).toBeGreaterThanOrEqual(EVENT_TYPES);
    });

    it('has every event in the newest layout, with all of its parameters', () => {
      const newest = new Map(EVENT_TABLE.map(({ name, params }) => [name, params.length] as const));
      const short = capture.events.filter(({ name, params }) => params.size !== newest.get(name));
      expect(short.map(({ number, name, params }) => [number, name, params.size])).toEqual([]);
      expect(newest.get('execve')).toBe(31);
    });

    it('has each child of fork, clone, clone3 and vfork twice: as its parent and as itself sees it', () => {
      for (const name of ['fork', 'clone3', 'vfork']) {
        const both = capture.events.filter((event) => event.name === name);
        const child = both.find(({ result }) => result === 0);
        const parent = both.find(({ result }) => (result ?? 0) > 0 && result === child?.tid);
        expect([name, child?.tid]).toEqual([name, parent?.result]);
        expect(child?.params.get('ptid')?.text).toBe(String(parent?.tid));
      }
    });

    it('has the end of each process, with its status', () => {
      const exits = capture.events.filter(({ name }) => name === 'procexit');
      expect(exits.map(({ params }) => params.get('ret')?.text)).toContain('3');
    });

    it('has nothing of the recorder itself', () => {
      const names = capture.events
        .filter(({ name }) => name === 'execve' || name === 'clone')
        .map(({ params }) => params.get('comm')?.text);
      expect(names).not.toContain('tiercel-recorde');
    });

    it('lists only the command, and its user', () => {
      const users = capture.metadata.flatMap((one) => (one.kind === 'users' ? one.users : []));
      const processes = capture.metadata.flatMap((one) =>
        one.kind === 'processes' ? one.processes : [],
      );
      expect(users.map(({ uid }) => uid)).toEqual([0]);
      expect(processes).toHaveLength(1);
    });
  },
);

describe.runIf(reason !== undefined)('recording on this machine', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
