/**
 * One event and the machine at that instant: what fields are read from. Reused for every event; valid
 * until the next one is applied. Reading it never changes anything.
 */
import type { Event } from '../events/index.js';
import type { FileDescriptor } from './file-descriptor.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

export class Moment {
  readonly world: World;
  readonly event: Event;
  /** The thread that the event happened in; `undefined` where the capture never told of it. */
  thread: Thread | undefined;
  /** The descriptor that the event is about. */
  fd: FileDescriptor | undefined;

  constructor(world: World, event: Event) {
    this.world = world;
    this.event = event;
  }
}
