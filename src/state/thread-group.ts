/** The threads of one process. */
import type { Thread } from './thread.js';

/** Kept from the first thread of a process to its last. */
export class ThreadGroup {
  readonly pid: number;
  /** Whether orphans of its descendants become its children. */
  isReaper: boolean;
  /** Threads that have not exited: `proc.nthreads`. */
  aliveCount = 0;
  /** Main thread first, where it is known; dead ones may still be there. */
  readonly threads: Thread[] = [];

  constructor(pid: number, isReaper: boolean) {
    this.pid = pid;
    this.isReaper = isReaper;
  }
}
