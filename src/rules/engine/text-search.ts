/** Searches for several texts at once in the bytes of another. */
import type { SparseSet } from './sparse-set.js';

/** Texts are byte strings: a character is a byte. */
export const CODES = 256;

/** A text that is looked for, and the position of its question. */
export interface Part {
  readonly text: string;
  readonly position: number;
}

/** Looks for all parts. */
export interface Search {
  /** Add to `found` the position of each part that the text, the first `length` of `bytes`, contains. */
  find(bytes: Uint8Array, length: number, found: SparseSet): void;
}
