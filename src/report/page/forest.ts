/** The process tree as rows: what matters is open, equal siblings are one row. */
import type { Data } from './data.js';
import type { Index, View } from './view.js';

/** A row of the tree: a process, or several equal siblings that began nothing which is shown. */
export interface TreeRow {
  readonly processes: readonly number[];
  readonly level: number;
  /** `undefined` where nothing is below. */
  readonly isOpen: boolean | undefined;
}

interface Asked {
  readonly all: boolean;
  /** Processes that the reader opened or closed, by row. */
  readonly toggled: ReadonlyMap<number, boolean>;
  readonly container: string;
  /** Whether everything is open, as on paper. */
  readonly isUnfolded: boolean;
}

/** Rows in order. Never recurses: a capture may hold a chain of 60,000 processes. */
export function treeRows(data: Data, index: Index, view: View, asked: Asked): readonly TreeRow[] {
  const { processes } = data.tables;
  const shown = asked.all ? undefined : withAncestors(data, index, view.alerting);
  const isThere = (row: number): boolean =>
    asked.container === '' ||
    String(processes.number('container_key', row) ?? 'host') === asked.container ||
    view.alerting.has(row);
  const visible = (rows: readonly number[]): readonly number[] =>
    rows.filter((row) => (shown === undefined ? isThere(row) : shown.has(row)));
  const rows: TreeRow[] = [];
  const stack: { readonly row: TreeRow }[] = [];
  const push = (children: readonly number[], level: number): void => {
    const folded = fold(data, children, (row) => visible(index.children.get(row) ?? []).length > 0);
    for (const siblings of folded.reverse()) {
      const [first = 0] = siblings;
      const below = siblings.length > 1 ? [] : visible(index.children.get(first) ?? []);
      const isOpen =
        asked.isUnfolded || (asked.toggled.get(first) ?? (shown !== undefined || level < 3));
      stack.push({
        row: { processes: siblings, level, isOpen: below.length === 0 ? undefined : isOpen },
      });
    }
  };
  // with a container chosen, roots are those whose parents are elsewhere
  push(
    asked.all && asked.container !== '' ? topmost(data, index, isThere) : visible(index.roots),
    1,
  );
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    rows.push(next.row);
    const [first = 0] = next.row.processes;
    if (next.row.isOpen === true) {
      push(visible(index.children.get(first) ?? []), next.row.level + 1);
    }
  }
  return rows;
}

function topmost(
  { tables: { processes } }: Data,
  index: Index,
  isThere: (row: number) => boolean,
): readonly number[] {
  return processes.rows().filter((row) => {
    const parent = index.processRow.get(processes.number('parent_id', row) ?? -1);
    return isThere(row) && (parent === undefined || !isThere(parent));
  });
}

function withAncestors(
  { tables: { processes } }: Data,
  index: Index,
  rows: ReadonlySet<number>,
): ReadonlySet<number> {
  const all = new Set<number>();
  for (const row of rows) {
    let at: number | undefined = row;
    while (at !== undefined && !all.has(at)) {
      all.add(at);
      at = index.processRow.get(processes.number('parent_id', at) ?? -1);
    }
  }
  return all;
}

/** Equal siblings together, in the order of their first. */
function fold(
  { tables: { processes } }: Data,
  rows: readonly number[],
  hasChildren: (row: number) => boolean,
): number[][] {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const words = [
      processes.text('cmdline', row),
      processes.number('container_key', row),
      processes.text('user', row),
    ];
    const key = hasChildren(row) ? String(row) : JSON.stringify(words);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
    } else {
      group.push(row);
    }
  }
  return [...groups.values()];
}
