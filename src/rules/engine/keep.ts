/**
 * Kept answers. What rules ask of a thread (or a descriptor) is answered when it changes, not at each
 * event: the answers to all questions about it form its *class*. Everything here is bounded, since paths, descriptors and
 * processes come from an attacker: a full table is emptied and filled anew.
 */
import type { Moment } from '../../state/index.js';
import { PredicateIndex, NONE } from './predicate-index.js';
import { TrieNode } from './trie.js';
import type { Column } from './predicate.js';
import { TextBytes } from './text-bytes.js';
import { UNKNOWN } from './tree.js';

/** Distinct classes of one kind. */
const MAX_CLASSES = 8_192;

/** The answers that subjects of one kind share: equal answers, same object (until the table was full). */
export interface AnswerClass {
  readonly owner: Classifier;
  /** By predicate id: 0, 1, or UNKNOWN for predicates about something else. */
  readonly answers: Uint8Array;
}

/** Answers to the questions of the first columns: where classes that have them go on. */
export interface Beginning {
  readonly place: TrieNode<AnswerClass>;
  /** By column. */
  readonly numbers: readonly number[];
  /** Of the paths that go on from here: their classes, by the place behind all columns but those of paths. */
  readonly byPlace: Map<TrieNode<AnswerClass>, ClassesByState>;
}

/** By state of the path automaton; `undefined` where no path went yet. */
export type ClassesByState = (AnswerClass | undefined)[];

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #columns: readonly PredicateIndex[];
  readonly #predicateCount: number;
  readonly #classes = new TrieNode<AnswerClass>();
  /** Of the subject at hand, by column. */
  readonly #numbers: number[];
  #classCount = 0;

  constructor(columns: readonly Column[], predicateCount: number) {
    const text = new TextBytes();
    this.#columns = columns.map((column) => new PredicateIndex(column, text));
    this.#predicateCount = predicateCount;
    this.#numbers = columns.map(() => NONE);
  }

  /** The class of the subject that `moment` shows. */
  classify(moment: Moment): AnswerClass {
    this.makeRoom();
    return this.#classAt(this.walk(moment, this.#classes, 0, this.#columns.length));
  }

  /** Ask the first columns only, for {@link classifyFrom}. */
  protected begin(moment: Moment, columnCount: number): Beginning {
    const place = this.walk(moment, this.#classes, 0, columnCount);
    return { place, numbers: this.#numbers.slice(0, columnCount), byPlace: new Map() };
  }

  /** The class of a subject whose answers to the first columns are known. */
  protected classifyFrom({ place, numbers }: Beginning, moment: Moment): AnswerClass {
    const end = this.walk(moment, place, numbers.length, this.#columns.length);
    if (end.meaning !== undefined) {
      return end.meaning;
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

  /** Where the answers to columns from `first` up to `end` lead. */
  protected walk(
    moment: Moment,
    from: TrieNode<AnswerClass>,
    first: number,
    end: number,
  ): TrieNode<AnswerClass> {
    const columns = this.#columns;
    let place = from;
    for (let i = first; i < end; i += 1) {
      const number = (columns[i] as PredicateIndex).numberOf(moment);
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

  #classAt(place: TrieNode<AnswerClass>): AnswerClass {
    return (place.meaning ??= this.#newClass());
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
