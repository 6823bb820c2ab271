/** Tables of descriptors against a plain model: what fork shares, one process changes for itself alone. And what they count. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUND, Budget } from '../../src/state/budget.js';
import { FdTable } from '../../src/state/fd-table.js';
import { FileDescriptor } from '../../src/state/file-descriptor.js';
import { countHoldings } from '../../src/state/holdings.js';
import { World } from '../../src/state/index.js';
import { EVENT } from '../../src/events/index.js';
import { descriptor, Machine, process } from './machine.js';

function named(fd: number, name: string): FileDescriptor {
  const made = new FileDescriptor(fd);
  made.name = name;
  return made;
}

/** A process of the model: names by number, and what exec closes. */
interface Copied {
  readonly names: Map<number, string>;
  readonly marked: Set<number>;
}

const someFd = fc.constantFrom(0, 1, 2, 3, 5, 63, 64, 70, 255, 5000, 1_000_000);
const table = fc.nat({ max: 3 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), table, fd: someFd }),
  fc.record({ kind: fc.constant('close' as const), table, fd: someFd }),
  fc.record({ kind: fc.constant('rename' as const), table, fd: someFd }),
  fc.record({ kind: fc.constant('unmark' as const), table, fd: someFd }),
  fc.record({ kind: fc.constant('closeRange' as const), table, fd: someFd, to: someFd }),
  fc.record({ kind: fc.constant('markRange' as const), table, fd: someFd, to: someFd }),
  fc.record({ kind: fc.constant('fork' as const), table, into: table }),
  fc.record({ kind: fc.constant('exec' as const), table }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What the step does to a plain map. */
function apply(processes: Copied[], taken: Step, name: string): void {
  const { names, marked } = processes[taken.table] as Copied;
  const within = (fd: number) =>
    (taken.kind === 'closeRange' || taken.kind === 'markRange') && fd >= taken.fd && fd <= taken.to;
  switch (taken.kind) {
    case 'open':
      names.set(taken.fd, name);
      marked.delete(taken.fd);
      break;
    case 'close':
      names.delete(taken.fd);
      break;
    case 'rename':
      if (names.has(taken.fd)) {
        names.set(taken.fd, name);
      }
      break;
    case 'unmark':
      marked.delete(taken.fd);
      break;
    case 'closeRange':
      [...names.keys()].filter(within).forEach((fd) => names.delete(fd));
      break;
    case 'markRange':
      [...names.keys()].filter(within).forEach((fd) => marked.add(fd));
      break;
    case 'fork':
      processes[taken.into] = { names: new Map(names), marked: new Set(marked) };
      break;
    case 'exec':
      marked.forEach((fd) => names.delete(fd));
      marked.clear();
  }
}

function applyToTable(tables: FdTable[], taken: Step, name: string): void {
  const own = tables[taken.table] as FdTable;
  switch (taken.kind) {
    case 'open':
      own.set(named(taken.fd, name));
      break;
    case 'close':
      own.delete(taken.fd);
      break;
    case 'rename': {
      const found = own.get(taken.fd);
      if (found !== undefined) {
        found.name = name;
      }
      break;
    }
    case 'unmark':
      own.get(taken.fd)?.setClosedOnExec(false);
      break;
    case 'closeRange':
    case 'markRange':
      own[taken.kind](taken.fd, taken.to);
      break;
    case 'fork':
      (tables[taken.into] as FdTable).copyFrom(own);
      break;
    case 'exec':
      own.closeOnExec();
  }
}

describe('tables of descriptors that processes share', () => {
  it('are to each process as if fork had copied them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const processes: Copied[] = Array.from({ length: 4 }, () => ({
          names: new Map(),
          marked: new Set(),
        }));
        const tables = processes.map(() => new FdTable());
        steps.forEach((taken, i) => {
          apply(processes, taken, `/${i}`);
          applyToTable(tables, taken, `/${i}`);
          const shown = tables.map((own) => Array.from(own, ({ number, name }) => [number, name]));
          expect(shown).toEqual(processes.map(({ names }) => [...names].sort(([a], [b]) => a - b)));
          expect(tables.map(({ size }) => size)).toEqual(processes.map(({ names }) => names.size));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('keep what is far from the others apart, too, however many there are', () => {
    const own = new FdTable();
    for (let fd = 1; fd <= 300; fd += 1) {
      own.set(named(fd * 1000, 'before'));
    }
    const child = new FdTable();
    child.copyFrom(own);
    const grandchild = new FdTable();
    for (let fd = 1; fd <= 200; fd += 1) {
      child.delete(fd * 1000);
      own.set(named(fd * 1000, 'parent'));
      if (fd === 100) {
        grandchild.copyFrom(child);
      }
    }
    child.set(named(1000, 'child'));
    const count = (from: FdTable, name: string) =>
      [...from].filter((descriptor) => descriptor.name === name).length;
    expect([count(own, 'parent'), count(own, 'before')]).toEqual([200, 100]);
    expect([count(child, 'child'), count(child, 'before')]).toEqual([1, 100]);
    expect([count(grandchild, 'before'), grandchild.size]).toEqual([200, 200]);
  });

  it('keep every mark, however many ranges there are', () => {
    const own = new FdTable();
    for (let fd = 0; fd < 400; fd += 1) {
      own.set(named(fd, `/${fd}`));
    }
    const child = new FdTable();
    child.copyFrom(own);
    for (let fd = 0; fd < 400; fd += 2) {
      child.markRange(fd, fd);
    }
    child.closeOnExec();
    own.closeOnExec();
    expect(child.size).toBe(200);
    expect([...child].every(({ number }) => number % 2 === 1)).toBe(true);
    expect(own.size).toBe(400);
  });
});

describe('the memory of descriptors', () => {
  const world = (): Machine => {
    const machine = new Machine(process(10, 'a'));
    const fds = Array.from({ length: 1000 }, (_, fd) => descriptor(fd, 1, { name: `/tmp/${fd}` }));
    machine.load({ kind: 'fds', tid: 10, fds });
    return machine;
  };
  const fork = (machine: Machine, child: number): void => {
    machine.event(EVENT.CLONE_20_X, 10, {
      res: child, exe: 'a', args: [], tid: 10, pid: 10, ptid: 1, fdlimit: 1024, pgft_maj: 0, pgft_min: 0,
      vm_size: 1, vm_rss: 1, vm_swap: 0, comm: 'a', flags: 0, uid: 0, gid: 0, vtid: 10, vpid: 10,
    }); // prettier-ignore
  };

  it('is counted once for all processes that share it', () => {
    const machine = world();
    const before = countHoldings(machine.world);
    const most = 1000 * 280;
    expect(before).toBeGreaterThan(most);
    for (let i = 0; i < 50; i += 1) {
      fork(machine, 100 + i);
    }
    expect(countHoldings(machine.world) - before).toBeLessThan(50 * 2000);
  });

  it('is counted again for the array of a process that changes one, and for that one', () => {
    const machine = world();
    fork(machine, 100);
    const shared = countHoldings(machine.world);
    const changed = machine.thread(100).fds.get(7);
    expect(changed?.name).toBe('/tmp/7');
    const grown = countHoldings(machine.world) - shared;
    expect(grown).toBeGreaterThan(1000 * 8);
    expect(grown).toBeLessThan(1000 * 8 + 1000);
  });

  it('is given back when processes exit', () => {
    const machine = world();
    const before = countHoldings(new World());
    fork(machine, 100);
    machine.thread(100).fds.get(7);
    for (const tid of [100, 10, 1]) {
      machine.event(EVENT.PROCEXIT_1_E, tid, { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: 0 });
    }
    machine.event(EVENT.GETUID_X, 0, { uid: 0 });
    expect(countHoldings(machine.world) - before).toBeLessThan(5000);
  });

  it('is refused beyond the budget: the table forgets, and the loss is reported', () => {
    const budget = new Budget(() => BOUND.DESCRIPTOR);
    const own = new FdTable();
    for (let fd = 0; fd < 100; fd += 1) {
      own.set(named(fd, `/${fd}`));
    }
    const child = new FdTable(budget);
    child.copyFrom(own);
    while (budget.take(BOUND.DESCRIPTOR, 1_000_000)) {
      // fill it
    }
    expect(child.get(5)).toBeUndefined();
    expect(child.size).toBe(0);
    expect(own.size).toBe(100);
    expect(budget.losses.diagnostics.map(({ id }) => id)).toEqual(['state/table-full']);
  });
});
