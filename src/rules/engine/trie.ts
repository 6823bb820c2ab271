/** A tree of sequences of numbers: it gives equal sequences the same place, without spelling them as text. */

/** Where a sequence of numbers ends, and what it stands for. */
export class TrieNode<T> {
  readonly #below = new Map<number, TrieNode<T>>();
  /** `undefined` until somebody said. */
  meaning: T | undefined = undefined;

  step(number: number): TrieNode<T> {
    let below = this.#below.get(number);
    if (below === undefined) {
      below = new TrieNode();
      this.#below.set(number, below);
    }
    return below;
  }

  clear(): void {
    this.#below.clear();
    this.meaning = undefined;
  }
}
