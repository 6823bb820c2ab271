/** What is kept of lines of ancestors, against walking up anew at each event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import { compileFieldText } from '../../src/fields/index.js';
import { Machine, process } from '../state/machine.js';

const USAGE = { fdlimit: 1024, pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 };
const THREAD_OF_PROCESS = 1 << 13;

interface Happening {
  readonly tid: number;
  readonly other: number;
  readonly isThread: boolean;
  readonly comm: string;
}

/** What may happen to thread `tid`; `other` is its child, or who inherits its children. */
const HAPPENINGS = {
  fork: (machine: Machine, { tid: caller, other, isThread, comm }: Happening) => {
    const flags = isThread ? THREAD_OF_PROCESS : 0;
    const ids = idsOf(machine, caller);
    const call = { res: other, exe: 'x', args: [], comm, flags, uid: 0, gid: 0 };
    const virtual = { vtid: caller, vpid: ids.pid };
    machine.event(EVENT.CLONE_20_X, caller, { ...USAGE, ...ids, ...virtual, ...call });
  },
  exec: (machine: Machine, { tid: caller, comm }: Happening) => {
    const call = { res: 0, exe: 'x', args: [], comm };
    machine.event(EVENT.EXECVE_19_X, caller, { ...USAGE, ...idsOf(machine, caller), ...call });
  },
  exit: (machine: Machine, { tid: caller, other }: Happening) => {
    const params = { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: other };
    machine.event(EVENT.PROCEXIT_1_E, caller, params);
  },
  chdir: (machine: Machine, { tid: caller }: Happening) => {
    machine.event(EVENT.CHDIR_X, caller, { res: 0, path: '/' });
  },
} as const;

function idsOf(machine: Machine, caller: number): { tid: number; pid: number; ptid: number } {
  const thread = machine.world.thread(caller);
  return { tid: caller, pid: thread?.pid ?? caller, ptid: thread?.ptid ?? 1 };
}

const tid = fc.integer({ min: 2, max: 9 });
const step = fc.record({
  what: fc.constantFrom(...(Object.keys(HAPPENINGS) as (keyof typeof HAPPENINGS)[])),
  tid,
  other: tid,
  isThread: fc.boolean(),
});

describe('the names of all ancestors', () => {
  it('are those that a walk finds, whatever changed since they were asked last', () => {
    const { field } = compileFieldText('proc.aname', 'syscall');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const machine = new Machine(process(2, 'two'), process(3, 'three', { ptid: 2 }));
        const { world, moment } = machine;
        steps.forEach(({ what, ...facts }, i) => {
          HAPPENINGS[what](machine, { ...facts, comm: `n${i}` });
          for (const asked of world.threads.values()) {
            moment.thread = asked;
            const main = world.mainThreadOf(asked);
            const walked = main && Array.from(world.ancestorsOf(main), ({ comm }) => comm);
            expect(field?.filterValues?.(moment)).toEqual(walked);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});
