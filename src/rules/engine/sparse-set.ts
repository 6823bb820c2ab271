/** The positions of the questions that hold for the value at hand, each once. One for a column, used again and again. */

/** A set of small numbers that costs nothing to empty. */
export class SparseSet {
  /** The first `count` are in the set. */
  readonly positions: number[] = [];
  count = 0;
  /** By position: the round in which it was last added. */
  readonly #addedIn: Int32Array;
  #round = 1;

  /** For positions below `size`. */
  constructor(size: number) {
    this.#addedIn = new Int32Array(size);
  }

  add(position: number): void {
    if (this.#addedIn[position] !== this.#round) {
      this.#addedIn[position] = this.#round;
      this.positions[this.count] = position;
      this.count += 1;
    }
  }

  addAll(positions: readonly number[]): void {
    for (const position of positions) {
      this.add(position);
    }
  }

  clear(): void {
    this.count = 0;
    this.#round = (this.#round + 1) | 0;
  }

  /** Put them in ascending order: equal sets are then equal sequences. There are few, nearly in order. */
  sort(): void {
    const { positions } = this;
    for (let i = 1; i < this.count; i += 1) {
      const position = positions[i] as number;
      let at = i;
      while (at > 0 && (positions[at - 1] as number) > position) {
        positions[at] = positions[at - 1] as number;
        at -= 1;
      }
      positions[at] = position;
    }
  }
}
