/**
 * The answers to all questions about the values of one column, as small numbers: two values have the same
 * number if all answers about them are equal. Bounded with the classes that are made of the numbers.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import { keyOf, type ValueKey } from './operators.js';
import { PathPrefixes } from './path-prefixes.js';
import { Place } from './place.js';
import type { Column, Predicate } from './predicate.js';
import { TextEnds } from './text-ends.js';
import { TextParts } from './text-parts.js';

/** Texts of one column whose numbers are remembered, and the longest: together at most 2 MB a column. */
const MAX_KNOWN = 2_048;
const MAX_KNOWN_BYTES = 1_024;
/** The number of a value for which no predicate of its column holds: an absent one, and most others. */
export const NONE = 0;

/**
 * Questions of the usual forms (members, prefixes, suffixes, parts, paths) are looked up for all predicates at once; the rest is asked in turn. About threads the same values come back
 * again and again (command lines, parents), so the numbers of texts that are asked about are remembered.
 */
export class ColumnAnswers {
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
  readonly #numbers = new Place<number>();
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
    if (place.meaning === undefined) {
      const answers = new Uint8Array(this.column.predicates.length);
      for (let i = 0; i < this.#count; i += 1) {
        answers[this.#holding[i] as number] = 1;
      }
      place.meaning = this.byNumber.push(answers) - 1;
    }
    return place.meaning;
  }
}
