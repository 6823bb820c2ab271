/**
 * Kept answers. What rules ask of a thread (or a descriptor) is answered when it changes, not at each
 * event: the answers to all questions about it form its *class*. Values of a column repeat, so the
 * answers about a value are remembered too. Everything here is bounded, since paths, descriptors and
 * processes come from an attacker: a full table is emptied and filled anew.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { FileDescriptor, Moment } from '../../state/index.js';
import { keyOf, type ValueKey } from './operators.js';
import { PathPrefixes } from './path-prefixes.js';
import type { Column, Predicate } from './predicate.js';
import { TextEnds } from './text-ends.js';
import { UNKNOWN } from './tree.js';

/** Distinct classes of one kind. */
const MAX_CLASSES = 8_192;
/** Texts of one column whose numbers are remembered, and the longest: together at most 2 MB a column. */
const MAX_KNOWN = 2_048;
const MAX_KNOWN_BYTES = 1_024;
/** The number of a value for which no predicate of its column holds: an absent one, and most others. */
const NONE = 0;

/** The answers that subjects of one kind share: equal answers, same object (until the table was full). */
export interface AnswerClass {
  readonly owner: Classifier;
  /** By predicate id: 0, 1, or UNKNOWN for predicates about something else. */
  readonly answers: Uint8Array;
}

/** Where a sequence of numbers ends: equal sequences end at the same place. */
class Place {
  readonly #below = new Map<number, Place>();
  /** What the sequence stands for, once somebody said. */
  number: number | undefined = undefined;
  made: AnswerClass | undefined = undefined;

  step(number: number): Place {
    let below = this.#below.get(number);
    if (below === undefined) {
      below = new Place();
      this.#below.set(number, below);
    }
    return below;
  }

  clear(): void {
    this.#below.clear();
    this.number = undefined;
    this.made = undefined;
  }
}

/**
 * Gives the answers about a column's values as small numbers: two values have the same number if all
 * answers about them are equal. Questions of the usual forms (members, prefixes, suffixes, paths) are
 * looked up for all predicates at once; the rest is asked in turn. About threads the same values come back
 * again and again (command lines, parents), so the numbers of texts that are asked about are remembered.
 */
