/** Ids that no kernel gives: used as they are, and reported once a kind. */
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import { descriptor, Machine, process } from './machine.js';

const reported = (machine: Machine) =>
  machine.world.diagnostics.filter(({ id }) => id === 'state/odd-id').map(({ detail }) => detail);

const clone = (machine: Machine, tid: number, child: number): void => {
  machine.event(EVENT.CLONE_20_X, tid, {
    res: child, exe: 'a', args: [], tid, pid: tid, ptid: 1, fdlimit: 1024, pgft_maj: 0, pgft_min: 0,
    vm_size: 1, vm_rss: 1, vm_swap: 0, comm: 'child', flags: 0, uid: 0, gid: 0, vtid: tid, vpid: tid,
  }); // prettier-ignore
};

describe('an id that no kernel gives', () => {
  it.each([
    ['beyond 31 bits', 2 ** 31],
    ['beyond 32 bits', 2 ** 40 + 7],
    ['at the end of what numbers hold', Number.MAX_SAFE_INTEGER],
  ])('of a child, %s, is that of a process like any other, and reported', (_, pid) => {
    const machine = new Machine(process(10, 'a'));
    clone(machine, 10, pid);
    expect(machine.thread(pid).comm).toBe('child');
    expect(machine.world.parentOf(machine.thread(pid))?.pid).toBe(10);
    machine.event(EVENT.CHDIR_X, pid, { res: 0, path: '/srv' });
    expect(machine.world.cwdOf(machine.thread(pid))).toBe('/srv/');
    expect(reported(machine)).toEqual([expect.stringContaining(String(pid))]);
  });

  it('is reported once, with how often it was met', () => {
    const machine = new Machine(process(10, 'a'));
    for (let i = 0; i < 20; i += 1) {
      clone(machine, 10, 2 ** 40 + i);
    }
    expect(reported(machine)).toHaveLength(1);
  });

  it('is reported of listed processes, their users, and descriptors', () => {
    const machine = new Machine(process(2 ** 33, 'a'), process(-7, 'b'), process(10, 'c'));
    machine.load({ kind: 'fds', tid: 10, fds: [descriptor(-5, 1), descriptor(2 ** 35, 1)] });
    const details = reported(machine).join('\n');
    expect(details).toContain('thread or process ids');
    expect(details).toContain('descriptor numbers');
    expect(machine.thread(-7).comm).toBe('b');
  });

  it('is not: -1 for "not known", nor the largest of 31 bits', () => {
    const machine = new Machine(process(2 ** 31 - 1, 'a', { sid: -1, pgid: -1, vpgid: -1 }));
    expect(reported(machine)).toEqual([]);
  });
});
