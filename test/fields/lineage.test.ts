/** What is kept of lines of ancestors, against walking up anew at each event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import { compileFieldText } from '../../src/fields/index.js';
import { Machine, process } from '../state/machine.js';

const tid = fc.integer({ min: 2, max: 9 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('fork' as const), tid, child: tid, isThread: fc.boolean() }),
  fc.record({ kind: fc.constant('exec' as const), tid, child: tid }),
  fc.record({ kind: fc.constant('exit' as const), tid, child: tid }),
  fc.record({ kind: fc.constant('chdir' as const), tid, child: tid }),
);

const USAGE = { fdlimit: 1024, pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 };
const THREAD_OF_PROCESS = 1 << 13;

describe('the names of all ancestors', () => {
  it('are those that a walk finds, whatever changed since they were asked last', () => {
    const { field } = compileFieldText('proc.aname', 'syscall');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const machine = new Machine(process(2, 'two'), process(3, 'three', { ptid: 2 }));
        steps.forEach((taken, i) => {
          const comm = `n${i}`;
          const thread = machine.world.thread(taken.tid);
          const ids = { tid: taken.tid, pid: thread?.pid ?? taken.tid, ptid: thread?.ptid ?? 1 };
          switch (taken.kind) {
            case 'fork': {
              const flags = taken.isThread ? THREAD_OF_PROCESS : 0;
              const { child } = taken;
              const of = { ...USAGE, ...ids, vtid: taken.tid, vpid: ids.pid, uid: 0, gid: 0 };
              const call = { res: child, exe: 'x', args: [], comm, flags };
              machine.event(EVENT.CLONE_20_X, taken.tid, { ...of, ...call });
              break;
            }
            case 'exec':
              machine.event(EVENT.EXECVE_19_X, taken.tid, {
                ...USAGE,
                ...ids,
                res: 0,
                exe: 'x',
                args: [],
                comm,
              });
              break;
            case 'exit':
              machine.event(EVENT.PROCEXIT_1_E, taken.tid, {
                status: 0,
                ret: 0,
                sig: 0,
                core: 0,
                reaper_tid: taken.child,
              });
              break;
            case 'chdir':
              machine.event(EVENT.CHDIR_X, taken.tid, { res: 0, path: '/' });
          }
          for (const asked of machine.world.threads.values()) {
            machine.moment.thread = asked;
            const main = machine.world.mainThreadOf(asked);
            const walked =
              main === undefined
                ? undefined
                : Array.from(machine.world.ancestorsOf(main), (above) => above.comm);
            expect(field?.filterValues?.(machine.moment)).toEqual(walked);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});
