/** Which processes of a tree are shown: those that fit what was asked, and all their ancestors. */
import type { AlertFacts, ProcessFacts } from '../../store/index.js';
import { everyProcess, spanOfProcess, type ProcessNode } from '../account/processes.js';
import type { TimeRange } from '../evidence/time-range.js';

/** What a process has to be like. All that is given has to be true. */
export interface Choice {
  /** Begin of the id of its container, or its name; `host` is none. */
  readonly container?: string | undefined;
  /** Name or number of its user, or number of its login user. */
  readonly user?: string | undefined;
  /** Part of a command line, whatever the case of its letters. */
  readonly match?: string | undefined;
  /** Whether it caused an alert. */
  readonly isAlerting: boolean;
}

/** A process that is shown. */
export interface ShownProcess {
  readonly node: ProcessNode;
  /** Whether it fits; if not, a descendant of it does. */
  readonly isChosen: boolean;
  readonly alerts: readonly AlertFacts[];
  readonly children: ShownProcess[];
}

/** The trees of `roots` that are left; `bounds` is when processes have to have run. */
export function chosenTrees(
  roots: readonly ProcessNode[],
  choice: Choice & { readonly bounds: ReturnType<TimeRange['within']> },
  alertsOf: (row: bigint) => readonly AlertFacts[],
): readonly ShownProcess[] {
  const shown = new Map<ProcessNode, ShownProcess>();
  const parents = [...everyProcess(roots)];
  // descendants come behind their ancestors: backwards, children are known before their parents
  for (const node of parents.reverse()) {
    const alerts = node.rows.flatMap(({ id }) => alertsOf(id));
    const children = node.children.flatMap((child) => shown.get(child) ?? []);
    const isChosen = fits(node, alerts, choice);
    if (isChosen || children.length > 0) {
      shown.set(node, { node, isChosen, alerts, children });
    }
  }
  return roots.flatMap((root) => shown.get(root) ?? []);
}

function fits(
  { rows, programs }: ProcessNode,
  alerts: readonly AlertFacts[],
  { container, user, match, isAlerting, bounds }: Parameters<typeof chosenTrees>[1],
): boolean {
  const { start, end } = spanOfProcess(rows);
  const ranThen =
    (bounds.to === undefined || start === null || start <= bounds.to) &&
    (bounds.from === undefined || end === null || end >= bounds.from);
  const wanted = match?.toLowerCase();
  return (
    ranThen &&
    (!isAlerting || alerts.length > 0) &&
    programs.some(
      (program) =>
        (container === undefined || isInContainer(program, container)) &&
        (user === undefined || isOfUser(program, user)) &&
        (wanted === undefined ||
          `${program.cmdline}\n${program.exepath}`.toLowerCase().includes(wanted)),
    )
  );
}

function isInContainer({ containerId, containerName }: ProcessFacts, wanted: string): boolean {
  if (wanted === 'host') {
    return containerId === null;
  }
  return containerId !== null && (containerName === wanted || isPrefix(containerId, wanted));
}

/** Ids are given long or short. */
function isPrefix(id: string, wanted: string): boolean {
  return wanted !== '' && (id.startsWith(wanted) || wanted.startsWith(id));
}

function isOfUser({ user, uid, loginUid }: ProcessFacts, wanted: string): boolean {
  return user === wanted || String(uid) === wanted || String(loginUid) === wanted;
}
