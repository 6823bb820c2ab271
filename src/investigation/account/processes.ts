/** Processes as trees: rows of a case are programs, and a process may have run several, one after the other. */
import type { ProcessFacts } from '../../store/index.js';

/** A process, from its begin to its end. */
export interface ProcessNode {
  /** What it ran, in order: at least one program. A copy of the parent that soon ran something else is left out. */
  readonly programs: readonly [ProcessFacts, ...ProcessFacts[]];
  /** All its rows, such a copy included. */
  readonly rows: readonly ProcessFacts[];
  readonly children: readonly ProcessNode[];
}

interface Growing {
  readonly rows: ProcessFacts[];
  readonly children: Growing[];
}

/**
 * The trees that `rows` make: a parent that is not among them makes a root.
 *
 * @param rows - In the order of their numbers.
 */
export function forestOf(rows: Iterable<ProcessFacts>): readonly ProcessNode[] {
  const byRow = new Map<bigint, Growing>();
  const rowById = new Map<bigint, ProcessFacts>();
  /** The last row of each process id. */
  const latest = new Map<string, ProcessFacts>();
  const roots: Growing[] = [];
  for (const row of rows) {
    const key = `${row.runId}:${row.pid}`;
    const before = latest.get(key);
    const same = before !== undefined && isNext(before, row) ? byRow.get(before.id) : undefined;
    const node = same ?? { rows: [], children: [] };
    node.rows.push(row);
    byRow.set(row.id, node);
    rowById.set(row.id, row);
    latest.set(key, row);
    if (same === undefined) {
      const parent = row.parentId === null ? undefined : byRow.get(row.parentId);
      (parent?.children ?? roots).push(node);
    }
  }
  return finished(roots, (id) => (id === undefined ? undefined : rowById.get(id)));
}

/** A program begins when the process's program before it ends; another process of the same id begins later. */
function isNext(before: ProcessFacts, { start }: ProcessFacts): boolean {
  return start !== null && before.end === start;
}

/** Without recursion: a hostile capture may nest 10,000 processes. */
function finished(
  roots: readonly Growing[],
  rowOf: (id: bigint | undefined) => ProcessFacts | undefined,
): readonly ProcessNode[] {
  const done = new Map<Growing, ProcessNode>();
  const finish = (node: Growing): ProcessNode => {
    const made: ProcessNode = {
      programs: programsOf(node.rows, rowOf),
      rows: node.rows,
      children: [],
    };
    done.set(node, made);
    return made;
  };
  const finishedRoots = roots.map(finish);
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const made = done.get(node);
    // a process may have more children than a call has arguments
    for (const child of node.children) {
      (made?.children as ProcessNode[] | undefined)?.push(finish(child));
      waiting.push(child);
    }
  }
  return finishedRoots;
}

function programsOf(
  rows: readonly ProcessFacts[],
  rowOf: (id: bigint | undefined) => ProcessFacts | undefined,
): ProcessNode['programs'] {
  const [first, ...others] = rows;
  const parent = rowOf(first?.parentId ?? undefined);
  const isCopy = others.length > 0 && first?.start !== null && parent?.cmdline === first?.cmdline;
  return (isCopy ? others : rows) as unknown as ProcessNode['programs'];
}

/**
 * Every process of `roots`, parents first.
 *
 * @yields {ProcessNode} Each of them.
 */
export function* everyProcess(roots: readonly ProcessNode[]): Generator<ProcessNode> {
  const waiting = [...roots].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    for (let at = node.children.length - 1; at >= 0; at -= 1) {
      const child = node.children[at];
      if (child !== undefined) {
        waiting.push(child);
      }
    }
  }
}

/** When a process began and ended; `null`: not while the capture was recorded. */
export function spanOfProcess(rows: readonly ProcessFacts[]): {
  readonly start: bigint | null;
  readonly end: bigint | null;
} {
  return { start: rows[0]?.start ?? null, end: rows.at(-1)?.end ?? null };
}
