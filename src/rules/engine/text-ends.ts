/**
 * Which of many texts does a text begin (or end) with? One walk along its first bytes answers it for
 * all: it ends where none of them goes on, which for most names is after a few bytes.
 */

interface Step {
  /** Positions of the questions whose text ends here. */
  readonly ends: number[];
  /** By the code of the next character. */
  readonly next: Map<number, Step>;
}

/** The texts of several questions, each with a position. */
export class TextEnds {
  readonly #root = step();
  readonly #isFromEnd: boolean;
  #size = 0;

  constructor(side: 'start' | 'end') {
    this.#isFromEnd = side === 'end';
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(text: string, position: number): void {
    let at = this.#root;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(this.#isFromEnd ? text.length - 1 - i : i);
      const below = at.next.get(code) ?? step();
      at.next.set(code, below);
      at = below;
    }
    at.ends.push(position);
    this.#size += 1;
  }

  /** Add the positions of the questions that `text` answers with yes to `found`. */
  find(text: string, found: number[]): void {
    let at: Step | undefined = this.#root;
    for (let i = 0; at !== undefined; i += 1) {
      for (const position of at.ends) {
        found.push(position);
      }
      // behind the last character the code is NaN, and nothing follows
      at = at.next.get(text.charCodeAt(this.#isFromEnd ? text.length - 1 - i : i));
    }
  }
}

function step(): Step {
  return { ends: [], next: new Map() };
}
