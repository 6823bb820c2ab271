/**
 * One event and the machine at that instant: what fields are read from. Reused for every event; valid
 * until the next one is applied. Reading it never changes anything.
 */
import { CATEGORY, EVENT_TABLE, FLAG, sourceOf, type Event } from '../events/index.js';
import type { Container } from './container.js';
import type { FileDescriptor } from './file-descriptor.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** Enter halves with which the reference begins to count time, though it shows them no more than others. */
const COUNTED_ENTERS: ReadonlySet<number> = new Set(
  EVENT_TABLE.filter(
    ({ code, flags }) =>
      code % 2 === 0 &&
      (flags & FLAG.BROUGHT) !== 0 &&
      ((flags & FLAG.OLD) === 0 || (flags & FLAG.EXECUTES) !== 0),
  ).map(({ code }) => code),
);

const { META } = CATEGORY;

/** What an event is seen with. */
export class Moment {
  readonly world: World;
  readonly event: Event;
  /** The thread that the event happened in; `undefined` where the capture never mentioned it. */
  thread: Thread | undefined = undefined;
  /** The descriptor that the event is about. `fd.num` is `thread.lastEventFd`. */
  fd: FileDescriptor | undefined = undefined;
  /** Whether this event changed the name of `fd`. */
  isFdNameChanged = false;
  /** The container that an event of container metadata is about (`container` events). */
  container: Container | undefined = undefined;
  /** Halves of the time of the event that was shown before this one; its own for the first: `evt.deltatime`. */
  previousTimeHigh = 0;
  previousTimeLow = 0;
  /** Halves of the time of the first event that the kernel reported (or some enter halves); both 0 until then: `evt.reltime`. */
  firstTimeHigh = 0;
  firstTimeLow = 0;
  /** Halves of the time of the last event that was shown; the upper one -1 until then. */
  shownTimeHigh = -1;
  shownTimeLow = -1;

  constructor(world: World, event: Event) {
    this.world = world;
    this.event = event;
  }

  /** To be called once for each event that is shown (not for `--all`'s), before anybody looks at it. */
  show(): void {
    const { timeHigh, timeLow, row } = this.event;
    const isFirst = this.shownTimeHigh === -1;
    this.previousTimeHigh = isFirst ? timeHigh : this.shownTimeHigh;
    this.previousTimeLow = isFirst ? timeLow : this.shownTimeLow;
    this.shownTimeHigh = timeHigh;
    this.shownTimeLow = timeLow;
    if ((row.category & META) === 0) {
      this.#begin(timeHigh, timeLow);
    }
  }

  /** The same for an event that nobody looks at, of a kind that the kernel reports: its time is all that others need. */
  passUnwatched(timeHigh: number, timeLow: number): void {
    this.shownTimeHigh = timeHigh;
    this.shownTimeLow = timeLow;
    this.#begin(timeHigh, timeLow);
  }

  /** To be called for each record that is hidden. */
  skip(code: number, timeHigh: number, timeLow: number): void {
    if (this.firstTimeHigh === 0 && COUNTED_ENTERS.has(code)) {
      this.#begin(timeHigh, timeLow);
    }
  }

  #begin(timeHigh: number, timeLow: number): void {
    if (this.firstTimeHigh === 0 && this.firstTimeLow === 0) {
      this.firstTimeHigh = timeHigh;
      this.firstTimeLow = timeLow;
    }
  }

  /** Name of the source that the event belongs to: `syscall`, `k8s_audit` ... Rules see their source only. */
  get source(): string {
    return sourceOf(this.event);
  }
}
