/**
 * Which of many texts does a text contain? A few are looked for in strides (after Horspool): a character that stands in
 * none of them lets the search pass over as many as the shortest has. Many are looked for in one pass over all characters,
 * by the automaton of Aho and Corasick, whose time does not grow with their number.
 */
import { AhoCorasick } from './aho-corasick.js';
import type { SparseSet } from './sparse-set.js';
import { Horspool } from './horspool.js';
import type { Part, Search } from './text-search.js';

/** Up to so many, strides are as fast or faster (two parts: a twentieth of a replay), if the shortest is not too short. */
const FEW = 8;
const SHORTEST_STRIDE = 2;

/** The texts of several questions, each with a position. */
export class TextParts {
  readonly #parts: Part[] = [];
  #search: Search | undefined = undefined;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  add(text: string, position: number): void {
    this.#parts.push({ text, position });
    this.#search = undefined;
  }

  /** Add to `found` the position of each question that the text, the first `length` of `bytes`, answers with yes. */
  find(bytes: Uint8Array, length: number, found: SparseSet): void {
    this.#search ??= searchFor(this.#parts);
    this.#search.find(bytes, length, found);
  }
}

function searchFor(parts: readonly Part[]): Search {
  const shortest = Math.min(...parts.map(({ text }) => text.length));
  return parts.length <= FEW && shortest >= SHORTEST_STRIDE
    ? new Horspool(parts, shortest)
    : new AhoCorasick(parts);
}
