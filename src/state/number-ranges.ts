/** A set of numbers as ranges: what `close_range` marks may reach to the largest number there is. Never changed: processes share it. */

/** From the first to the last number, both included, in ascending order, with a gap behind each. */
type Range = readonly [first: number, last: number];

/** See the head of this file. */
export class NumberRanges {
  readonly #ranges: readonly Range[];

  constructor(ranges: readonly Range[]) {
    this.#ranges = ranges;
  }

  /** How many ranges there are. */
  get count(): number {
    return this.#ranges.length;
  }

  has(number: number): boolean {
    const range = this.#ranges[this.#firstEndingAt(number)];
    return range !== undefined && range[0] <= number;
  }

  /** The same, and the numbers from `first` to `last`. */
  with(first: number, last: number): NumberRanges {
    if (first > last) {
      return this;
    }
    const from = this.#firstEndingAt(first - 1);
    let to = from;
    let [low, high] = [first, last];
    for (let next = this.#ranges[to]; next !== undefined && next[0] <= last + 1;) {
      low = Math.min(low, next[0]);
      high = Math.max(high, next[1]);
      to += 1;
      next = this.#ranges[to];
    }
    return this.#replaced(from, to, [[low, high]]);
  }

  /** The same without `number`. */
  without(number: number): NumberRanges {
    const at = this.#firstEndingAt(number);
    const range = this.#ranges[at];
    if (range === undefined || range[0] > number) {
      return this;
    }
    const sides: Range[] = [
      [range[0], number - 1],
      [number + 1, range[1]],
    ];
    return this.#replaced(
      at,
      at + 1,
      sides.filter(([first, last]) => first <= last),
    );
  }

  /** Place of the first range that does not end before `number`. */
  #firstEndingAt(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle] as Range)[1] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  #replaced(from: number, to: number, by: readonly Range[]): NumberRanges {
    return new NumberRanges([...this.#ranges.slice(0, from), ...by, ...this.#ranges.slice(to)]);
  }
}

/** No number at all. (Not a static member: TypeScript 5.9 writes code for one that ends every program that loads it.) */
export const NO_NUMBERS = new NumberRanges([]);
