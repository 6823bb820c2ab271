/**
 * The answers to all questions about the values of one column, as small numbers: two values have the same
 * number if all answers about them are equal. Bounded with the classes that are made of the numbers.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import { SparseSet } from './sparse-set.js';
import { keyOf, type ValueKey } from './operators.js';
import { PathPrefixes } from './path-prefixes.js';
import { TrieNode } from './trie.js';
import type { Column, Predicate } from './predicate.js';
import type { TextBytes } from './text-bytes.js';
import { TextEnds } from './text-ends.js';
import { TextParts } from './text-parts.js';

/** Texts of one column whose numbers are remembered, and the longest: together at most 2 MB a column. */
const MAX_KNOWN = 2_048;
const MAX_KNOWN_BYTES = 1_024;
/** The number of a value for which no predicate of its column holds: an absent one, and most others. */
export const NONE = 0;

/**
 * Questions of the usual forms (members, prefixes, suffixes, parts, paths, patterns) are looked up for all predicates at
 * once; the rest is asked in turn. About threads the same values come back again and again (command lines, parents),
 * so the numbers of texts that are asked about are remembered.
 */
export class PredicateIndex {
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
  /** Positions of the predicates that must be asked: of all texts, and of those that begin in a certain way. */
  readonly #asked: number[] = [];
  readonly #patterns = new TextEnds('start');
  readonly #likely: SparseSet;
  /** Shared by the columns of a subject, which ask about the same texts. */
  readonly #text: TextBytes;
  readonly #read: (moment: Moment) => Value;
  readonly #numbers = new TrieNode<number>();
  readonly #known: Map<string, number> | undefined;
  /** The value that was asked about last: most columns have the same for thread after thread. */
  #lastValue: Value = undefined;
  #lastNumber: number = NONE;
  #lastList: readonly Scalar[] | undefined = undefined;
  #lastListNumber: number = NONE;
  readonly #found: SparseSet;

  constructor(column: Column, text: TextBytes) {
    this.column = column;
    this.#text = text;
    this.#read = column.reader.value;
    this.byNumber = [new Uint8Array(column.predicates.length)];
    this.#found = new SparseSet(column.predicates.length);
    this.#likely = new SparseSet(column.predicates.length);
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
    if (typeof value === 'object') {
      return this.#numberOfObject(value);
    }
    if (value !== this.#lastValue) {
      this.#lastNumber = this.#find(value);
      this.#lastValue = value;
    }
    return this.#lastNumber;
  }

  /** Lists are never changed. They are compared item by item: a process's ancestors are those of the one before it, mostly. */
  #numberOfObject(value: Uint8Array | readonly Scalar[]): number {
    if (value instanceof Uint8Array) {
      return this.#judge(value); // it may be the same object with other content
    }
    if (value !== this.#lastList) {
      if (this.#lastList === undefined || !isSameList(value, this.#lastList)) {
        this.#lastListNumber = this.#judge(value);
      }
      this.#lastList = value;
    }
    return this.#lastListNumber;
  }

  #find(value: Exclude<Value, undefined>): number {
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
    this.#lastValue = undefined;
    this.#lastList = undefined;
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
      case 'pattern':
        this.#patterns.add(form.beginning, position);
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
    const found = this.#found;
    found.clear();
    if (typeof value === 'string') {
      this.#findInText(value);
    } else if (Array.isArray(value)) {
      this.#findCandidates(value as readonly Scalar[]);
    }
    if (this.#members.size > 0 && !Array.isArray(value)) {
      this.#findMember(value as Scalar);
    }
    const { predicates } = this.column;
    for (const position of this.#asked) {
      if ((predicates[position] as Predicate).accepts(value)) {
        found.add(position);
      }
    }
    return found.count === 0 ? NONE : this.#numberNow();
  }

  /** Forms of text are found only in columns of text. */
  #findInText(text: string): void {
    const found = this.#found;
    const { length } = text;
    this.#text.take(text);
    const { bytes } = this.#text;
    if (!this.#beginnings.isEmpty) {
      this.#beginnings.find(bytes, length, found);
    }
    if (!this.#endings.isEmpty) {
      this.#endings.find(bytes, length, found);
    }
    if (!this.#parts.isEmpty) {
      this.#parts.find(bytes, length, found);
    }
    this.#paths?.find(text, bytes, found);
    if (!this.#patterns.isEmpty) {
      this.#findPatterns(text, bytes);
    }
  }

  #findPatterns(text: string, bytes: Uint8Array): void {
    const likely = this.#likely;
    likely.clear();
    this.#patterns.find(bytes, text.length, likely);
    for (let i = 0; i < likely.count; i += 1) {
      const position = likely.positions[i] as number;
      if ((this.column.predicates[position] as Predicate).accepts(text)) {
        this.#found.add(position);
      }
    }
  }

  #findMember(value: Scalar): void {
    const positions = this.#members.get(keyOf(value));
    if (positions !== undefined) {
      this.#found.addAll(positions);
    }
  }

  /** A question holds if it holds for one of several values; questions about lists as such have no form. */
  #findCandidates(values: readonly Scalar[]): void {
    for (const value of values) {
      if (typeof value === 'string') {
        this.#text.take(value);
        this.#beginnings.find(this.#text.bytes, value.length, this.#found);
      }
      this.#findMember(value);
    }
  }

  #numberNow(): number {
    const found = this.#found;
    found.sort();
    let place = this.#numbers;
    for (let i = 0; i < found.count; i += 1) {
      place = place.step(found.positions[i] as number);
    }
    if (place.meaning === undefined) {
      const answers = new Uint8Array(this.column.predicates.length);
      for (let i = 0; i < found.count; i += 1) {
        answers[found.positions[i] as number] = 1;
      }
      place.meaning = this.byNumber.push(answers) - 1;
    }
    return place.meaning;
  }
}

/** Whether two lists have the same items; never for addresses, whose bytes may change. */
function isSameList(one: readonly Scalar[], other: readonly Scalar[]): boolean {
  if (one.length !== other.length) {
    return false;
  }
  for (let i = 0; i < one.length; i += 1) {
    if (one[i] !== other[i] || typeof one[i] === 'object') {
      return false;
    }
  }
  return true;
}
