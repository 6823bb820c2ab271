/**
 * The children of one thread. When it exits they are handed on as a whole, and none of them is touched: a process may have
 * 50,000 children and hand them to one that hands them on in turn. Two families become one by moving the smaller into
 * the larger, so a thread is moved a few times in its life (about log2 of the number of threads), however often it is handed on.
 */
import type { Thread } from './thread.js';

/** Members know their family, a family its parent. */
export class Family {
  /** `undefined` where nobody inherited these orphans. */
  parent: Thread | undefined;
  readonly members = new Set<Thread>();
  /** `World.change` when all members last got another parent. */
  version = 0;

  constructor(parent: Thread) {
    this.parent = parent;
  }

  get size(): number {
    return this.members.size;
  }

  /** Take `child` in, out of the family that it was in. */
  add(child: Thread): void {
    if (child.family !== this) {
      child.family?.members.delete(child);
      child.family = this;
      this.members.add(child);
    }
  }
}
