/**
 * Which of many texts is a text equal to, and which does it begin (or end) with? One walk along its first
 * characters answers it for all: it ends where none of them goes on, which for most names is after a few.
 * (Looking a text up in a map instead costs a hash of all its characters.)
 */

import type { Holding } from './holding.js';

/** Texts are byte strings: a character is a byte. */
const CODES = 256;
const NO_POSITIONS: readonly number[] = [];

/** A character that the text may go on with leads to the next step. */
class Step {
  /** Positions of the questions whose text ends here: all that the text begins with. */
  begun = NO_POSITIONS;
  /** The same for questions of equality: they count only where the asked text ends too. */
  equal = NO_POSITIONS;
  /** Most steps have one successor; the others have a table (a Map's lookup takes five times as long). */
  #onlyCode = -1;
  #only: Step | undefined = undefined;
  #byCode: (Step | undefined)[] | undefined = undefined;

  next(code: number): Step | undefined {
    return this.#byCode === undefined
      ? code === this.#onlyCode
        ? this.#only
        : undefined
      : this.#byCode[code & (CODES - 1)];
  }

  grow(code: number): Step {
    const known = this.next(code);
    if (known !== undefined) {
      return known;
    }
    const made = new Step();
    if (this.#only === undefined) {
      this.#onlyCode = code;
      this.#only = made;
      return made;
    }
    if (this.#byCode === undefined) {
      this.#byCode = new Array<undefined>(CODES).fill(undefined);
      this.#byCode[this.#onlyCode] = this.#only;
    }
    this.#byCode[code] = made;
    return made;
  }
}

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

  /** Add to `holding` the position of each question that `text` answers with yes. */
  find(text: string, holding: Holding): void {
    this.findIn(text, 0, text.length, holding);
  }

  /** The same of the part of `text` from `from` up to `to`. */
  findIn(text: string, from: number, to: number, holding: Holding): void {
    const length = to - from;
    const isFromEnd = this.#isFromEnd;
    let step: Step | undefined = this.#root;
    for (let i = 0; step !== undefined; i += 1) {
      if (step.begun !== NO_POSITIONS) {
        holding.addAll(step.begun);
      }
      if (i === length) {
        holding.addAll(step.equal);
        return;
      }
      step = step.next(text.charCodeAt(isFromEnd ? to - 1 - i : from + i));
    }
  }

  #stepOf(text: string): Step {
    let step = this.#root;
    for (let i = 0; i < text.length; i += 1) {
      const at = this.#isFromEnd ? text.length - 1 - i : i;
      step = step.grow(text.charCodeAt(at) & (CODES - 1));
    }
    this.#size += 1;
    return step;
  }
}
