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
import { TextParts } from './text-parts.js';
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
  /** Members and prefixes of texts. */
  readonly #beginnings = new TextEnds('start');
  readonly #endings = new TextEnds('end');
  readonly #parts = new TextParts();
  #paths: PathPrefixes | undefined = undefined;
  /** Positions of the predicates that must be asked. */
  readonly #asked: number[] = [];
  readonly #read: (moment: Moment) => Value;
  readonly #numbers = new Place();
  readonly #known: Map<string, number> | undefined;
  /** Positions that hold for the value at hand: the first `#count`. */
  readonly #holding: number[] = [];
  #count = 0;
  readonly #hold = (position: number): void => {
    this.#holding[this.#count] = position;
    this.#count += 1;
  };

  constructor(column: Column) {
    this.column = column;
    this.#read = column.reader.value;
    this.byNumber = [new Uint8Array(column.predicates.length)];
    column.predicates.forEach((predicate, position) => {
      this.#sort(predicate, position);
    });
    const isOfThread = column.reader.subject === 'thread' || column.reader.subject === 'lineage';
    const isDear = this.#asked.length > 0 || !this.#parts.isEmpty;
    this.#known = isOfThread && isDear ? new Map<string, number>() : undefined;
  }

  numberOf(moment: Moment): number {
    const value = this.#read(moment);
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
          if (typeof key === 'string' && this.column.reader.type === 'charbuf') {
            this.#beginnings.addWhole(key, position);
            return;
          }
          const positions = this.#members.get(key) ?? [];
          positions.push(position);
          this.#members.set(key, positions);
        });
        break;
      case 'prefix':
        this.#beginnings.add(form.text, position);
        break;
      case 'suffix':
        this.#endings.add(form.text, position);
        break;
      case 'part':
        this.#parts.add(form.text, position);
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
    this.#count = 0;
    if (typeof value === 'string') {
      this.#findInText(value);
    } else if (Array.isArray(value)) {
      this.#findCandidates(value as readonly Scalar[]);
    }
    if (this.#members.size > 0 && !Array.isArray(value)) {
      this.#members.get(keyOf(value as Scalar))?.forEach(this.#hold);
    }
    const { predicates } = this.column;
    for (const position of this.#asked) {
      if ((predicates[position] as Predicate).accepts(value)) {
        this.#hold(position);
      }
    }
    return this.#count === 0 ? NONE : this.#numberNow();
  }

  /** Forms of text are found only in columns of text. */
  #findInText(text: string): void {
    if (!this.#beginnings.isEmpty) {
      this.#beginnings.find(text, this.#hold);
    }
    if (!this.#endings.isEmpty) {
      this.#endings.find(text, this.#hold);
    }
    if (!this.#parts.isEmpty) {
      this.#parts.find(text, this.#hold);
    }
    this.#paths?.find(text, this.#hold);
  }

  /** A question holds if it holds for one of several values; questions about lists as such have no form. */
  #findCandidates(values: readonly Scalar[]): void {
    for (const value of values) {
      if (typeof value === 'string') {
        this.#beginnings.find(value, this.#hold);
      }
      this.#members.get(keyOf(value))?.forEach(this.#hold);
    }
    const found = [...new Set(this.#holding.slice(0, this.#count))].sort((a, b) => a - b);
    this.#count = 0;
    found.forEach(this.#hold);
  }

  #numberNow(): number {
    let place = this.#numbers;
    for (let i = 0; i < this.#count; i += 1) {
      place = place.step(this.#holding[i] as number);
    }
    if (place.number === undefined) {
      const answers = new Uint8Array(this.column.predicates.length);
      for (let i = 0; i < this.#count; i += 1) {
        answers[this.#holding[i] as number] = 1;
      }
      place.number = this.byNumber.push(answers) - 1;
    }
    return place.number;
  }
}

/** Answers to the questions of the first columns: where classes that have them go on. */
interface Beginning {
  readonly place: Place;
  /** By column. */
  readonly numbers: readonly number[];
}

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #columns: readonly ColumnAnswers[];
  readonly #predicateCount: number;
  readonly #classes = new Place();
  /** Of the subject at hand, by column. */
  readonly #numbers: number[];
  #classCount = 0;

  constructor(columns: readonly Column[], predicateCount: number) {
    this.#columns = columns.map((column) => new ColumnAnswers(column));
    this.#predicateCount = predicateCount;
    this.#numbers = columns.map(() => NONE);
  }

  /** The class of the subject that `moment` shows. */
  classify(moment: Moment): AnswerClass {
    this.makeRoom();
    return this.#classAt(this.#walk(moment, this.#classes, 0, this.#columns.length));
  }

  /** Ask the first columns only, for {@link classifyFrom}. */
  protected begin(moment: Moment, columnCount: number): Beginning {
    const place = this.#walk(moment, this.#classes, 0, columnCount);
    return { place, numbers: this.#numbers.slice(0, columnCount) };
  }

  /** The class of a subject whose answers to the first columns are known. */
  protected classifyFrom({ place, numbers }: Beginning, moment: Moment): AnswerClass {
    const end = this.#walk(moment, place, numbers.length, this.#columns.length);
    if (end.made !== undefined) {
      return end.made;
    }
    numbers.forEach((number, i) => {
      this.#numbers[i] = number;
    });
    return this.#classAt(end);
  }

  /** Beginnings are void when it was called. */
  protected forget(): void {
    this.#classCount = 0;
    this.#classes.clear();
    this.#columns.forEach((column) => {
      column.forget();
    });
  }

  #walk(moment: Moment, from: Place, first: number, end: number): Place {
    const columns = this.#columns;
    let place = from;
    for (let i = first; i < end; i += 1) {
      const number = (columns[i] as ColumnAnswers).numberOf(moment);
      this.#numbers[i] = number;
      if (number !== NONE) {
        place = place.step(i + number * columns.length);
      }
    }
    return place;
  }

  /** To be called before anything is classified. */
  protected makeRoom(): void {
    if (this.#classCount >= MAX_CLASSES) {
      this.forget();
    }
  }

  #classAt(place: Place): AnswerClass {
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
}

