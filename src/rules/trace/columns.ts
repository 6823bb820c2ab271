/**
 * What is asked of an event, column by column: a value is read once, and its answers to all questions about it are kept by
 * value. Values that answer alike are of one class; a small number stands for it.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Column, Predicate } from '../engine/predicate.js';
import { keyOf, type ValueKey } from '../engine/operators.js';

/** What a question comes to. Missing counts as false: there was no value to compare. */
export const ANSWER = { FALSE: 0, TRUE: 1, MISSING: 2 } as const;
const { FALSE, TRUE, MISSING } = ANSWER;

/** Answers that belong together, in the order of the column's questions. */
export interface ColumnClass {
  readonly id: number;
  readonly answers: Uint8Array;
}

/** A value that was seen, how it answers, and at how many events. */
interface SeenValue {
  readonly class: ColumnClass;
  readonly isList: boolean;
  count: number;
}

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

/** Values of a column that are kept, and what their texts may take, in bytes. */
const MAX_VALUES = 8192;
const MAX_VALUE_BYTES = 1 << 20;
/** Longer values are not kept. */
const MAX_VALUE_LENGTH = 4096;
/** Answers of one column that are kept by value: of many questions, few values. */
const MAX_ANSWERS = 4_000_000;

/** Classes by their answers, numbered. */
class Classes {
  readonly #byAnswers = new Map<string, ColumnClass>();
  #next = 0;
  size = 0;

  of(answers: Uint8Array): ColumnClass {
    const key = Buffer.from(answers.buffer, answers.byteOffset, answers.byteLength).latin1Slice();
    let found = this.#byAnswers.get(key);
    if (found === undefined) {
      found = { id: this.#next, answers };
      this.#next += 1;
      this.size += answers.length;
      this.#byAnswers.set(key, found);
    }
    return found;
  }

  clear(): void {
    this.#byAnswers.clear();
    this.size = 0;
  }
}

/** A value that is compared with literals. */
export class ValueColumn implements AskedColumn {
  readonly predicates: readonly number[];
  /** Whether the values that are kept are not all that were seen. */
  isPartial = false;
  readonly #read: (moment: Moment) => Value;
  readonly #hasCandidates: boolean;
  readonly #isAddress: boolean;
  readonly #questions: readonly Predicate[];
  readonly #classes = new Classes();
  #seen = new Map<ValueKey | undefined, SeenValue>();
  #bytes = 0;

  constructor({ reader, predicates }: Column) {
    this.#read = reader.value;
    this.#hasCandidates = reader.hasCandidates;
    this.#isAddress = reader.type === 'ipaddr' || reader.type === 'ipnet';
    this.#questions = predicates;
    this.predicates = predicates.map(({ id }) => id);
  }

  get size(): number {
    return this.#classes.size;
  }

  classAt(moment: Moment): ColumnClass {
    const value = this.#read(moment);
    const key = keyOfValue(value);
    const known = this.#seen.get(key);
    if (known !== undefined) {
      known.count += 1;
      return known.class;
    }
    const found = this.#classes.of(this.#ask(value));
    const length = typeof key === 'string' ? key.length : 0;
    const isKept =
      this.#seen.size < MAX_VALUES &&
      this.#seen.size * this.#questions.length < MAX_ANSWERS &&
      length <= MAX_VALUE_LENGTH &&
      this.#bytes + length <= MAX_VALUE_BYTES;
    if (isKept) {
      this.#bytes += length;
      this.#seen.set(key, { class: found, isList: Array.isArray(value), count: 1 });
    } else {
      this.isPartial = true;
    }
    return found;
  }

  /** The values that were seen, of lists each item, as text, with the number of events; as far as they were kept. No addresses. */
  seenTexts(): ReadonlyMap<string, number> {
    const texts = new Map<string, number>();
    for (const [key, { count, isList }] of this.#isAddress ? [] : this.#seen) {
      const found = isList ? textsOfList(key as string) : key === undefined ? [] : [String(key)];
      for (const text of found) {
        texts.set(text, (texts.get(text) ?? 0) + count);
      }
    }
    return texts;
  }

  renew(): void {
    this.#classes.clear();
    this.#seen = new Map(
      [...this.#seen].map(([key, seen]) => [
        key,
        { ...seen, class: this.#classes.of(seen.class.answers) },
      ]),
    );
  }

  #ask(value: Value): Uint8Array {
    const isMissing =
      value === undefined || (this.#hasCandidates && (value as readonly Scalar[]).length === 0);
    const answers = new Uint8Array(this.#questions.length);
    this.#questions.forEach(({ accepts }, at) => {
      answers[at] = accepts(value) ? TRUE : isMissing ? MISSING : FALSE;
    });
    return answers;
  }
}

function keyOfValue(value: Value): ValueKey | undefined {
  if (value === undefined) {
    return undefined;
  }
  return Array.isArray(value)
    ? JSON.stringify((value as readonly Scalar[]).map(keyText))
    : keyOf(value as Scalar);
}

/** Numbers and texts that read alike stay apart. */
function keyText(value: Scalar): string {
  const key = keyOf(value);
  return `${typeof key === 'string' ? 't' : 'n'}${String(key)}`;
}

function textsOfList(key: string): readonly string[] {
  const items = JSON.parse(key) as readonly string[];
  return items.map((item) => item.slice(1));
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
