/** Process trees: of evidence and of a case, chosen and drawn. */
import fc from 'fast-check';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawForest } from '../../src/output/index.js';
import { CaseReader, readCase, type ProcessFacts } from '../../src/store/index.js';
import { everyProcess, forestOf } from '../../src/investigation/account/processes.js';
import {
  chosenTrees,
  type Choice,
  type ShownProcess,
} from '../../src/investigation/tree/choose.js';
import { put, scratchFolder, tiercel } from '../commands/run.js';
import { RULES, writeScene } from '../commands/scene.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = scratchFolder();
const CASE = join(folder, 'case.db');

beforeAll(async () => {
  const evidence = ['first', 'on-host'].map((name) => `fixtures/${name}.scap`);
  expect((await tiercel(ROOT, ['analyze', ...evidence, '-s', CASE, '-f', 'none'])).code).toBe(0);
}, 60_000);

describe('tree', () => {
  it('of evidence leaves nothing behind, and shows each process below its parent with its alerts', async () => {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const { code, out } = await tiercel(ROOT, ['tree', 'fixtures/first.scap'], {
      env: { TMPDIR: temporary },
    });
    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(join(ROOT, 'case.db'))).toBe(false);
  });

  it('of a case has each run, and in JSON a line for each program', async () => {
    const { out } = await tiercel(ROOT, ['tree', CASE, '-f', 'json', '--alerts-only']);
    const programs = out.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(programs.filter(({ alerts }) => (alerts as unknown[]).length > 0)).toHaveLength(13); // seven and six
    expect(programs[0]).toMatchObject({ run_id: 1, depth: 0, pid: 1, is_chosen: false });
    expect(new Set(programs.map((each) => each['run_id']))).toEqual(new Set([1, 2]));
  });

  it('has no name that moves the cursor or forges a line', async () => {
    const name = 'x\n2024 └─ forged\u001b[2J\u202ey';
    const rules = put(folder, 'rules.yaml', RULES);
    writeScene(join(folder, 'scene.scap'), { argument: name, containerName: name });
    const { out } = await tiercel(folder, ['tree', 'scene.scap', '-r', rules]);
    expect(out).not.toMatch(/[^\n\x20-\x7e\u2500-\u257f]/);
    expect(out.split('\n')).toHaveLength(6); // heading, init, sh, apk, its alert
  });

  it('of what is neither a case nor evidence is refused', async () => {
    const { code, err } = await tiercel(folder, ['tree', put(folder, 'text.txt', 'no capture')]);
    expect([code, err]).toEqual([2, expect.stringContaining('Error: ')]);
  });
});

/** Command lines of chosen processes, and of the others that are shown. */
function shown(choice: Partial<Choice>, runId = 1n, from?: bigint, to?: bigint): string[][] {
  return readCase(CASE, (database) => {
    const reader = new CaseReader(database, CASE);
    const alerts = [...reader.alertsOfRun(runId)];
    const trees = chosenTrees(
      forestOf(reader.processesOfRun(runId)),
      { container: undefined, user: undefined, match: undefined, isAlerting: false, ...choice, bounds: { from, to } },
      (row) => alerts.filter(({ processId }) => processId === row),
    ); // prettier-ignore
    const all: ShownProcess[] = [];
    const visit = (process: ShownProcess): void => {
      all.push(process);
      process.children.forEach(visit);
    };
    trees.forEach(visit);
    const names = (isChosen: boolean) => all.filter((each) => each.isChosen === isChosen).map(({ node }) => node.programs[0].name); // prettier-ignore
    return [names(true), names(false)];
  });
}

describe('what is chosen', () => {
  it.each([
    ['a container by name', { container: 'httpd' }, ['httpd', 'sh', 'sed'], ['systemd', 'containerd-shim']],
    ['a container by the begin of its id', { container: '090aad' }, ['nginx', 'sh', 'ls', 'apk', 'apk'], ['systemd', 'containerd-shim', 'runc']],
    ['a user by number', { user: '4321' }, ['helper'], ['systemd', 'sshd']],
    ['a part of a command line', { match: 'APK ADD' }, ['apk'], ['systemd', 'containerd-shim', 'runc', 'sh']],
    ['alerts and a container', { isAlerting: true, container: 'host' }, ['helper', 'bash'], ['systemd', 'sshd']],
    ['what nothing is', { user: 'nobody' }, [], []],
  ] as const)('is %s, and its ancestors are shown', (_what, choice, chosen, ancestors) => {
    expect(shown(choice)).toEqual([[...chosen], [...ancestors]]);
  }); // prettier-ignore

  it('is what ran in a span of time', () => {
    const [chosen] = shown({}, 2n, 1795331722000000000n, 1795331722500000000n);
    expect(chosen).toEqual(['env', 'ncat']);
  });
});

describe('trees of processes', () => {
  const row = (id: number, parent: number | null, pid = id): ProcessFacts => ({
    id: BigInt(id), runId: 1n, pid: BigInt(pid), parentId: parent === null ? null : BigInt(parent), parentPid: null,
    name: `p${id}`, cmdline: `p${id}`, exepath: '', uid: null, user: null, loginUid: null, start: BigInt(id),
    end: null, containerId: null, containerName: null,
  }); // prettier-ignore

  it('hold every row once, however deep they are', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(parents, (numbers) => {
        const rows = numbers.map((number, at) => row(at + 1, number % (at + 1) === 0 ? null : number % (at + 1))); // prettier-ignore
        const nodes = [...everyProcess(forestOf(rows))];
        expect(nodes.flatMap((node) => node.rows.map(({ id }) => id)).sort((a, b) => Number(a - b))).toEqual(rows.map(({ id }) => id)); // prettier-ignore
      }),
    );
    const deep = Array.from({ length: 20_000 }, (_, at) => row(at + 1, at === 0 ? null : at));
    const lines = [...drawForest(forestOf(deep), {
      linesOf: ({ programs: [{ name }] }) => [{ margin: '', text: name }],
      childrenOf: ({ children }) => children,
    })]; // prettier-ignore
    expect(lines).toHaveLength(20_000);
    expect(lines.at(-1)).toMatch(/└─ \(depth 19999\) p20000$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(130);
  });

  it('join what one process ran, and never what a later process of the same number ran', () => {
    const first = { ...row(1, null, 7), end: 5n };
    const then = { ...row(2, null, 7), start: 5n, end: 8n };
    const other = { ...row(3, null, 7), start: 9n };
    expect(forestOf([first, then, other]).map(({ programs }) => programs.length)).toEqual([2, 1]);
  });
});
