/**
 * Relatives of a thread: ancestors by number, all of them, and the leaders of its session and process group.
 */
import type { Moment, Thread, World } from '../state/index.js';

/** What a field asks of a thread. */
export type Ask<T> = (thread: Thread, moment: Moment) => T;

/** The main thread of the process `generations` above the event's. */
export function ancestor(moment: Moment, generations: number): Thread | undefined {
  return moment.thread === undefined
    ? undefined
    : moment.world.ancestorOf(moment.thread, generations);
}

/** What the line that begins with a thread answered, and the change of the world up to which it holds. */
interface KeptLine {
  at: number;
  readonly answers: Map<Ask<unknown>, readonly unknown[]>;
}

/** Lines that are kept for a world; the answers of one take 4 kB for each question. */
const MAX_LINES = 64;

/**
 * A process changes again and again, those above it rarely: their answers are kept, by the parent that the line begins with.
 * In a line of 500 processes each `chdir` of the last one took 20 us for each field of all ancestors.
 */
const LINES = new WeakMap<World, Map<Thread, KeptLine>>();

function keptLine(world: World, parent: Thread): KeptLine {
  let lines = LINES.get(world);
  if (lines === undefined) {
    lines = new Map();
    LINES.set(world, lines);
  }
  const known = lines.get(parent);
  if (
    known !== undefined &&
    (known.at === world.change ||
      (known.at >= world.metadataChange && world.isUnchanged(parent, known.at)))
  ) {
    known.at = world.change;
    return known;
  }
  if (lines.size >= MAX_LINES) {
    lines.clear();
  }
  const line: KeptLine = { at: world.change, answers: new Map() };
  lines.set(parent, line);
  return line;
}

/**
 * Answers of all ancestors, nearest first; `undefined` where the process itself is not known. The same array as long as they
 * hold, which is not to be changed. What is asked must depend on the ancestor alone.
 */
export function answersOfAncestors<T>(moment: Moment, ask: Ask<T>): readonly T[] | undefined {
  const { world } = moment;
  const main = ancestor(moment, 0);
  if (main === undefined) {
    return undefined;
  }
  const parent = world.parentThreadOf(main);
  if (parent === undefined) {
    return [];
  }
  const { answers } = keptLine(world, parent);
  let line = answers.get(ask) as readonly T[] | undefined;
  if (line === undefined) {
    line = Array.from(world.ancestorsOf(main), (above) => ask(above, moment));
    answers.set(ask, line);
  }
  return line;
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
