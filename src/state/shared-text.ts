/** A text that processes inherit from each other: one object for all of them, so that it is counted once. */
export class SharedText {
  readonly text: string;
  /** The count of the machine's bytes that has it, see `holdings.ts`. */
  countedIn = 0;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export const NO_TEXT = new SharedText('');
