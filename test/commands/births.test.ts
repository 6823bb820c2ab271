/** Whatever call begins a process, the case has a row for it, also where no rule asks and the process is soon gone. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { encodeEvent, EVENT, type ParamValue } from '../../src/events/index.js';
import { process } from '../state/machine.js';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const rules = put(
  folder,
  'rules.yaml',
  '- {rule: r, desc: d, output: o, priority: INFO, condition: evt.type = mkdir}\n',
);
const START = 1_700_000_000_000_000_000n;
const CHILD = 300;
const COMMON = {
  exe: '/bin/child',
  args: ['-x'],
  tid: CHILD,
  pid: CHILD,
  ptid: 200,
  cwd: '/',
  fdlimit: 1024,
  pgft_maj: 0,
  pgft_min: 0,
  vm_size: 1,
  vm_rss: 1,
  vm_swap: 0,
  comm: 'child',
  cgroups: [],
  flags: 0,
  uid: 0,
  gid: 0,
  vtid: CHILD,
  vpid: CHILD,
};
const EXECUTION = {
  env: [],
  tty: 0,
  vpgid: 1,
  loginuid: 0,
  trusted_exepath: '/bin/child',
  pgid: 1,
};

const BIRTHS: readonly (readonly [string, number, Readonly<Record<string, ParamValue>>])[] = [
  ['clone', EVENT.CLONE_20_X, { res: 0, ...COMMON }],
  ['clone3', EVENT.CLONE3_X, { res: 0, ...COMMON }],
  ['fork', EVENT.FORK_20_X, { res: 0, ...COMMON }],
  ['vfork', EVENT.VFORK_20_X, { res: 0, ...COMMON }],
  ['execve', EVENT.EXECVE_19_X, { res: 0, ...COMMON, ...EXECUTION }],
  ['execveat', EVENT.EXECVEAT_X, { res: 0, ...COMMON, ...EXECUTION }],
];

function without(
  names: readonly string[],
  params: Readonly<Record<string, ParamValue>>,
): Readonly<Record<string, ParamValue>> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}

describe('a process that begins by', () => {
  it.each(BIRTHS)('%s is in the case', async (name, code, params) => {
    const path = join(folder, `${name}.scap`);
    const capture = createCapture(path, { force: true });
    capture.writeSectionHeader();
    capture.writeMetadata({
      kind: 'processes',
      processes: [process(1, 'init', { ptid: 0 }), process(200, 'sh')],
    });
    const isExec = name.startsWith('exec');
    const given = isExec ? without(['vtid', 'vpid'], params) : params;
    capture.writeEvent({ cpu: 0, time: START, tid: CHILD, code, params: encodeEvent(code, given) });
    const ends = { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: 1 };
    capture.writeEvent({
      cpu: 0,
      time: START + 10n,
      tid: CHILD,
      code: EVENT.PROCEXIT_1_E,
      params: encodeEvent(EVENT.PROCEXIT_1_E, ends),
    });
    const closes = encodeEvent(EVENT.CLOSE_X, { res: 0, fd: 3 });
    capture.writeEvent({
      cpu: 0,
      time: START + 20n,
      tid: 200,
      code: EVENT.CLOSE_X,
      params: closes,
    });
    capture.close();
    const store = join(folder, `${name}.db`);
    await tiercel(folder, ['analyze', path, '-r', rules, '-s', store, '--no-summary']);
    const sql = `SELECT pid, name FROM processes WHERE pid = ${CHILD}`;
    const { out } = await tiercel(folder, ['query', store, sql, '-f', 'csv']);
    expect(out).toBe(`pid,name\n${CHILD},child\n`);
  });
});
