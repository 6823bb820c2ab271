/** The process tree as rows: what matters is open, equal siblings are one row. */
import type { Index } from './catalogue.js';
import type { View } from './view.js';

/** A row of the tree: a process, or several equal siblings that began nothing which is shown. */
export interface TreeRow {
  readonly processes: readonly number[];
  readonly level: number;
  /** `undefined` where nothing is below. */
  readonly isOpen: boolean | undefined;
  /** The container that it is part of; rows of one have the same object. */
  readonly frame: Frame | undefined;
}

/** A container in the tree: a frame around the rows of its processes. */
export interface Frame {
  /** Row of the container. */
  readonly container: number;
  /** Level of the process that began in it. */
  readonly level: number;
}

interface Asked {
  readonly all: boolean;
  /** Processes that the reader opened or closed, by row. */
  readonly toggled: ReadonlyMap<number, boolean>;
  /** Whether everything is open, as on paper. */
  readonly isUnfolded: boolean;
}

/** Of all processes, those down to this level are open at first. */
const OPEN_LEVELS = 2;

/** Rows in order. Never recurses: a capture may hold a chain of 60,000 processes. */
export function treeRows(index: Index, view: View, asked: Asked): readonly TreeRow[] {
  const isShown = shownOf(index, view, asked.all);
  const isEverything = asked.all && !view.isRestricted;
  const visible = (rows: readonly number[]): readonly number[] =>
    rows.filter((row) => isShown[row] === 1);
  const childShown = new Uint8Array(isShown.length);
  index.processParent.forEach((parent, row) => {
    if (parent >= 0 && isShown[row] === 1) {
      childShown[parent] = 1;
    }
  });
  const rows: TreeRow[] = [];
  const stack: TreeRow[] = [];
  const push = (processes: readonly number[], level: number, outer?: Frame): void => {
    const folded = fold(index, processes, childShown);
    for (let at = folded.length - 1; at >= 0; at -= 1) {
      const siblings = folded[at] ?? [];
      const [first = 0] = siblings;
      const isOpen =
        asked.isUnfolded || (asked.toggled.get(first) ?? (!isEverything || level <= OPEN_LEVELS));
      stack.push({
        processes: siblings,
        level,
        isOpen: childShown[first] === 1 ? isOpen : undefined,
        frame: frameOf(index.processContainer[first] ?? -1, level, outer),
      });
    }
  };
  push(visible(index.roots), 1);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    rows.push(next);
    if (next.isOpen === true) {
      push(visible(index.children.of(next.processes[0] ?? -1)), next.level + 1, next.frame);
    }
  }
  return rows;
}

function frameOf(container: number, level: number, outer: Frame | undefined): Frame | undefined {
  if (container < 0) {
    return undefined;
  }
  return outer?.container === container ? outer : { container, level };
}

/** By row, 1 for those in the view (all, or with alerts) and their ancestors. */
function shownOf({ processParent }: Index, view: View, all: boolean): Uint8Array {
  const shown = new Uint8Array(processParent.length);
  const show = (row: number): void => {
    for (let at = row; at >= 0 && shown[at] !== 1; at = processParent[at] ?? -1) {
      shown[at] = 1;
    }
  };
  if (all) {
    view.processes.forEach(show);
  }
  view.alertCounts.forEach((count, row) => {
    if (count > 0) {
      show(row);
    }
  });
  return shown;
}

/** Equal siblings together, in the order of their first. */
function fold(
  { processLook }: Index,
  rows: readonly number[],
  hasChildren: Uint8Array,
): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const key = hasChildren[row] === 1 ? -1 - row : (processLook[row] ?? 0);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
    } else {
      group.push(row);
    }
  }
  return [...groups.values()];
}
