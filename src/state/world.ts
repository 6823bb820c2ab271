/**
 * The machine as the capture describes it: threads, descriptors, users, groups, containers. The only
 * mutable thing of the program. Three counters tell `rules` when a kept answer must be asked again.
 */
import type { Container } from './container.js';
import type { Thread } from './thread.js';

export class World {
  readonly threads = new Map<number, Thread>();
  readonly containers = new Map<string, Container>();
  /**
   * Raised when anything changes that descendants can see: an exec, a rename, an exit with re-parenting.
   * A class whose stamp equals it is valid; else the ancestors' versions decide.
   */
  lineageEpoch = 0;
  /** Raised when metadata of a container, or a user or group, arrives or changes: every class is void. */
  metadataEpoch = 0;

  /** The thread `tid`, or `undefined` if the capture never told of it. */
  thread(tid: number): Thread | undefined {
    return this.threads.get(tid);
  }

  /** The parent process's thread, as far as it is known and still there. */
  parentOf(thread: Thread): Thread | undefined {
    return this.threads.get(thread.ptid);
  }
}
