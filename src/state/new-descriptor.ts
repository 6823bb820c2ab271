/** Descriptors come into the world here, so that the event's moment always knows of them. */
import { BOUND, FULL } from './budget.js';
import { FileDescriptor } from './file-descriptor.js';
import type { FdKind } from './fd-kind.js';
import type { Moment } from './moment.js';
import { noteFd } from './odd-ids.js';

/** A descriptor that nobody knows of yet. */
export function newDescriptor(fd: number, kind: FdKind): FileDescriptor {
  const descriptor = new FileDescriptor(fd);
  descriptor.kind = kind;
  return descriptor;
}

/**
 * Open `descriptor` in the process of the event's thread: the event is about it from now on.
 *
 * @returns `false` where the process's descriptors are not known, or are too many.
 */
export function openDescriptor(moment: Moment, descriptor: FileDescriptor): boolean {
  const { world, thread } = moment;
  const table = thread === undefined ? undefined : world.fdTableOf(thread);
  if (thread === undefined || table === undefined) {
    moment.fd = undefined;
    return false;
  }
  thread.lastEventFd = descriptor.number;
  noteFd(world.losses, descriptor.number);
  const isKept = table.set(descriptor);
  moment.fd = isKept ? descriptor : undefined;
  return isKept;
}

/** `moment.fd` is called `name` from now on. */
export function rename(moment: Moment, descriptor: FileDescriptor, name: string): void {
  const { world } = moment;
  if (descriptor.name !== name) {
    descriptor.answers = undefined;
    if (!world.budget.take(BOUND.TEXT, name.length)) {
      world.losses.note('names', `the first is of a descriptor; ${FULL}`, name.length);
      return;
    }
    descriptor.name = name;
    moment.isFdNameChanged = true;
  }
  descriptor.answers = undefined;
}
