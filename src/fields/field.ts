/**
 * What a field is: the row of a catalogue. Everything about a field stands on its row; readers are pure
 * (evaluating never changes state).
 */
import type { Moment } from '../state/index.js';
import type { Zone } from './zone.js';

/** Types of values, as the rule language compares and prints them. */
export type FieldType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'double'
  | 'bool'
  | 'charbuf'
  | 'bytebuf'
  | 'ipaddr'
  | 'ipnet'
  | 'port'
  | 'abstime'
  | 'reltime'
  | 'dyn';

/**
 * A field's value. `undefined`: not known, or does not apply. Numbers are exact: what may exceed 2^53 is
 * a bigint. Text is a byte string; an address is 4 or 16 bytes; a list field gives an array.
 */
export type Scalar = string | number | bigint | boolean | Uint8Array;
export type Value = Scalar | readonly Scalar[] | undefined;

/**
 * What an answer depends on, which decides how long `rules` may keep it.
 * `type`: the event's code alone. `shape`: a few yes/no facts of the event itself that are cheap to ask
 * (what an open is for, whether it failed). `thread`: the thread itself, its user and container.
 * `lineage`: the thread and its ancestors. `fd`: the descriptor's kind, flags and endpoints alone; `fd-name`: its name
 * too. `event`: anything else, asked at each event (parameters, clock, other threads, counters, a descriptor
 * together with its thread).
 */
export type Subject = 'type' | 'shape' | 'thread' | 'lineage' | 'fd' | 'fd-name' | 'event';

/** Whether a field takes an argument, and of which form. */
export interface ArgumentForm {
  readonly isRequired: boolean;
  /** `index`: a number; `key`: free text; `either`: both. */
  readonly form: 'index' | 'key' | 'either';
  /** May be written after a dot too: `evt.arg.flags`. */
  readonly isDotted?: true;
  /** May not be written in brackets. */
  readonly isNeverBracketed?: true;
  /** What is wrong with an argument, in one sentence; `undefined` where nothing is. */
  readonly problem?: (text: string, isDotted: boolean) => string | undefined;
}

/** How a number is written; `dec` unless said. `none`: the field can be compared, but prints as absent. */
export type NumberFormat = 'dec' | 'hex' | 'oct' | 'padded' | 'none';

/** What fields print depends on this, and on nothing else but the moment. */
export interface FieldSettings {
  /** Zone of every clock field. */
  readonly zone: Zone;
}

/** What stands in the brackets, parsed once when the field is compiled. */
export interface FieldArgument {
  readonly text: string;
  readonly index: number | undefined;
}

/** A file's path, all of it but its last name (of a directory, all of it), and its last name. */
export type PathPart = 'path' | 'directory' | 'file';

/** How a filter reads a field that it compares with several values. */
export interface FilterForm {
  readonly values: (
    moment: Moment,
    argument: FieldArgument | undefined,
  ) => readonly Scalar[] | undefined;
  readonly notEqual: 'any' | 'all';
  /** Arguments with which a filter compares these values; with others, what `read` gives. Absent: with all. */
  readonly isFor?: (argument: FieldArgument | undefined) => boolean;
  /** What is compared is never known: of all comparisons only `!=` holds, where there is something to compare. */
  readonly isNeverKnown?: true;
}

/** A row of a catalogue. */
export interface FieldRow {
  readonly name: string;
  readonly type: FieldType;
  readonly isList?: true;
  readonly argument?: ArgumentForm;
  readonly subject: Subject;
  /** Where it depends on the argument. */
  readonly subjectOf?: (argument: FieldArgument | undefined) => Subject;
  /** One sentence of our own. */
  readonly doc: string;
  readonly usage?: 'filter-only' | 'print-only';
  readonly isDeprecated?: true;
  /**
   * What the field says of a known subject where the capture does not say: an empty text, 0, -1. It is a value that
   * filters see, and `read` gives it; `undefined` is left for what does not apply, and prints as `<NA>`.
   */
  readonly absent?: string;
  /** Some fields depend on less or more with an argument (`proc.aname[2]` or without). */
  readonly read: (moment: Moment, argument: FieldArgument | undefined) => Value;
  /**
   * Fields that a *filter* compares with several values in turn: `fd.ip` with both ends, `proc.aname` (no
   * index) with every ancestor. `undefined` from `values` means absent; without any value it exists, but no
   * comparison holds. A comparison holds when it holds
   * for any of them; with `notEqual: 'all'`, `!=` must hold for all.
   */
  readonly filter?: FilterForm;
  /** Makes the reader once where argument or settings take work to resolve; `read` is not used then. */
  readonly bind?: (
    argument: FieldArgument | undefined,
    settings: FieldSettings,
  ) => (moment: Moment) => Value;
  /** Of files it is this part of the path, and nothing else: `rules` then asks once for all paths that are alike. */
  readonly pathPart?: PathPart;
  readonly format?: NumberFormat;
  /** Prints a value where its type's usual way (see print.ts) is not the reference's. */
  readonly print?: (value: Scalar) => string;
  /** Type where it depends on the argument, and text where it depends on the event (`evt.rawarg`). */
  readonly typeOf?: (argument: FieldArgument | undefined) => FieldType;
  readonly render?: (moment: Moment, argument: FieldArgument | undefined) => string | undefined;
  /** What stands in JSON instead of the value (clock fields: nanoseconds). */
  readonly json?: (moment: Moment) => Value;
  /** A filter's `=` holds for every value up to the right side. */
  readonly equalsUpTo?: true;
  /** Neither transformers nor another field on the other side of a comparison are possible. */
  readonly refuses?: readonly ('transformer' | 'field')[];
}

/** The fields of one class, and the sources whose events have them. */
export interface Catalogue {
  /** As `list fields` groups them: `evt`, `process`, `fd`, `container` ... */
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  /** `undefined`: events of every source have them. */
  readonly sources: readonly string[] | undefined;
  /** Whether lists of fields leave these out, as the reference's do. */
  readonly isUnlisted?: true;
  readonly rows: readonly FieldRow[];
}

/** A field with its argument, resolved once; what rules and templates hold. */
export interface CompiledField {
  readonly row: FieldRow;
  /** As written: `proc.aname[2]`. */
  readonly text: string;
  readonly argument: FieldArgument | undefined;
  /** The row's type, or the argument's (`evt.rawarg`). */
  readonly type: FieldType;
  readonly read: (moment: Moment) => Value;
  /** For rows with `filter` (where it applies to this argument): what a filter compares instead. */
  readonly filterValues?: (moment: Moment) => readonly Scalar[] | undefined;
}