class ColumnAnswers {
  readonly column: Column;
  /** Answers by number, in the order of the column's predicates. */
  readonly byNumber: Uint8Array[];
  /** Value -> positions of the predicates that have it as a member. */
  readonly #members = new Map<ValueKey, number[]>();
  readonly #prefixes = new TextEnds('start');
  readonly #suffixes = new TextEnds('end');
  #paths: PathPrefixes | undefined = undefined;
  /** Positions of the predicates that must be asked. */
  readonly #asked: number[] = [];
  readonly #numbers = new Place();
  readonly #known: Map<string, number> | undefined;
  /** Positions that hold for the value at hand. */
  #holding: number[] = [];
  readonly #hold = (position: number): void => {
    this.#holding.push(position);
  };

  constructor(column: Column) {
    this.column = column;
    this.byNumber = [new Uint8Array(column.predicates.length)];
    column.predicates.forEach((predicate, position) => {
      this.#sort(predicate, position);
    });
    const isOfThread = column.reader.subject === 'thread' || column.reader.subject === 'lineage';
    this.#known = isOfThread && this.#asked.length > 0 ? new Map<string, number>() : undefined;
  }

  numberOf(moment: Moment): number {
    const value = this.column.reader.value(moment);
    if (value === undefined) {
      return NONE;
    }
    if (this.#known === undefined || typeof value !== 'string') {
      return this.#judge(value);
    }
    const known = this.#known.get(value);
    if (known !== undefined) {
      return known;
    }
    const number = this.#judge(value);
    if (value.length <= MAX_KNOWN_BYTES) {
      if (this.#known.size >= MAX_KNOWN) {
        this.#known.clear();
      }
      this.#known.set(value, number);
    }
    return number;
  }

  /** Start numbering anew. */
  forget(): void {
    this.byNumber.length = 1;
    this.#numbers.clear();
    this.#known?.clear();
  }

  #sort({ form }: Predicate, position: number): void {
    switch (form?.kind) {
      case 'members':
        form.members.forEach((key) => {
          const positions = this.#members.get(key) ?? [];
          positions.push(position);
          this.#members.set(key, positions);
        });
        break;
      case 'prefix':
        this.#prefixes.add(form.text, position);
        break;
      case 'suffix':
        this.#suffixes.add(form.text, position);
        break;
      case 'paths':
        this.#paths ??= new PathPrefixes();
        this.#paths.add(form.paths, position);
        break;
      case undefined:
        this.#asked.push(position);
    }
  }

  #judge(value: Exclude<Value, undefined>): number {
    this.#holding.length = 0;
    if (this.#members.size > 0) {
      this.#findMembers(value);
    }
    if (typeof value === 'string') {
      this.#findInText(value);
    }
    const { predicates } = this.column;
    for (const position of this.#asked) {
      if ((predicates[position] as Predicate).accepts(value)) {
        this.#holding.push(position);
      }
    }
    return this.#holding.length === 0 ? NONE : this.#numberFor(this.#holding);
  }

  #findMembers(value: Exclude<Value, undefined>): void {
    // a list is one of several candidates here: questions about lists as such have no members
    if (Array.isArray(value)) {
      (value as readonly Scalar[]).forEach((each) => {
        this.#members.get(keyOf(each))?.forEach(this.#hold);
      });
      if (value.length > 1) {
        this.#holding = [...new Set(this.#holding)].sort((a, b) => a - b);
      }
    } else {
      this.#members.get(keyOf(value as Scalar))?.forEach(this.#hold);
    }
  }

  /** Forms of text are found only in columns of text. */
  #findInText(text: string): void {
    if (!this.#prefixes.isEmpty) {
      this.#prefixes.find(text, this.#holding);
    }
    if (!this.#suffixes.isEmpty) {
      this.#suffixes.find(text, this.#holding);
    }
    this.#paths?.find(text, this.#hold);
  }

  #numberFor(holding: readonly number[]): number {
    let place = this.#numbers;
    for (const position of holding) {
      place = place.step(position);
    }
    if (place.number === undefined) {
      const answers = new Uint8Array(this.column.predicates.length);
      holding.forEach((position) => {
        answers[position] = 1;
      });
      place.number = this.byNumber.push(answers) - 1;
    }
    return place.number;
  }
}

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #columns: readonly ColumnAnswers[];
  readonly #predicateCount: number;
  readonly #classes = new Place();
  readonly #numbers: number[];
  #classCount = 0;

  constructor(columns: readonly Column[], predicateCount: number) {
    this.#columns = columns.map((column) => new ColumnAnswers(column));
    this.#predicateCount = predicateCount;
    this.#numbers = columns.map(() => NONE);
  }

  /** The class of the subject that `moment` shows. */
  classify(moment: Moment): AnswerClass {
    if (this.#classCount >= MAX_CLASSES) {
      this.#forget();
    }
    const columns = this.#columns;
    let place = this.#classes;
    for (let i = 0; i < columns.length; i += 1) {
      const number = (columns[i] as ColumnAnswers).numberOf(moment);
      this.#numbers[i] = number;
      if (number !== NONE) {
        place = place.step(i + number * columns.length);
      }
    }
    return (place.made ??= this.#newClass());
  }

  #newClass(): AnswerClass {
    const answers = new Uint8Array(this.#predicateCount).fill(UNKNOWN);
    this.#columns.forEach(({ column, byNumber }, i) => {
      const known = byNumber[this.#numbers[i] as number] as Uint8Array;
      column.predicates.forEach((predicate, at) => {
        answers[predicate.id] = known[at] as number;
      });
    });
    this.#classCount += 1;
    return { owner: this, answers };
  }

  #forget(): void {
    this.#classCount = 0;
    this.#classes.clear();
    this.#columns.forEach((column) => {
      column.forget();
    });
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
