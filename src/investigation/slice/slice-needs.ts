/**
 * What a slice must hold beside the chosen events, so that they replay with the same state. Kept whole: the
 * process list, and every record by which processes begin, end, change name, user or container. Kept for the
 * threads that chosen events need (their process, ancestors, leaders, and those they inherited descriptors
 * from): descriptor lists, and what changes descriptors and memory. Left out: everything else, which is
 * nearly all of a capture.
 */
import { EVENT_TABLE, FLAG, RESULT, type EventRow } from '../../events/index.js';
import { changesMachine, type Moment, type Thread } from '../../state/index.js';

/** For whom a kind of record is kept. */
export const KEEP = { NONE: 0, NEEDED_THREADS: 1, ALL_THREADS: 2 } as const;
type Keep = (typeof KEEP)[keyof typeof KEEP];

const OF_ONE_THREAD = FLAG.CREATES_FD | FLAG.DESTROYS_FD | FLAG.USES_FD;
const USAGE: ReadonlySet<string> = new Set([
  'brk',
  'mmap',
  'mmap2',
  'munmap',
  'switch',
  'procinfo',
]);
/** A recorder's word about what it lost is never left out. */
const DROP = 'drop';

/** By name, since old versions of an event are brought to the newest, which has the handler. */
const CHANGING: ReadonlySet<string> = new Set(
  EVENT_TABLE.filter(({ code }) => changesMachine(code)).map(({ name }) => name),
);

function keepOfRow({ name, flags }: EventRow): Keep {
  if (name === DROP) {
    return KEEP.ALL_THREADS;
  }
  if (!CHANGING.has(name)) {
    return KEEP.NONE;
  }
  return (flags & OF_ONE_THREAD) !== 0 || USAGE.has(name) ? KEEP.NEEDED_THREADS : KEEP.ALL_THREADS;
}

/** By event code as recorded; an enter record is kept as its exit is. */
const KEEPS: readonly Keep[] = EVENT_TABLE.map((row) => {
  const partner = EVENT_TABLE[row.code % 2 === 0 ? row.code + 1 : row.code - 1];
  const isPair = partner?.name === row.name;
  const keeps = [keepOfRow(row), isPair ? keepOfRow(partner) : KEEP.NONE];
  return keeps.includes(KEEP.NEEDED_THREADS) ? KEEP.NEEDED_THREADS : (Math.max(...keeps) as Keep);
});

/** Who needs records of this code (as recorded). */
export function keepOf(code: number): Keep {
  return KEEPS[code] ?? KEEP.NONE;
}

/** Gathers the threads that chosen events need. */
export class NeededThreads {
  readonly #needed = new Set<number>();
  /** Who made whom, as far as the capture shows: descriptors are inherited. */
  readonly #makers = new Map<number, Set<number>>();

  /** Look at every event, chosen or not. */
  watch({ event, thread }: Moment): void {
    if (thread === undefined || (event.row.flags & FLAG.BEGINS_THREAD) === 0) {
      return;
    }
    const child = event.signed(RESULT) ?? -1;
    if (child > 0) {
      this.#noteMaker(child, thread.tid);
    } else if (child === 0) {
      this.#noteMaker(thread.tid, thread.ptid);
    }
  }

  /** A chosen event needs its thread, and all that its fields may look at. */
  add({ world, thread, event }: Moment): void {
    this.#needed.add(event.tid);
    if (thread === undefined) {
      return;
    }
    this.#addProcess(thread);
    for (const ancestor of world.ancestorsOf(thread)) {
      this.#addProcess(ancestor);
    }
    for (const leader of [thread.sid, thread.pgid, thread.vpgid]) {
      this.#needed.add(leader);
    }
  }

  /** The threads, those included that needed ones inherited from. */
  all(): ReadonlySet<number> {
    const pending = [...this.#needed];
    for (let tid = pending.pop(); tid !== undefined; tid = pending.pop()) {
      for (const maker of this.#makers.get(tid) ?? []) {
        if (!this.#needed.has(maker)) {
          this.#needed.add(maker);
          pending.push(maker);
        }
      }
    }
    return this.#needed;
  }

  #addProcess(thread: Thread): void {
    this.#needed.add(thread.tid);
    this.#needed.add(thread.pid);
    for (const sibling of thread.group?.threads ?? []) {
      this.#needed.add(sibling.tid);
    }
  }

  #noteMaker(child: number, maker: number): void {
    const known = this.#makers.get(child);
    if (known === undefined) {
      this.#makers.set(child, new Set([maker]));
    } else {
      known.add(maker);
    }
  }
}
