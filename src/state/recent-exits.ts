/**
 * Exits that were seen lately: to tell a child that is gone already from one that never came, when the parent's
 * side of its clone is seen last. Bounded; the oldest go first.
 */

const MAX_EXITS = 8192;
const RECENT_NS = 2e9;

/** Who was the parent, and when: halves of nanoseconds since the epoch. */
export interface Exit {
  readonly ptid: number;
  readonly timeHigh: number;
  readonly timeLow: number;
}

/** The last exit of each thread id. */
export class RecentExits {
  readonly #exits = new Map<number, Exit>();

  /** `tid` is gone. */
  add(tid: number, exit: Exit): void {
    this.#exits.delete(tid);
    this.#exits.set(tid, exit);
    if (this.#exits.size > MAX_EXITS) {
      const [oldest] = this.#exits.keys();
      this.#exits.delete(oldest as number);
    }
  }

  /** Whether `tid`, a child of `now.ptid`, exited in the two seconds before this time. */
  has(tid: number, now: Exit): boolean {
    const exit = this.#exits.get(tid);
    if (exit?.ptid !== now.ptid) {
      return false;
    }
    const age =
      (now.timeHigh - exit.timeHigh) * 4294967296 + ((now.timeLow >>> 0) - (exit.timeLow >>> 0));
    return age >= 0 && age < RECENT_NS;
  }

  clear(): void {
    this.#exits.clear();
  }
}
