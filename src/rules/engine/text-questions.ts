/** Questions about one text (a path, its directory or its file name), as far as the bytes that were read so far decide them. */
import { beginningOfGlob } from './glob.js';
import type { Form } from './predicate.js';
import { CODES } from './text-search.js';
import { Step } from './text-step.js';

/** Stands among the questions that hold for one that only asking can answer: some pattern may match. */
export const UNSURE = -1;

/** Where a text is on its way through all questions about it. Equal keys: whatever follows, all answers are the same. */
export interface Look {
  /** Which texts that are looked for at the start go on here. */
  readonly start: Step | undefined;
  /** The same of texts that are looked for anywhere: those that began lately. */
  readonly inside: readonly Step[];
  /** Questions that hold by now, whatever follows, in ascending order. */
  readonly held: readonly number[];
  readonly key: string;
}

/** All questions about one kind of text. */
export class TextQuestions {
  /** All that stand in texts that are looked for; any other makes the same difference. */
  readonly bytes = new Set<number>();
  readonly #start = new Step();
  readonly #inside = new Step();
  readonly #ids = new Map<Step, number>();
  #count = 0;

  /** `separator` stands between the names of paths that are looked for, and in front of the first. */
  add(form: Form, separator: '/' | ''): void {
    const question = (this.#count += 1);
    switch (form.kind) {
      case 'members':
        form.members.forEach((member) => this.#lookFor(String(member), this.#start));
        break;
      case 'prefix':
        holdsBehind(this.#lookFor(form.text, this.#start), question);
        break;
      case 'suffix':
        this.#lookFor(form.text, this.#inside);
        break;
      case 'part':
        holdsBehind(this.#lookFor(form.text, this.#inside), question);
        break;
      case 'pattern':
        holdsBehind(this.#lookFor(form.beginning, this.#start), UNSURE);
        break;
      case 'paths':
        form.paths.forEach((path) => {
          this.#lookForPath(path, separator, question);
        });
    }
  }

  /** Before the first byte. */
  begin(): Look {
    const held = new Set([...this.#start.begun, ...this.#inside.begun]);
    return this.#look(this.#start, [], [...held].sort(byNumber));
  }

  /** One byte further. */
  next(look: Look, byte: number): Look {
    const start = look.start?.next(byte);
    const inside = [...look.inside, this.#inside].flatMap((step) => step.next(byte) ?? []);
    const begun = [start, ...inside].flatMap((step) => step?.begun ?? []);
    const held = new Set([...look.held, ...begun]);
    return this.#look(start, inside, [...held].sort(byNumber));
  }

  /** A path is at or above the text: it is the text, or a slash follows it. */
  #lookForPath(path: string, separator: '/' | '', question: number): void {
    const plain = path
      .split('/')
      .filter((name) => name !== '')
      .map((name) => separator + name)
      .join('');
    const beginning = beginningOfGlob(plain);
    const step = this.#lookFor(beginning, this.#start);
    if (beginning !== plain) {
      holdsBehind(step, UNSURE);
    } else if (plain === '') {
      holdsBehind(step, question);
    } else {
      holdsBehind(this.#lookFor(`${plain}/`, this.#start), question);
    }
  }

  #lookFor(text: string, from: Step): Step {
    let step = from;
    for (let i = 0; i < text.length; i += 1) {
      const byte = text.charCodeAt(i) & (CODES - 1);
      this.bytes.add(byte);
      step = step.grow(byte);
    }
    return step;
  }

  #look(start: Step | undefined, inside: readonly Step[], held: readonly number[]): Look {
    const steps = [start, ...inside].map((step) => (step === undefined ? 0 : this.#idOf(step)));
    return { start, inside, held, key: `${steps.join()};${held.join()}` };
  }

  #idOf(step: Step): number {
    const id = this.#ids.get(step) ?? this.#ids.size + 1;
    this.#ids.set(step, id);
    return id;
  }
}

function holdsBehind(step: Step, question: number): void {
  step.begun = [...step.begun, question];
}

function byNumber(a: number, b: number): number {
  return a - b;
}
