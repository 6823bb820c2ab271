/** The threads of one process. */
import type { Thread } from './thread.js';

/** Kept from the first thread of a process to its last. */
export class ThreadGroup {
  readonly pid: number;
  /** Whether orphans of its descendants become its children. */
  isReaper: boolean;
  /** Threads that have not exited: `proc.nthreads`. */
  aliveCount = 0;
  /** Main thread first, where it is known; a dead main thread stays until the last thread goes. */
  readonly threads: Thread[] = [];

  constructor(pid: number, isReaper: boolean) {
    this.pid = pid;
    this.isReaper = isReaper;
  }

  add(thread: Thread): void {
    if (thread.isMain) {
      this.threads.unshift(thread);
    } else {
      this.threads.push(thread);
    }
    this.aliveCount += 1;
  }

  remove(thread: Thread): void {
    const at = this.threads.indexOf(thread);
    if (at !== -1) {
      this.threads.splice(at, 1);
    }
  }

  /** A thread that has not exited, other than `except`. */
  firstAlive(except?: Thread): Thread | undefined {
    return this.threads.find((thread) => thread !== except && !thread.isDead);
  }
}
