/**
 * Who inherits orphans where the kernel named nobody: a thread of the same process, else the nearest ancestor that is a reaper, as
 * long as the line of ancestors stays in one pid namespace.
 *
 * A capture may have a line of 60,000 ancestors, and exits below it without end, so the way up is remembered: each thread that a walk
 * passed notes the reaper that it led to. All notes are void when a line that was walked changes in any other way than
 * by an exit whose orphans go to the very reaper that was noted, which is how nearly all lines change. For captures that void
 * them on purpose, the steps of all walks are bounded in total.
 */
import type { Losses } from './losses.js';
import type { Thread } from './thread.js';

/** Steps of walks that a machine has from the start, and that each exit adds. A million steps take about 10 ms. */
const FIRST_STEPS = 2_000_000;
const STEPS_PER_EXIT = 512;

/** One for a world. Notes are in {@link Thread.reaper}, {@link Thread.reaperNotedIn} and {@link Thread.endedWalkIn}. */
export class Reapers {
  readonly #threads: ReadonlyMap<number, Thread>;
  readonly #losses: Losses;
  /** Notes made while it had another value are void. */
  #epoch = 1;
  #stepsLeft = FIRST_STEPS;

  /** `threads` are all that there are. */
  constructor(threads: ReadonlyMap<number, Thread>, losses: Losses) {
    this.#threads = threads;
    this.#losses = losses;
  }

  /** The thread that inherits the children of `thread`; `undefined` where nobody does, or where too many walks were long. */
  heirOf(thread: Thread): Thread | undefined {
    const sibling = thread.group?.firstAlive(thread);
    if (sibling !== undefined) {
      return sibling;
    }
    this.#stepsLeft += STEPS_PER_EXIT;
    let reaper = this.#reaperAbove(thread);
    while (reaper !== undefined && reaper !== thread && this.#stepsLeft > 0) {
      const heir = reaper.group?.firstAlive();
      if (heir !== undefined) {
        return heir;
      }
      this.#stepsLeft -= 1;
      reaper = this.#reaperAbove(reaper);
    }
    return undefined;
  }

  /** To be called when `thread` gets another parent, or its process becomes a reaper, or none any more. */
  lineChanged(thread: Thread): void {
    if (thread.reaperNotedIn === this.#epoch || thread.endedWalkIn === this.#epoch) {
      this.#epoch += 1;
    }
  }

  /** To be called when `heir` gets the children of `thread`: who passed it on the way to that very heir still gets there. */
  handedOn(thread: Thread, heir: Thread | undefined): void {
    const wasNotedAs = thread.reaperNotedIn === this.#epoch ? thread.reaper : heir;
    if (wasNotedAs !== heir || thread.endedWalkIn === this.#epoch) {
      this.#epoch += 1;
    }
  }

  /** The nearest ancestor that is a reaper; `undefined` where the line ends, or leaves its pid namespace, before there is one. */
  #reaperAbove(thread: Thread): Thread | undefined {
    const passed: Thread[] = [];
    let reaper: Thread | undefined;
    // a line longer than the table is a loop, and leads to nobody
    for (let at = thread; passed.length <= this.#threads.size; this.#stepsLeft -= 1) {
      if (at.reaperNotedIn === this.#epoch) {
        ({ reaper } = at);
        break;
      }
      passed.push(at);
      const above = at.family?.parent;
      const isSameNamespace = above?.isInPidNamespace === at.isInPidNamespace;
      if (above === undefined || !isSameNamespace || above.group?.isReaper === true) {
        reaper = isSameNamespace ? above : undefined;
        this.#endAt(above);
        break;
      }
      if (this.#stepsLeft <= 0) {
        this.#losses.note('reapers', `the first was thread ${thread.tid}`);
        return undefined;
      }
      at = above;
    }
    for (const at of passed) {
      at.reaper = reaper;
      at.reaperNotedIn = this.#epoch;
    }
    return reaper;
  }

  #endAt(thread: Thread | undefined): void {
    if (thread !== undefined) {
      thread.endedWalkIn = this.#epoch;
    }
  }
}
