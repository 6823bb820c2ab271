/**
 * What goes through descriptors, counted where it happens: reads and writes are most records, and seldom become events
 * (`unwatched.ts`). Whoever wants the counts keeps a ledger and hands out tallies; without a ledger nothing is counted.
 * In the bench capture 736,000 transfers are counted in some 10 ns each.
 */
import type { FdKind } from './fd-kind.js';
import type { FileDescriptor } from './file-descriptor.js';
import type { Place, Tally } from './tally.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** Kinds of descriptors that nothing is counted of: what goes through them stays inside the machine. */
const UNCOUNTED: ReadonlySet<FdKind> = new Set<FdKind>([
  'pipe',
  'event',
  'signalfd',
  'eventpoll',
  'inotify',
  'timerfd',
  'netlink',
  'bpf',
  'userfaultfd',
  'io_uring',
  'pidfd',
  'directory',
]);

/** A transfer through a descriptor that has no tally (any more) for this process. */
export interface Transfer {
  readonly world: World;
  readonly thread: Thread;
  /** `undefined` where the capture never described it. */
  readonly descriptor: FileDescriptor | undefined;
  readonly isIncoming: boolean;
  readonly place: Place;
}

/** Who keeps count. */
export interface Ledger {
  /** The tally that counts this transfer; `undefined`: nobody wants it counted. */
  tallyFor(transfer: Transfer): Tally | undefined;
  /** A transfer that was to be counted failed; `result` is the negative error number. */
  failed(tally: Tally, result: number): void;
  /** `descriptor`, which has a tally, is closed. */
  closed(world: World, thread: Thread, descriptor: FileDescriptor, place: Place): void;
  /** Whether what is read from files without a tally is wanted. */
  readonly countsReads: boolean;
}

/** Count a transfer of `result` bytes, or one that failed with a negative error number. */
// eslint-disable-next-line max-params, complexity -- at each read and write: an object would be garbage, a call time
export function countTransfer(
  world: World,
  thread: Thread,
  descriptor: FileDescriptor | undefined,
  isIncoming: boolean,
  result: number,
  place: Place,
): void {
  const ledger = world.ledger as Ledger | undefined;
  if (ledger === undefined) {
    return;
  }
  let tally = descriptor?.tally;
  if (tally?.pid !== thread.pid) {
    if (isIncoming && !ledger.countsReads && (descriptor === undefined || descriptor.isFile)) {
      return; // most reads: of files that the process does not write
    }
    if (descriptor !== undefined && UNCOUNTED.has(descriptor.kind)) {
      return;
    }
    tally = ledger.tallyFor({ world, thread, descriptor, isIncoming, place });
    if (tally === undefined) {
      return;
    }
  }
  tally.lastHigh = place.timeHigh;
  tally.lastLow = place.timeLow;
  if (result < 0) {
    ledger.failed(tally, result);
  } else if (isIncoming) {
    tally.reads += 1;
    tally.bytesRead += result;
  } else {
    tally.writes += 1;
    tally.bytesWritten += result;
  }
}

/** `descriptor` is closed. */
export function countClose(
  world: World,
  thread: Thread,
  descriptor: FileDescriptor,
  place: Place,
): void {
  if (descriptor.tally !== undefined) {
    (world.ledger as Ledger | undefined)?.closed(world, thread, descriptor, place);
  }
}
