/**
 * What is asked of an event, column by column: a value is read once, and its answers to all questions about it are kept by
 * value. Values that answer alike are of one class; a small number stands for it.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Column, Predicate } from '../engine/predicate.js';
import type { ItemWatch } from './items.js';
import {
  MAX_RECENT,
  textsOfList,
  type ColumnClass,
  type ValueSource,
  type ValueSources,
} from './value-source.js';

/** What a question comes to. Missing counts as false: there was no value to compare. */
export const ANSWER = { FALSE: 0, TRUE: 1, MISSING: 2 } as const;
const { FALSE, TRUE, MISSING } = ANSWER;

/** Questions that are answered together. */
export interface AskedColumn {
  /** Ids of its predicates. */
  readonly predicates: readonly number[];
  /** Answers that are kept: numbers in memory. */
  readonly size: number;
  /** The answers at a moment. */
  classAt(moment: Moment): ColumnClass;
  /** Forget classes; what was seen is still known. */
  renew(): void;
}

/** Answers of one column that are kept by value: of many questions, few values. */
const MAX_ANSWERS = 4_000_000;

/** Classes by their answers, numbered. */
class Classes {
  readonly #byAnswers = new Map<string, ColumnClass>();
  /** What most values come to. */
  #allFalse: ColumnClass | undefined;
  #next = 0;
  size = 0;

  of(answers: Uint8Array): ColumnClass {
    if (answers.every((answer) => answer === FALSE)) {
      return (this.#allFalse ??= this.#made(answers));
    }
    const key = Buffer.from(answers.buffer, answers.byteOffset, answers.byteLength).latin1Slice();
    let found = this.#byAnswers.get(key);
    if (found === undefined) {
      found = this.#made(answers);
      this.#byAnswers.set(key, found);
    }
    return found;
  }

  #made(answers: Uint8Array): ColumnClass {
    const made = { id: this.#next, answers };
    this.#next += 1;
    this.size += answers.length;
    return made;
  }

  clear(): void {
    this.#byAnswers.clear();
    this.#allFalse = undefined;
    this.size = 0;
  }
}

/** A value that is compared with literals. */
export class ValueColumn implements AskedColumn {
  readonly predicates: readonly number[];
  readonly #source: ValueSource;
  /** Whose notes about values are this column's. */
  readonly #asker: number;
  readonly #hasCandidates: boolean;
  readonly #isAddress: boolean;
  readonly #questions: readonly Predicate[];
  readonly #classes = new Classes();
  readonly #watches: ReadonlyMap<number, ItemWatch>;
  /** Notes about values that are kept; those about others go with their values. */
  #noteCount = 0;

  /**
   * @param column - What is asked, and of what.
   * @param sources - Where values are read.
   * @param watches - Of predicates (by id) that compare with a list: who is shown the values for which they hold.
   */
  constructor(
    column: Column,
    sources: ValueSources,
    watches: ReadonlyMap<number, ItemWatch> = new Map(),
  ) {
    const { reader, predicates } = column;
    this.#source = sources.of(column);
    this.#asker = this.#source.join();
    this.#hasCandidates = reader.hasCandidates;
    this.#isAddress = reader.type === 'ipaddr' || reader.type === 'ipnet';
    this.#questions = predicates;
    this.predicates = predicates.map(({ id }) => id);
    this.#watches = watches;
  }

  get size(): number {
    return this.#classes.size;
  }

  classAt(moment: Moment): ColumnClass {
    const { notes, value, isKept } = this.#source.at(moment);
    const known = notes[this.#asker];
    if (known !== undefined) {
      known.count += 1;
      return known.class;
    }
    const found = this.#classes.of(this.#ask(value));
    if (this.#hasRoom(isKept)) {
      this.#noteCount += isKept ? 1 : 0;
      notes[this.#asker] = { class: found, count: 1 };
    }
    return found;
  }

  /** The values that were seen, of lists each item, as text, with the number of events; as far as they were kept. No addresses. */
  seenTexts(): ReadonlyMap<string, number> {
    const texts = new Map<string, number>();
    for (const { key, isList, notes } of this.#isAddress ? [] : this.#source.kept()) {
      const count = notes[this.#asker]?.count;
      if (count !== undefined) {
        const found = isList ? textsOfList(key as string) : key === undefined ? [] : [String(key)];
        for (const text of found) {
          texts.set(text, (texts.get(text) ?? 0) + count);
        }
      }
    }
    return texts;
  }

  renew(): void {
    this.#classes.clear();
    this.#source.forgetRecent();
    this.#noteCount = 0;
    for (const { notes } of this.#source.kept()) {
      const note = notes[this.#asker];
      if (note !== undefined) {
        this.#noteCount += 1;
        notes[this.#asker] = { ...note, class: this.#classes.of(note.class.answers) };
      }
    }
  }

  #hasRoom(isKept: boolean): boolean {
    return (isKept ? this.#noteCount : MAX_RECENT) * this.#questions.length < MAX_ANSWERS;
  }

  #ask(value: Value): Uint8Array {
    const isMissing =
      value === undefined || (this.#hasCandidates && (value as readonly Scalar[]).length === 0);
    const answers = new Uint8Array(this.#questions.length);
    this.#questions.forEach(({ accepts, id }, at) => {
      const holds = accepts(value);
      answers[at] = holds ? TRUE : isMissing ? MISSING : FALSE;
      if (holds) {
        this.#watches.get(id)?.note(value);
      }
    });
    return answers;
  }
}

/** A field that is compared with another one: a column of one question. */
export class PairColumn implements AskedColumn {
  readonly predicates: readonly number[];
  readonly size = 0;
  readonly #predicate: Predicate;
  readonly #sides: readonly ((moment: Moment) => Value)[];
  readonly #byAnswer: readonly ColumnClass[] = [FALSE, TRUE, MISSING].map((answer) => ({
    id: answer,
    answers: Uint8Array.of(answer),
  }));

  constructor(predicate: Predicate, sides: readonly ((moment: Moment) => Value)[]) {
    this.predicates = [predicate.id];
    this.#predicate = predicate;
    this.#sides = sides;
  }

  classAt(moment: Moment): ColumnClass {
    const answer = this.#predicate.holds(moment)
      ? TRUE
      : this.#sides.some((read) => isAbsent(read(moment)))
        ? MISSING
        : FALSE;
    return this.#byAnswer[answer] as ColumnClass;
  }

  renew(): void {
    // its classes are three, and stay
  }
}

function isAbsent(value: Value): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
