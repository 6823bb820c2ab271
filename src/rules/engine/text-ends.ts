/**
 * Which of many texts is a text equal to, and which does it begin (or end) with? One walk along its first
 * characters answers it for all: it ends where none of them goes on, which for most names is after a few.
 * (Looking a text up in a map instead costs a hash of all its characters.)
 */

import type { SparseSet } from './sparse-set.js';
import { NO_POSITIONS, Step } from './text-step.js';

/** The texts of several questions, each with a position; they are looked at from one side. */
export class TextEnds {
  readonly #root = new Step();
  readonly #isFromEnd: boolean;
  #size = 0;

  constructor(side: 'start' | 'end') {
    this.#isFromEnd = side === 'end';
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Does a text begin (end) with this one? */
  add(text: string, position: number): void {
    const step = this.#stepOf(text);
    step.begun = [...step.begun, position];
  }

  /** Is a text this one? */
  addWhole(text: string, position: number): void {
    const step = this.#stepOf(text);
    step.equal = [...step.equal, position];
  }

  /** Add to `found` the position of each question that the text, the first `length` of `bytes`, answers with yes. */
  find(bytes: Uint8Array, length: number, found: SparseSet): void {
    const isFromEnd = this.#isFromEnd;
    let step: Step | undefined = this.#root;
    for (let i = 0; step !== undefined; i += 1) {
      if (step.begun !== NO_POSITIONS) {
        found.addAll(step.begun);
      }
      if (i === length) {
        found.addAll(step.equal);
        return;
      }
      step = step.next(bytes[isFromEnd ? length - 1 - i : i] as number);
    }
  }

  #stepOf(text: string): Step {
    let step = this.#root;
    for (let i = 0; i < text.length; i += 1) {
      step = step.grow(text.charCodeAt(this.#isFromEnd ? text.length - 1 - i : i));
    }
    this.#size += 1;
    return step;
  }
}
