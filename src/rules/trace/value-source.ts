/**
 * Values that traces ask about: each is read once an event, whoever asks, and what came of a value before is found by the value.
 * One source stands for one field (with its transformers) of one kind of events.
 */
import type { Scalar, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Column } from '../engine/predicate.js';
import { keyOf, type ValueKey } from '../engine/operators.js';

/** Values of a source that are kept, and what their texts may take, in bytes. */
const MAX_VALUES = 8192;
const MAX_VALUE_BYTES = 1 << 20;
/** Longer values are not kept. */
const MAX_VALUE_LENGTH = 4096;
/** Notes of all askers about the kept values of one source: of many askers, few values. A note takes 60 bytes. */
const MAX_NOTES = 262_144;
/** Values beyond those: the last ones are remembered too, without being kept. */
export const MAX_RECENT = 512;

/** Answers that belong together, in the order of the column's questions. */
export interface ColumnClass {
  readonly id: number;
  readonly answers: Uint8Array;
}

/** What one asker knows of a value. */
export interface Note {
  readonly class: ColumnClass;
  /** Events at which it was asked. */
  count: number;
}

/** A value, and what its askers know of it. */
export interface SeenValue {
  readonly value: Value;
  readonly key: ValueKey | undefined;
  readonly isList: boolean;
  /** Whether it stays; others are forgotten soon. */
  readonly isKept: boolean;
  /** By asker. */
  readonly notes: (Note | undefined)[];
}

/** All sources that some traces share. */
export class ValueSources {
  readonly #sources = new Map<string, ValueSource>();
  /** Events that were looked at so far. */
  now = 0;

  /** To be called before values of another moment are asked for. */
  nextMoment(): void {
    this.now += 1;
  }

  of({ key, readAnew }: Column): ValueSource {
    let source = this.#sources.get(key);
    if (source === undefined) {
      source = new ValueSource(this, readAnew);
      this.#sources.set(key, source);
    }
    return source;
  }
}

/** The values of one field. */
export class ValueSource {
  readonly #sources: ValueSources;
  readonly #read: (moment: Moment) => Value;
  readonly #kept = new Map<ValueKey | undefined, SeenValue>();
  readonly #recent = new Map<ValueKey | undefined, SeenValue>();
  #askers = 0;
  #bytes = 0;
  #readAt = -1;
  #current: SeenValue | undefined;

  constructor(sources: ValueSources, read: (moment: Moment) => Value) {
    this.#sources = sources;
    this.#read = read;
  }

  /** A number for somebody who notes things about values. */
  join(): number {
    this.#askers += 1;
    return this.#askers - 1;
  }

  at(moment: Moment): SeenValue {
    const { now } = this.#sources;
    if (this.#readAt !== now || this.#current === undefined) {
      this.#current = this.#find(this.#read(moment));
      this.#readAt = now;
    }
    return this.#current;
  }

  /** What was seen, as far as it was kept, in the order of coming. */
  kept(): Iterable<SeenValue> {
    return this.#kept.values();
  }

  /** Forget values that are not kept, with what was noted about them. */
  forgetRecent(): void {
    this.#recent.clear();
    this.#current = undefined;
  }

  #find(value: Value): SeenValue {
    const key = keyOfValue(value);
    return this.#kept.get(key) ?? this.#recent.get(key) ?? this.#newValue(value, key);
  }

  #newValue(value: Value, key: ValueKey | undefined): SeenValue {
    const length = typeof key === 'string' ? key.length : 0;
    const most = Math.min(MAX_VALUES, MAX_NOTES / Math.max(1, this.#askers));
    const isKept =
      length <= MAX_VALUE_LENGTH &&
      this.#kept.size < most &&
      this.#bytes + length <= MAX_VALUE_BYTES;
    const seen = { value, key, isList: Array.isArray(value), isKept, notes: [] };
    if (length > MAX_VALUE_LENGTH) {
      return seen;
    }
    if (isKept) {
      this.#bytes += length;
      this.#kept.set(key, seen);
      return seen;
    }
    if (this.#recent.size >= MAX_RECENT) {
      this.#recent.clear();
    }
    this.#recent.set(key, seen);
    return seen;
  }
}

function keyOfValue(value: Value): ValueKey | undefined {
  if (value === undefined) {
    return undefined;
  }
  return Array.isArray(value)
    ? JSON.stringify((value as readonly Scalar[]).map(keyText))
    : keyOf(value as Scalar);
}

/** Numbers and texts that read alike stay apart. */
function keyText(value: Scalar): string {
  const key = keyOf(value);
  return `${typeof key === 'string' ? 't' : 'n'}${String(key)}`;
}

/** The items of a list, as text, by its key. */
export function textsOfList(key: string): readonly string[] {
  const items = JSON.parse(key) as readonly string[];
  return items.map((item) => item.slice(1));
}
