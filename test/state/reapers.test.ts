import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import type { Thread } from '../../src/state/index.js';
import { Machine, process } from './machine.js';

const THREAD_FLAG = 1 << 13;
const PR_SET_CHILD_SUBREAPER = 36;
const IDS = [1, 10, 11, 12, 13, 14, 15, 16, 17, 18];

/** Who inherits, found by walking up step by step: what notes about earlier walks must come to. */
function heirByWalking(thread: Thread): Thread | undefined {
  const sibling = thread.group?.firstAlive(thread);
  if (sibling !== undefined) {
    return sibling;
  }
  const seen = new Set([thread]);
  for (let at = thread.family?.parent; at !== undefined; at = at.family?.parent) {
    if (seen.has(at) || at.isInPidNamespace !== thread.isInPidNamespace) {
      return undefined;
    }
    seen.add(at);
    const heir = at.group?.isReaper === true ? at.group.firstAlive() : undefined;
    if (heir !== undefined) {
      return heir;
    }
  }
  return undefined;
}

function fork(machine: Machine, tid: number, child: number, flags = 0): void {
  const usage = { fdlimit: 1024, pgft_maj: 0, pgft_min: 0, vm_size: 1, vm_rss: 1, vm_swap: 0 };
  machine.event(EVENT.CLONE_20_X, tid, {
    ...usage,
    res: child,
    exe: 'x',
    args: [],
    tid,
    pid: tid,
    ptid: 1,
    comm: 'x',
    flags,
    uid: 0,
    gid: 0,
    vtid: tid,
    vpid: tid,
  });
}

function exit(machine: Machine, tid: number, reaper: number): void {
  const params = { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: reaper };
  machine.event(EVENT.PROCEXIT_1_E, tid, params);
}

/** Any event: what left is gone after it. */
function settle(machine: Machine): void {
  machine.event(EVENT.GETUID_X, 1, { uid: 0 });
}

const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fork' as const), id, other: id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('thread' as const), id, other: id }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('exit' as const), id, other: id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('named' as const), id, other: id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reaper' as const), id, other: id }) },
);

const STEPS = {
  fork: (machine: Machine, tid: number, other: number) => {
    fork(machine, tid, other);
  },
  thread: (machine: Machine, tid: number, other: number) => {
    fork(machine, tid, other, THREAD_FLAG);
  },
  exit: (machine: Machine, tid: number) => {
    exit(machine, tid, 0);
  },
  named: (machine: Machine, tid: number, other: number) => {
    exit(machine, tid, other);
  },
  reaper: (machine: Machine, tid: number, other: number) => {
    const isReaper = other % 2;
    machine.event(EVENT.PRCTL_X, tid, {
      res: 0,
      option: PR_SET_CHILD_SUBREAPER,
      arg2_str: '',
      arg2_int: isReaper,
    });
  },
};

describe('whoever inherits orphans', () => {
  it('is who a walk over all ancestors finds, whatever happened', () => {
    const namespaces = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(namespaces, fc.array(step, { maxLength: 60 }), (isIn, steps) => {
        const listed = IDS.slice(1).map((tid, i) =>
          process(tid, 'x', { ptid: i === 0 ? 1 : tid - 1, vtid: isIn[i] === true ? i + 1 : tid }),
        );
        const machine = new Machine(...listed);
        settle(machine);
        for (const { kind, id: tid, other } of steps) {
          STEPS[kind](machine, tid, other);
          settle(machine);
          for (const thread of machine.world.threads.values()) {
            const heir = machine.world.reapers.heirOf(thread);
            expect(heir?.tid).toBe(heirByWalking(thread)?.tid);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is init however deep the orphans were, and no loss is reported', () => {
    const depth = 3000;
    const machine = new Machine(
      ...Array.from({ length: depth }, (_, i) =>
        process(10 + i, 'x', { ptid: i === 0 ? 1 : 9 + i }),
      ),
    );
    for (let i = 0; i < 100; i += 1) {
      fork(machine, 9 + depth, 10_000 + i);
      fork(machine, 10_000 + i, 20_000 + i);
      exit(machine, 10_000 + i, 0);
      settle(machine);
      expect(machine.thread(20_000 + i).ptid).toBe(1);
    }
    expect(machine.world.diagnostics).toEqual([]);
  });

  it('is nobody, and that is reported, where a capture makes each walk a long one on purpose', () => {
    const depth = 3000;
    const machine = new Machine(
      ...Array.from({ length: depth }, (_, i) =>
        process(10 + i, 'x', { ptid: i === 0 ? 1 : 9 + i }),
      ),
    );
    for (let i = 0; i < 2000; i += 1) {
      fork(machine, 9 + depth, 10_000 + i);
      fork(machine, 10_000 + i, 20_000 + i);
      exit(machine, 10_000 + i, 0);
      STEPS.reaper(machine, 9 + depth, 1);
      STEPS.reaper(machine, 9 + depth, 0);
    }
    const [first] = machine.world.diagnostics;
    expect(first?.id).toBe('state/deep-lineage');
    expect(first?.detail).toContain('got no parent');
  });
});
