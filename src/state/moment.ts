/**
 * One event and the machine at that instant: what fields are read from. Reused for every event; valid
 * until the next one is applied. Reading it never changes anything.
 */
import { CATEGORY, sourceOf, type Event } from '../events/index.js';
import type { Container } from './container.js';
import type { FileDescriptor } from './file-descriptor.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** What an event is seen with. */
export class Moment {
  readonly world: World;
  readonly event: Event;
  /** The thread that the event happened in; `undefined` where the capture never told of it. */
  thread: Thread | undefined = undefined;
  /** The descriptor that the event is about. `fd.num` is `thread.lastEventFd`. */
  fd: FileDescriptor | undefined = undefined;
  /** Whether this event changed the name of `fd`. */
  isFdNameChanged = false;
  /** The container that an event of container metadata tells about (`container` events). */
  container: Container | undefined = undefined;
  /** Halves of the time of the event that was shown before this one; its own for the first: `evt.deltatime`. */
  previousTimeHigh = 0;
  previousTimeLow = 0;
  /** Halves of the time of the first event that the kernel told; both 0 until then: `evt.reltime`. */
  firstTimeHigh = 0;
  firstTimeLow = 0;
  #shownTimeHigh = -1;
  #shownTimeLow = -1;

  constructor(world: World, event: Event) {
    this.world = world;
    this.event = event;
  }

  /** To be called once for each event that is shown (not for `--all`'s), before anybody looks at it. */
  show(): void {
    const { timeHigh, timeLow, row } = this.event;
    this.#note(timeHigh, timeLow, (row.category & CATEGORY.META) !== 0);
  }

  /** The same for an event that nobody looks at, of a kind that the kernel tells: its time is all that others need. */
  pass(timeHigh: number, timeLow: number): void {
    this.#note(timeHigh, timeLow, false);
  }

  #note(timeHigh: number, timeLow: number, isMeta: boolean): void {
    const isFirst = this.#shownTimeHigh === -1;
    this.previousTimeHigh = isFirst ? timeHigh : this.#shownTimeHigh;
    this.previousTimeLow = isFirst ? timeLow : this.#shownTimeLow;
    this.#shownTimeHigh = timeHigh;
    this.#shownTimeLow = timeLow;
    if (!isMeta && this.firstTimeHigh === 0 && this.firstTimeLow === 0) {
      this.firstTimeHigh = timeHigh;
      this.firstTimeLow = timeLow;
    }
  }

  /** Name of the source that the event belongs to: `syscall`, `k8s_audit` ... Rules see their source only. */
  get source(): string {
    return sourceOf(this.event);
  }
}
