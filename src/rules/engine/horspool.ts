/** A few texts looked for in strides (after Horspool). */
import type { SparseSet } from './sparse-set.js';
import { CODES, type Part, type Search } from './text-search.js';

/** Looks at every n-th character only, where n is the length of the shortest part, while none of the parts is near. */
export class Horspool implements Search {
  /** The parts, byte by byte, and their positions. */
  readonly #codes: readonly Uint8Array[];
  readonly #positions: readonly number[];
  readonly #shortest: number;
  /** By character: how far on the first `#shortest` of some part may end; 0 where they may end here. */
  readonly #strides: Uint8Array;

  constructor(parts: readonly Part[], shortest: number) {
    const window = Math.min(shortest, CODES - 1);
    this.#codes = parts.map(({ text }) => Buffer.from(text, 'latin1'));
    this.#positions = parts.map(({ position }) => position);
    this.#shortest = window;
    this.#strides = new Uint8Array(CODES).fill(window);
    for (const codes of this.#codes) {
      for (let i = 0; i < window; i += 1) {
        const code = codes[i] as number;
        this.#strides[code] = Math.min(this.#strides[code] as number, window - 1 - i);
      }
    }
  }

  find(bytes: Uint8Array, length: number, found: SparseSet): void {
    const strides = this.#strides;
    for (let last = this.#shortest - 1; last < length;) {
      const stride = strides[bytes[last] as number] as number;
      if (stride === 0) {
        this.#compare(bytes, last - this.#shortest + 1, length, found);
        last += 1;
      } else {
        last += stride;
      }
    }
  }

  #compare(bytes: Uint8Array, at: number, length: number, found: SparseSet): void {
    for (let part = 0; part < this.#codes.length; part += 1) {
      const codes = this.#codes[part] as Uint8Array;
      let i = 0;
      while (i < codes.length && at + i < length && bytes[at + i] === codes[i]) {
        i += 1;
      }
      if (i === codes.length) {
        found.add(this.#positions[part] as number);
      }
    }
  }
}
