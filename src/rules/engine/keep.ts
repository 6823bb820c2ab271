/**
 * Kept answers. What rules ask of a thread (or a descriptor) is answered when it changes, not at each
 * event: the answers to all questions about it form its *class*. Values of a column repeat, so the
 * answers about a value are remembered too. Everything here is bounded, since paths, descriptors and
 * processes come from an attacker: a full table is emptied and filled anew.
 */
import type { FileDescriptor, Moment } from '../../state/index.js';
import { keyOfValue, type Column } from './predicate.js';
import { UNKNOWN } from './tree.js';

/** Distinct values remembered per column, and their total length: paths may be long on purpose. */
const MAX_VALUES = 65_536;
const MAX_VALUE_BYTES = 8 << 20;
/** Distinct classes of one kind. */
const MAX_CLASSES = 8_192;

/** The answers that subjects of one kind share: equal answers, same object (until the table was full). */
export interface AnswerClass {
  readonly owner: Classifier;
  /** By predicate id: 0, 1, or UNKNOWN for predicates about something else. */
  readonly answers: Uint8Array;
}

/** A map that is emptied when it holds too much. */
class BoundedMap<Key, Value> {
  readonly #map = new Map<Key, Value>();
  #bytes = 0;

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#map.size >= MAX_VALUES || this.#bytes >= MAX_VALUE_BYTES) {
      this.#map.clear();
      this.#bytes = 0;
    }
    this.#bytes += typeof key === 'string' ? key.length : 0;
    this.#map.set(key, value);
  }
}

/** Gives the answers about a column's values as small numbers. */
class ColumnMemo {
  readonly column: Column;
  readonly #byValue = new BoundedMap<string | number | bigint | boolean | undefined, number>();
  readonly #byAnswers = new Map<string, number>();
  /** Answers by number, in the order of the column's predicates. */
  readonly answers: (readonly boolean[])[] = [];

  constructor(column: Column) {
    this.column = column;
  }

  numberOf(moment: Moment): number {
    const value = this.column.reader.value(moment);
    const key = keyOfValue(value);
    const known = this.#byValue.get(key);
    if (known !== undefined) {
      return known;
    }
    const answers = this.column.predicates.map((predicate) => predicate.accepts(value));
    const spelling = answers.map(Number).join('');
    let number = this.#byAnswers.get(spelling);
    if (number === undefined) {
      number = this.answers.push(answers) - 1;
      this.#byAnswers.set(spelling, number);
    }
    this.#byValue.set(key, number);
    return number;
  }
}

/** Sorts subjects into classes by their answers to all questions of the given columns. */
export class Classifier {
  readonly #memos: readonly ColumnMemo[];
  readonly #predicateCount: number;
  readonly #classes = new Map<string, AnswerClass>();
  readonly #numbers: number[];

  constructor(columns: readonly Column[], predicateCount: number) {
    this.#memos = columns.map((column) => new ColumnMemo(column));
    this.#predicateCount = predicateCount;
    this.#numbers = columns.map(() => 0);
  }

  /** The class of the subject that `moment` shows. */
  classify(moment: Moment): AnswerClass {
    for (let i = 0; i < this.#memos.length; i += 1) {
      this.#numbers[i] = (this.#memos[i] as ColumnMemo).numberOf(moment);
    }
    const key = this.#numbers.join(' ');
    return this.#classes.get(key) ?? this.#newClass(key);
  }

  #newClass(key: string): AnswerClass {
    if (this.#classes.size >= MAX_CLASSES) {
      this.#classes.clear();
    }
    const answers = new Uint8Array(this.#predicateCount).fill(UNKNOWN);
    this.#memos.forEach((memo, i) => {
      const known = memo.answers[this.#numbers[i] as number] as readonly boolean[];
      memo.column.predicates.forEach((predicate, at) => {
        answers[predicate.id] = known[at] === true ? 1 : 0;
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
/** Bytes at a name's end that choose its slot; names differ there. */
const HASHED_BYTES = 12;

/**
 * Classes of descriptors without endpoints, by name: kind, flags and name decide every answer about them,
 * and the same files are opened again and again. Without it a third of a replay went into asking each new
 * descriptor (223,047 opens of 2.4 million events). One slot for each hash of a name's end: a Map hashes the
 * whole string and costs twice as much.
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
    const known = this.#slots[slot];
    if (known?.name === name && known.kind === kind && known.flags === flags) {
      return known.answers;
    }
    const answers = this.#classifier.classify(moment);
    this.#slots[slot] = { name, kind, flags, answers };
    return answers;
  }
}

function slotOf(name: string): number {
  let hash = name.length;
  for (let i = Math.max(0, name.length - HASHED_BYTES); i < name.length; i += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  }
  return (hash ^ (hash >>> 16)) & (NAME_SLOTS - 1);
}
