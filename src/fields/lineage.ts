/**
 * Relatives of a thread: ancestors by number, all of them, and the leaders of its session and process group.
 */
import type { Moment, Thread } from '../state/index.js';

/** What a field asks of a thread. */
export type Ask<T> = (thread: Thread, moment: Moment) => T;

/** The main thread of the process `generations` above the event's. */
export function ancestor(moment: Moment, generations: number): Thread | undefined {
  return moment.thread === undefined
    ? undefined
    : moment.world.ancestorOf(moment.thread, generations);
}

/** Answers of all ancestors, nearest first; `undefined` where the process itself is not known. */
export function answersOfAncestors<T>(moment: Moment, ask: Ask<T>): T[] | undefined {
  const main = ancestor(moment, 0);
  if (main === undefined) {
    return undefined;
  }
  const answers: T[] = [];
  for (const parent of moment.world.ancestorsOf(main)) {
    answers.push(ask(parent, moment));
  }
  return answers;
}

/** Answers of all ancestors with blanks between them; `undefined` where that is nothing. */
export function textOfAncestors(moment: Moment, ask: Ask<string>): string | undefined {
  const text = withoutLeadingBlanks(answersOfAncestors(moment, ask) ?? []);
  return text === '' ? undefined : text;
}

/** The reference writes a blank only where something stands in front of it. */
function withoutLeadingBlanks(answers: readonly string[]): string {
  let text = '';
  for (const answer of answers) {
    text += text === '' ? answer : ` ${answer}`;
  }
  return text;
}

/** Ids by which threads are grouped. */
type GroupId = 'sid' | 'vpgid' | 'pgid';

/**
 * The leader of the thread's session or process group: the thread with that number, or else the farthest
 * of the nearest ancestors that share it.
 */
export function leaderOf(moment: Moment, id: GroupId): Thread | undefined {
  const thread = moment.thread;
  if (thread === undefined || thread[id] === -1) {
    return undefined;
  }
  const wanted = thread[id];
  if (id === 'pgid' || !thread.isInPidNamespace) {
    const leader = moment.world.thread(wanted);
    if (leader !== undefined) {
      return leader;
    }
  }
  let leader: Thread | undefined;
  for (const parent of moment.world.ancestorsOf(thread)) {
    if (parent[id] !== wanted) {
      break;
    }
    leader = parent;
  }
  return leader;
}

/** Process id of the farthest ancestor (or the process itself) whose name ends in `sh`. */
export function loginShell(moment: Moment): number | undefined {
  const main = ancestor(moment, 0);
  if (main === undefined) {
    return undefined;
  }
  let shell = main.comm.endsWith('sh') ? main.pid : undefined;
  for (const parent of moment.world.ancestorsOf(main)) {
    shell = parent.comm.endsWith('sh') ? parent.pid : shell;
  }
  return shell;
}
