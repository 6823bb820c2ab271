/**
 * Kept answers. What rules ask of a thread (or a descriptor) is answered when it changes, not at each
 * event: the answers to all questions about it form its *class*. Values of a column repeat, so the
 * answers about a value are remembered too. Everything here is bounded, since paths, descriptors and
 * processes come from an attacker: a full table is emptied and filled anew.
 */
import type { Scalar } from '../../fields/index.js';
import type { FileDescriptor, Moment } from '../../state/index.js';
import { keyOf, type ValueKey } from './operators.js';
import type { Column, Predicate } from './predicate.js';
import { UNKNOWN } from './tree.js';

/** Distinct classes of one kind. */
const MAX_CLASSES = 8_192;
/** The number of a value for which no predicate of its column holds: an absent one, and most others. */
const NONE = 0;

/** The answers that subjects of one kind share: equal answers, same object (until the table was full). */
export interface AnswerClass {
  readonly owner: Classifier;
  /** By predicate id: 0, 1, or UNKNOWN for predicates about something else. */
  readonly answers: Uint8Array;
}

/**
 * Gives the answers about a column's values as small numbers. What is a question of membership is looked up
 * at once for all predicates; the rest is asked in turn. (Remembering answers by value instead cost four
 * times as much: values that come back are rare here, since descriptors are kept by name.)
 */
class ColumnAnswers {
  readonly column: Column;
  /** Answers by number, in the order of the column's predicates. */
  readonly byNumber: Uint8Array[];
  /** Value -> positions of the predicates that have it as a member. */
  readonly #members = new Map<ValueKey, number[]>();
  /** Positions of the predicates that must be asked. */
  readonly #asked: number[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(column: Column) {
    this.column = column;
    this.byNumber = [new Uint8Array(column.predicates.length)];
    column.predicates.forEach(({ members }, position) => {
      if (members === undefined) {
        this.#asked.push(position);
      }
      members?.forEach((key) => {
        const positions = this.#members.get(key) ?? [];
        positions.push(position);
        this.#members.set(key, positions);
      });
    });
  }

  numberOf(moment: Moment): number {
    const value = this.column.reader.value(moment);
    if (value === undefined) {
      return NONE;
    }
    const { predicates } = this.column;
    // without members the value may be a list, which has no key
    const memberOf =
      this.#members.size === 0 ? undefined : this.#members.get(keyOf(value as Scalar));
    let accepted: number[] | undefined;
    for (const position of this.#asked) {
      if ((predicates[position] as Predicate).accepts(value)) {
        (accepted ??= []).push(position);
      }
    }
    if (accepted === undefined) {
      return memberOf === undefined ? NONE : this.#numberFor(memberOf);
    }
    return this.#numberFor(memberOf === undefined ? accepted : [...memberOf, ...accepted]);
  }

  /** Start numbering anew. */
  forget(): void {
    this.byNumber.length = 1;
    this.#numbers.clear();
  }

  #numberFor(holding: readonly number[]): number {
    const spelling = holding.join(' ');
    const known = this.#numbers.get(spelling);
    if (known !== undefined) {
      return known;
    }
    const answers = new Uint8Array(this.column.predicates.length);
    holding.forEach((position) => {
      answers[position] = 1;
    });
    const number = this.byNumber.push(answers) - 1;
    this.#numbers.set(spelling, number);
    return number;
  }
}

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #columns: readonly ColumnAnswers[];
  readonly #predicateCount: number;
  readonly #classes = new Map<string, AnswerClass>();
  readonly #numbers: number[];

  constructor(columns: readonly Column[], predicateCount: number) {
    this.#columns = columns.map((column) => new ColumnAnswers(column));
    this.#predicateCount = predicateCount;
    this.#numbers = columns.map(() => NONE);
  }

  /** The class of the subject that `moment` shows. */
  classify(moment: Moment): AnswerClass {
    if (this.#classes.size >= MAX_CLASSES) {
      this.#classes.clear();
      this.#columns.forEach((column) => {
        column.forget();
      });
    }
    let key = '';
    for (let i = 0; i < this.#columns.length; i += 1) {
      const number = (this.#columns[i] as ColumnAnswers).numberOf(moment);
      this.#numbers[i] = number;
      if (number !== NONE) {
        key += `${i}:${number} `;
      }
    }
    return this.#classes.get(key) ?? this.#newClass(key);
  }

  #newClass(key: string): AnswerClass {
    const answers = new Uint8Array(this.#predicateCount).fill(UNKNOWN);
    this.#columns.forEach(({ column, byNumber }, i) => {
      const known = byNumber[this.#numbers[i] as number] as Uint8Array;
      column.predicates.forEach((predicate, at) => {
        answers[predicate.id] = known[at] as number;
      });
    });
    const made = { owner: this, answers };
    this.#classes.set(key, made);
    return made;
  }
}

interface NamedClass {
  readonly name: string;
  readonly kind: FileDescriptor['kind'];
  readonly flags: number;
  readonly answers: AnswerClass;
}

/** A power of two. */
const NAME_SLOTS = 65_536;
/** Longer names are classified each time: this bounds what the slots hold to 32 MB. */
const MAX_NAME_BYTES = 512;

/**
 * Classes of descriptors without endpoints, by name: kind, flags and name decide every answer about them,
 * and the same files are opened again and again. Without it a third of a replay went into asking each new
 * descriptor (223,047 opens of 2.4 million events). A name has two slots: with one, names that collide ask
 * again at each open (79,148 times instead of 16,553); a Map of this size costs twice as much.
 */
export class NamedClasses {
  readonly #classifier: Classifier;
  readonly #slots: (NamedClass | undefined)[] = new Array<undefined>(NAME_SLOTS).fill(undefined);

  constructor(classifier: Classifier) {
    this.#classifier = classifier;
  }

  /** The class of `fd`, which is the descriptor of `moment`. */
  classify(fd: FileDescriptor, moment: Moment): AnswerClass {
    const { name, kind, flags } = fd;
    if (fd.tuple !== undefined || name.length > MAX_NAME_BYTES) {
      return this.#classifier.classify(moment);
    }
    const slot = slotOf(name);
    const first = this.#slots[slot];
    if (first?.name === name && first.kind === kind && first.flags === flags) {
      return first.answers;
    }
    const second = this.#slots[slot + 1];
    if (second?.name === name && second.kind === kind && second.flags === flags) {
      return second.answers;
    }
    const answers = this.#classifier.classify(moment);
    this.#slots[slot + 1] = first;
    this.#slots[slot] = { name, kind, flags, answers };
    return answers;
  }
}

/** The first of a name's two slots: an even number. */
function slotOf(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  }
  return (hash ^ (hash >>> 15)) & (NAME_SLOTS - 2);
}
