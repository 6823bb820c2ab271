/** Trees of characters: texts that begin alike share their first steps. */
import { CODES } from './text-search.js';

/** Of a step at which nothing ends. */
export const NO_POSITIONS: readonly number[] = [];

/** A character that the text may go on with leads to the next step. */
export class Step {
  /** Positions of the questions whose text ends here: all that the text begins with. */
  begun = NO_POSITIONS;
  /** The same for questions of equality: they count only where the asked text ends too. */
  equal = NO_POSITIONS;
  /** Most steps have one successor; the others have a table (a Map's lookup takes five times as long). */
  #onlyCode = -1;
  #only: Step | undefined = undefined;
  #byCode: (Step | undefined)[] | undefined = undefined;

  /** @param code - A byte. */
  next(code: number): Step | undefined {
    return this.#byCode === undefined
      ? code === this.#onlyCode
        ? this.#only
        : undefined
      : this.#byCode[code];
  }

  /** @param character - A character of a text; its lowest byte counts. */
  grow(character: number): Step {
    const code = character & (CODES - 1);
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
