/**
 * Kept answers. What rules ask of a thread (or a descriptor) is answered when it changes, not at each
 * event: the answers to all questions about it form its *class*. Everything here is bounded, since paths, descriptors and
 * processes come from an attacker: a full table is emptied and filled anew.
 */
import type { FileDescriptor, Moment } from '../../state/index.js';
import { ColumnAnswers, NONE } from './column-answers.js';
import { MAX_STATES, NO_STATE, PathMachine } from './path-machine.js';
import { Place } from './place.js';
import type { Column } from './predicate.js';
import { TextBytes } from './text-bytes.js';
import { UNKNOWN } from './tree.js';

/** Distinct classes of one kind. */
const MAX_CLASSES = 8_192;
/** Places behind one beginning for which classes are kept by state, in 32 kB each. */
const MAX_PLACES = 16;

/** The answers that subjects of one kind share: equal answers, same object (until the table was full). */
export interface AnswerClass {
  readonly owner: Classifier;
  /** By predicate id: 0, 1, or UNKNOWN for predicates about something else. */
  readonly answers: Uint8Array;
}

/** Answers to the questions of the first columns: where classes that have them go on. */
interface Beginning {
  readonly place: Place<AnswerClass>;
  /** By column. */
  readonly numbers: readonly number[];
  /** Of the paths that go on from here: their classes, by the place behind all columns but those of paths. */
  readonly byPlace: Map<Place<AnswerClass>, ClassesByState>;
}

/** By state of the path machine; `undefined` where no path went yet. */
type ClassesByState = (AnswerClass | undefined)[];

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #columns: readonly ColumnAnswers[];
  readonly #predicateCount: number;
  readonly #classes = new Place<AnswerClass>();
  /** Of the subject at hand, by column. */
  readonly #numbers: number[];
  #classCount = 0;

  constructor(columns: readonly Column[], predicateCount: number) {
    const text = new TextBytes();
    this.#columns = columns.map((column) => new ColumnAnswers(column, text));
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
    from: Place<AnswerClass>,
    first: number,
    end: number,
  ): Place<AnswerClass> {
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

  #classAt(place: Place<AnswerClass>): AnswerClass {
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

/**
 * Classes of descriptors. Without endpoints, kind and flags decide the answers to all columns but those of the
 * name, so these are asked once for each kind and set of flags; about the path that an open has just made, a state of the
 * {@link PathMachine} says the rest.
 */
export class DescriptorClassifier extends Classifier {
  readonly #beginnings = new Map<FileDescriptor['kind'], Map<number, Beginning>>();
  readonly #unnamedCount: number;
  readonly #otherCount: number;
  readonly #paths: PathMachine;
  /** What was asked for last: nearly all opens are of plain files. */
  #lastKind: FileDescriptor['kind'] | undefined = undefined;
  #lastFlags = 0;
  #last: Beginning | undefined = undefined;
  #lastPlace: Place<AnswerClass> | undefined = undefined;
  #lastByState: ClassesByState = [];

  constructor(unnamed: readonly Column[], named: readonly Column[], predicateCount: number) {
    const { others, paths } = apart(named);
    super([...unnamed, ...others, ...paths], predicateCount);
    this.#unnamedCount = unnamed.length;
    this.#otherCount = others.length;
    this.#paths = new PathMachine(paths);
  }

  /** The class of `fd`, which is the descriptor of `moment`. */
  classifyDescriptor(fd: FileDescriptor, moment: Moment): AnswerClass {
    if (fd.tuple !== undefined) {
      return this.classify(moment);
    }
    this.makeRoom();
    const { kind, flags } = fd;
    if (this.#last === undefined || kind !== this.#lastKind || flags !== this.#lastFlags) {
      this.#last = this.#beginningOf(kind, flags, moment);
      this.#lastKind = kind;
      this.#lastFlags = flags;
      this.#lastPlace = undefined;
    }
    const { paths } = moment.world;
    const state = paths.lastOwner === fd ? this.#paths.stateOf(paths) : NO_STATE;
    return state === NO_STATE
      ? this.#classifyAsked(this.#last, moment)
      : this.#classifyPath(this.#last, state, moment);
  }

  #classifyAsked(beginning: Beginning, moment: Moment): AnswerClass {
    const asked = this.classifyFrom(beginning, moment);
    if (this.#paths.isFull) {
      this.#paths.clear();
      this.#forgetBeginnings();
    }
    return asked;
  }

  #classifyPath(beginning: Beginning, state: number, moment: Moment): AnswerClass {
    const unnamed = this.#unnamedCount;
    const end = unnamed + this.#otherCount;
    const byState = this.#classesAt(beginning, this.walk(moment, beginning.place, unnamed, end));
    const known = byState[state];
    if (known !== undefined) {
      return known;
    }
    const made = this.classifyFrom(beginning, moment);
    byState[state] = made;
    return made;
  }

  #classesAt(beginning: Beginning, place: Place<AnswerClass>): ClassesByState {
    if (place !== this.#lastPlace) {
      this.#lastByState = classesAt(beginning.byPlace, place);
      this.#lastPlace = place;
    }
    return this.#lastByState;
  }

  #beginningOf(kind: FileDescriptor['kind'], flags: number, moment: Moment): Beginning {
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
    return beginning;
  }

  protected override forget(): void {
    super.forget();
    this.#forgetBeginnings();
  }

  #forgetBeginnings(): void {
    this.#beginnings.clear();
    this.#last = undefined;
  }
}

function classesAt(byPlace: Beginning['byPlace'], place: Place<AnswerClass>): ClassesByState {
  const known = byPlace.get(place);
  if (known !== undefined) {
    return known;
  }
  if (byPlace.size >= MAX_PLACES) {
    byPlace.clear();
  }
  const made = new Array<undefined>(MAX_STATES).fill(undefined);
  byPlace.set(place, made);
  return made;
}

/** The questions about paths that have a form, apart from all others. */
function apart(columns: readonly Column[]): {
  others: readonly Column[];
  paths: readonly Column[];
} {
  const part = ({ reader, predicates }: Column, isOfPaths: boolean): Column => ({
    reader,
    predicates: predicates.filter(
      ({ form }) => isOfPaths === (reader.pathPart !== undefined && form !== undefined),
    ),
  });
  const parts = (isOfPaths: boolean) =>
    columns
      .map((column) => part(column, isOfPaths))
      .filter(({ predicates }) => predicates.length > 0);
  return { others: parts(false), paths: parts(true) };
}
