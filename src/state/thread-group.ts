/** The threads of one process. */

/** What a group must know of its threads. */
interface Member {
  readonly isMain: boolean;
  readonly isDead: boolean;
}

/** Kept from the first thread of a process to its last. */
export class ThreadGroup<T extends Member> {
  readonly pid: number;
  /** Whether orphans of its descendants become its children. */
  isReaper: boolean;
  /** Threads that have not exited: `proc.nthreads`. */
  aliveCount = 0;
  /** Main thread first, where it is known; a dead main thread stays until the last thread goes. */
  readonly threads: T[] = [];

  constructor(pid: number, isReaper: boolean) {
    this.pid = pid;
    this.isReaper = isReaper;
  }

  add(thread: T): void {
    if (thread.isMain) {
      this.threads.unshift(thread);
    } else {
      this.threads.push(thread);
    }
    this.aliveCount += 1;
  }

  remove(thread: T): void {
    const at = this.threads.indexOf(thread);
    if (at !== -1) {
      this.threads.splice(at, 1);
    }
  }

  /** A thread that has not exited, other than `except`. */
  firstAlive(except?: T): T | undefined {
    return this.threads.find((thread) => thread !== except && !thread.isDead);
  }
}
