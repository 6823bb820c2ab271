/** Classes of descriptors: most are of the file that was opened just now, and known by its path. */
import type { FileDescriptor, Moment } from '../../state/index.js';
import { Classifier, type AnswerClass, type Beginning, type ClassesByState } from './keep.js';
import { MAX_STATES, NO_STATE, PathAutomaton } from './path-automaton.js';
import type { TrieNode } from './trie.js';
import type { Column } from './predicate.js';

/** Places behind one beginning for which classes are kept by state, in 32 kB each. */
const MAX_PLACES = 16;

/**
 * Classes of descriptors. Without endpoints, kind and flags decide the answers to all columns but those of the
 * name, so these are asked once for each kind and set of flags; about the path that an open has just made, a state of the
 * {@link PathAutomaton} says the rest.
 */
export class DescriptorClassifier extends Classifier {
  readonly #beginnings = new Map<FileDescriptor['kind'], Map<number, Beginning>>();
  readonly #unnamedCount: number;
  readonly #otherCount: number;
  readonly #paths: PathAutomaton;
  /** What was asked for last: nearly all opens are of plain files. */
  #lastKind: FileDescriptor['kind'] | undefined = undefined;
  #lastFlags = 0;
  #last: Beginning | undefined = undefined;
  #lastPlace: TrieNode<AnswerClass> | undefined = undefined;
  #lastByState: ClassesByState = [];

  constructor(unnamed: readonly Column[], named: readonly Column[], predicateCount: number) {
    const { others, paths } = apart(named);
    super([...unnamed, ...others, ...paths], predicateCount);
    this.#unnamedCount = unnamed.length;
    this.#otherCount = others.length;
    this.#paths = new PathAutomaton(paths);
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

  #classesAt(beginning: Beginning, place: TrieNode<AnswerClass>): ClassesByState {
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

function classesAt(byPlace: Beginning['byPlace'], place: TrieNode<AnswerClass>): ClassesByState {
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
  const part = ({ predicates, ...column }: Column, isOfPaths: boolean): Column => ({
    ...column,
    predicates: predicates.filter(
      ({ form }) => isOfPaths === (column.reader.pathPart !== undefined && form !== undefined),
    ),
  });
  const parts = (isOfPaths: boolean) =>
    columns
      .map((column) => part(column, isOfPaths))
      .filter(({ predicates }) => predicates.length > 0);
  return { others: parts(false), paths: parts(true) };
}
