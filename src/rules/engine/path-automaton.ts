/**
 * Sorts absolute paths: two that end in the same state have the same answers to all questions about them, their directories
 * and their file names. What the answers are is asked once for each state; later opens cost a pass over the bytes of a name.
 *
 * It is a finite automaton whose states are made when a path first leads there, as regular-expression engines do it.
 * Bounded: paths are an attacker's. When there are too many states all are dropped; when that happens again and again, it
 * gives up, and every path is asked about.
 */
import type { PendingPaths } from '../../state/index.js';
import type { PathPart } from '../../fields/index.js';
import type { Column } from './predicate.js';
import { TextBytes } from './text-bytes.js';
import { TextQuestions, UNSURE, type Look } from './text-questions.js';
import { CODES } from './text-search.js';

/** The stock rules need some hundred. */
export const MAX_STATES = 4_096;
/** Making a state takes about as long as asking some ten questions. */
const MAX_FRESH_STARTS = 16;
const SLASH = 0x2f;
const NONE = 0;
/** Such a path must be asked about. */
export const NO_STATE: number = NONE;
const FIRST_STATE = 1;

/** Where a path is, and each part of it that questions are about. */
interface PathState {
  readonly path: Look;
  /** Of the path as a directory, as it is and as it was before the last slash. */
  readonly directory: Look;
  readonly above: Look | undefined;
  readonly file: Look;
}

/** One for the columns about paths of one set of rules. */
export class PathAutomaton {
  readonly #questions: Readonly<Record<PathPart, TextQuestions>> = {
    path: new TextQuestions(),
    directory: new TextQuestions(),
    file: new TextQuestions(),
  };
  readonly #states: (PathState | undefined)[] = [];
  readonly #ids = new Map<string, number>();
  /** By state: 1 where a pattern may match. */
  readonly #isUnsure = new Uint8Array(MAX_STATES);
  /** By byte: bytes of one kind lead to the same states. Rows of the table are short then, and stay near the processor. */
  readonly #kinds: Uint8Array;
  /** How far the number of a state is shifted to make room for a kind. */
  readonly #shift: number;
  /** By state and kind of byte: the state that follows; `NONE` until a path went there. */
  #next = new Uint16Array(0);
  #freshStarts = 0;
  readonly #text = new TextBytes();
  /** The directory that relative paths were last behind, and the state at its end. */
  #directory = '';
  #behindDirectory = NONE;
  /** Where reading stopped, and in which state, if it came to its end nowhere. */
  #stoppedAt = 0;
  #lastState = NONE;

  /** Columns whose values are {@link PathPart}s; of their predicates, those that have a form. */
  constructor(columns: readonly Column[]) {
    for (const { reader, predicates } of columns) {
      const part = reader.pathPart;
      predicates.forEach(({ form }) => {
        if (part !== undefined && form !== undefined) {
          this.#questions[part].add(form, part === 'file' ? '' : '/');
        }
      });
    }
    const { path, directory, file } = this.#questions;
    const bytes = new Set([SLASH, ...path.bytes, ...directory.bytes, ...file.bytes]);
    this.#kinds = new Uint8Array(CODES);
    [...bytes].forEach((byte, i) => {
      this.#kinds[byte] = (i + 1) % CODES;
    });
    this.#shift = Math.ceil(Math.log2(Math.min(bytes.size + 1, CODES)));
    this.clear();
  }

  /** Whether it must be cleared (by who knows what else depends on states) before it can go on. */
  get isFull(): boolean {
    return this.#states.length >= MAX_STATES && this.#freshStarts < MAX_FRESH_STARTS;
  }

  /** Forget all states. */
  clear(): void {
    this.#freshStarts += 1;
    this.#states.length = 0;
    this.#ids.clear();
    this.#next.fill(NONE);
    this.#directory = '';
    this.#states.push(undefined);
    const { path, directory, file } = this.#questions;
    this.#idOf({
      path: path.begin(),
      directory: directory.begin(),
      above: undefined,
      file: file.begin(),
    });
  }

  /** The state of the path that was taken last, below {@link MAX_STATES}; `NO_STATE` if it must be asked about. */
  stateOf({ directory, bytes, from, to }: PendingPaths): number {
    const first = directory === '' ? bytes[from] : directory.charCodeAt(0);
    if (first !== SLASH) {
      return NONE;
    }
    const state = this.#lead(bytes, this.#behind(directory), from, to);
    return this.#isUnsure[state] === 1 ? NONE : state;
  }

  #behind(directory: string): number {
    if (directory === '') {
      return FIRST_STATE;
    }
    if (directory !== this.#directory) {
      this.#text.take(directory);
      this.#behindDirectory = this.#lead(this.#text.bytes, FIRST_STATE, 0, directory.length);
      this.#directory = directory;
    }
    return this.#behindDirectory;
  }

  #lead(bytes: Uint8Array, start: number, from: number, to: number): number {
    const state = this.#read(bytes, start, from, to);
    return state === NONE ? this.#explore(bytes, to) : state;
  }

  /**
   * Where bytes lead from a state, on ways that were gone before; `NONE` where one begins that was not. (Apart: with the
   * making of states in this loop it takes ten times as long to compile, and all opens wait for it.)
   */
  #read(bytes: Uint8Array, start: number, from: number, to: number): number {
    const kinds = this.#kinds;
    const shift = this.#shift;
    const next = this.#next;
    let state = start;
    for (let i = from; i < to; i += 1) {
      const following = next[(state << shift) | (kinds[bytes[i] as number] as number)] as number;
      if (following === NONE) {
        this.#lastState = state;
        this.#stoppedAt = i;
        return NONE;
      }
      state = following;
    }
    return state;
  }

  /** From where {@link PathAutomaton.#read} stopped, on ways that were not gone before. */
  #explore(bytes: Uint8Array, to: number): number {
    let state = this.#lastState;
    for (let i = this.#stoppedAt; i < to && state !== NONE; i += 1) {
      const byte = bytes[i] as number;
      const kind = this.#kinds[byte] as number;
      const known = this.#next[(state << this.#shift) | kind] as number;
      state = known === NONE ? this.#follow(state, byte) : known;
    }
    return state;
  }

  /** Where a byte leads that was not seen in this state before; `NONE` when there are too many states. */
  #follow(id: number, byte: number): number {
    const { path, directory, above, file } = this.#states[id] as PathState;
    const isSlash = byte === SLASH;
    const questions = this.#questions;
    const next = this.#idOf({
      path: questions.path.next(path, byte),
      directory: questions.directory.next(directory, byte),
      above: isSlash ? directory : above,
      file: isSlash ? questions.file.begin() : questions.file.next(file, byte),
    });
    this.#next[(id << this.#shift) | (this.#kinds[byte] as number)] = next;
    return next;
  }

  #idOf(state: PathState): number {
    const { path, directory, above, file } = state;
    const key = [path, directory, above, file].map((look) => look?.key).join('/');
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const id = this.#states.length;
    if (id >= MAX_STATES) {
      return NONE;
    }
    this.#states.push(state);
    this.#ids.set(key, id);
    const isUnsure = [path, directory, above, file].some(
      (look) => look?.held.includes(UNSURE) === true,
    );
    this.#isUnsure[id] = Number(isUnsure);
    if (this.#next.length <= id << this.#shift) {
      const larger = new Uint16Array((2 * id + 2) << this.#shift);
      larger.set(this.#next);
      this.#next = larger;
    }
    return id;
  }
}
