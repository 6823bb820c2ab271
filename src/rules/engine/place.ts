/** A tree of sequences of numbers: it gives equal sequences the same place, without spelling them as text. */

/** Where a sequence of numbers ends, and what it stands for. */
export class Place<T> {
  readonly #below = new Map<number, Place<T>>();
  /** `undefined` until somebody said. */
  meaning: T | undefined = undefined;

  step(number: number): Place<T> {
    let below = this.#below.get(number);
    if (below === undefined) {
      below = new Place();
      this.#below.set(number, below);
    }
    return below;
  }

  clear(): void {
    this.#below.clear();
    this.meaning = undefined;
  }
}
