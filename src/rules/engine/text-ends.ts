/**
 * Which of many texts is a text equal to, and which does it begin (or end) with? One walk along its first
 * characters answers it for all: it ends where none of them goes on, which for most names is after a few.
 * (Looking a text up in a map instead costs a hash of all its characters.)
 */

/** A character that the text may go on with leads to the next step. */
class Step {
  /** Positions of the questions whose text ends here: all that the text begins with. */
  readonly begun: number[] = [];
  /** The same for questions of equality: they count only where the asked text ends too. */
  readonly equal: number[] = [];
  /** Most steps have one successor; the others have a map. */
  #onlyCode = -1;
  #only: Step | undefined = undefined;
  #others: Map<number, Step> | undefined = undefined;

  next(code: number): Step | undefined {
    return code === this.#onlyCode ? this.#only : this.#others?.get(code);
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
    } else {
      (this.#others ??= new Map()).set(code, made);
    }
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
    this.#stepOf(text).begun.push(position);
  }

  /** Is a text this one? */
  addWhole(text: string, position: number): void {
    this.#stepOf(text).equal.push(position);
  }

  /** Call `found` with the position of each question that `text` answers with yes. */
  find(text: string, found: (position: number) => void): void {
    let step: Step | undefined = this.#root;
    const { length } = text;
    for (let i = 0; step !== undefined; i += 1) {
      for (const position of step.begun) {
        found(position);
      }
      if (i === length) {
        step.equal.forEach(found);
        return;
      }
      step = step.next(text.charCodeAt(this.#isFromEnd ? length - 1 - i : i));
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