/**
 * Classes of descriptors. Without endpoints, kind and flags decide the answers to all columns but those of the
 * name, so these are asked once for each kind and set of flags; an open then asks about its name alone. (Classes
 * kept by name, in a table of 65,536, took longer: the table does not fit in a processor's cache.)
 */
export class DescriptorClassifier extends Classifier {
  readonly #beginnings = new Map<FileDescriptor['kind'], Map<number, Beginning>>();
  readonly #unnamedCount: number;
  /** The beginning that was used last: most descriptors are files of one kind. */
  #last: Beginning | undefined = undefined;
  #lastKind: FileDescriptor['kind'] = 'uninitialized';
  #lastFlags = 0;

  constructor(unnamed: readonly Column[], named: readonly Column[], predicateCount: number) {
    super([...unnamed, ...named], predicateCount);
    this.#unnamedCount = unnamed.length;
  }

  /** The class of `fd`, which is the descriptor of `moment`. */
  classifyDescriptor(fd: FileDescriptor, moment: Moment): AnswerClass {
    if (fd.tuple !== undefined) {
      return this.classify(moment);
    }
    this.makeRoom();
    const { kind, flags } = fd;
    if (kind === this.#lastKind && flags === this.#lastFlags && this.#last !== undefined) {
      return this.classifyFrom(this.#last, moment);
    }
    let ofKind = this.#beginnings.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#beginnings.set(kind, ofKind);
    }
    let beginning = ofKind.get(flags);
    if (beginning === undefined) {
      beginning = this.begin(moment, this.#unnamedCount);
      ofKind.set(flags, beginning);
    }
    this.#lastKind = kind;
    this.#lastFlags = flags;
    this.#last = beginning;
    return this.classifyFrom(beginning, moment);
  }

  protected override forget(): void {
    super.forget();
    this.#beginnings.clear();
    this.#last = undefined;
  }
}
