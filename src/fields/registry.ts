/**
 * All catalogues, and from a field as written to the field compiled. To add a class of fields, add its
 * catalogue to the list. Names are unique; a name as written is the longest catalogue name it begins with,
 * then perhaps an argument, in brackets or after a dot.
 */
import { CONTAINER_CATALOGUE } from './container-catalog.js';
import { CT_CATALOGUE } from './ct-catalog.js';
import { EVT_CATALOGUE, EVT_SYSCALL_CATALOGUE } from './evt-catalog.js';
import { FD_CATALOGUE } from './fd-catalog.js';
import { FDLIST_CATALOGUE } from './fdlist-catalog.js';
import { FS_PATH_CATALOGUE } from './fs-path-catalog.js';
import type {
  Catalogue,
  CompiledField,
  FieldArgument,
  FieldRow,
  FieldSettings,
  Value,
} from './field.js';
import { GROUP_CATALOGUE } from './group-catalog.js';
import { JEVT_CATALOGUE, JSON_CATALOGUE } from './json-catalog.js';
import { K8S_CATALOGUE } from './k8s-catalog.js';
import { KA_CATALOGUE } from './ka-catalog.js';
import { nearestNames, type NameLookups } from './nearest.js';
import { PROCESS_CATALOGUE } from './process-catalog.js';
import { EVT_TABLE_CATALOGUE, THREAD_TABLE_CATALOGUE } from './table-only-catalog.js';
import { USER_CATALOGUE } from './user-catalog.js';
import { UTC } from './zone.js';
import type { Moment } from '../state/index.js';

export const CATALOGUES: readonly Catalogue[] = [
  EVT_CATALOGUE,
  EVT_SYSCALL_CATALOGUE,
  EVT_TABLE_CATALOGUE,
  PROCESS_CATALOGUE,
  THREAD_TABLE_CATALOGUE,
  USER_CATALOGUE,
  GROUP_CATALOGUE,
  FD_CATALOGUE,
  FS_PATH_CATALOGUE,
  FDLIST_CATALOGUE,
  CONTAINER_CATALOGUE,
  K8S_CATALOGUE,
  KA_CATALOGUE,
  CT_CATALOGUE,
  JSON_CATALOGUE,
  JEVT_CATALOGUE,
];

/** A row and the class it stands in. */
export interface ListedField {
  readonly row: FieldRow;
  readonly catalogue: Catalogue;
}

/** Every field, by name. */
export const FIELDS: ReadonlyMap<string, ListedField> = new Map(
  CATALOGUES.flatMap((catalogue) =>
    catalogue.rows.map((row) => [row.name, { row, catalogue }] as const),
  ),
);

export const DEFAULT_SETTINGS: FieldSettings = { zone: UTC };

/** Why a field as written is none. */
export type FieldProblem =
  | {
      readonly kind: 'unknown-field';
      readonly name: string;
      /** Fields of nearly that name, nearest first; looked for when asked. */
      readonly nearest: (lookups?: NameLookups) => readonly string[];
    }
  | { readonly kind: 'other-source'; readonly name: string; readonly sources: readonly string[] }
  | { readonly kind: 'argument-missing'; readonly name: string }
  | { readonly kind: 'argument-not-allowed'; readonly name: string; readonly argument: string }
  | {
      readonly kind: 'argument-bad';
      readonly name: string;
      readonly argument: string;
      /** One sentence. */
      readonly why: string;
    };

export type FieldResult =
  | { readonly field: CompiledField; readonly problem?: undefined }
  | { readonly field?: undefined; readonly problem: FieldProblem };

/** The fields that events of `source` have, in the order of their catalogues. */
export function fieldsOfSource(source: string): readonly ListedField[] {
  return [...FIELDS.values()].filter(({ catalogue }) => hasSource(catalogue, source));
}

function hasSource(catalogue: Catalogue, source: string): boolean {
  return catalogue.sources?.includes(source) ?? true;
}

/**
 * Compile a field: its name as written (`proc.name`, `evt.arg.flags`), what stands in brackets behind it
 * (`undefined` without brackets), and the source whose events it is read from.
 */
export function compileField(
  name: string,
  argument: string | undefined,
  source: string,
  settings: FieldSettings = DEFAULT_SETTINGS,
): FieldResult {
  const exact = FIELDS.get(name);
  if (exact !== undefined) {
    return compileListed(exact, name, argument, { source, settings, isDotted: false });
  }
  const dotted = dottedField(name);
  if (dotted === undefined || argument !== undefined) {
    return { problem: unknownField(name, source) };
  }
  return compileListed(dotted.listed, name, dotted.argument, { source, settings, isDotted: true });
}

/** Compile a field whose brackets, if it has some, are still part of the text: `proc.aname[2]`. */
export function compileFieldText(
  text: string,
  source: string,
  settings: FieldSettings = DEFAULT_SETTINGS,
): FieldResult {
  const bracket = text.indexOf('[');
  return bracket >= 0 && text.endsWith(']')
    ? compileField(text.slice(0, bracket), text.slice(bracket + 1, -1), source, settings)
    : compileField(text, undefined, source, settings);
}

/** No field that a text follows has a longer name, with its argument behind a dot. */
const MAX_FOLLOWED_NAME = 80;

/** The field whose name (`text` of the result) is the longest beginning of a word: `proc.names` is `proc.name` and an "s". */
export function longestField(
  word: string,
  source: string,
  settings: FieldSettings = DEFAULT_SETTINGS,
): CompiledField | undefined {
  const whole = compileField(word, undefined, source, settings).field;
  if (whole !== undefined) {
    return whole;
  }
  for (let length = Math.min(word.length - 1, MAX_FOLLOWED_NAME); length > 2; length -= 1) {
    const { field } = compileField(word.slice(0, length), undefined, source, settings);
    if (field !== undefined) {
      return field;
    }
  }
  return undefined;
}

/** The longest catalogue name in front of a dot, where that field takes its argument after a dot. */
function dottedField(name: string): { listed: ListedField; argument: string } | undefined {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const listed = FIELDS.get(name.slice(0, dot));
    if (listed !== undefined) {
      return listed.row.argument?.isDotted === true
        ? { listed, argument: name.slice(dot + 1) }
        : undefined;
    }
  }
  return undefined;
}

function unknownField(name: string, source: string): FieldProblem {
  return {
    kind: 'unknown-field',
    name,
    nearest: (lookups) => {
      const names = fieldsOfSource(source).map(({ row }) => row.name);
      const near = nearestNames(name, names, 3, lookups);
      // the message may be about one of several sources, and the word meant for another
      return near.length > 0 ? near : nearestNames(name, FIELDS.keys(), 3, lookups);
    },
  };
}

interface Compilation {
  readonly source: string;
  readonly settings: FieldSettings;
  readonly isDotted: boolean;
}

function compileListed(
  { row, catalogue }: ListedField,
  name: string,
  argument: string | undefined,
  { source, settings, isDotted }: Compilation,
): FieldResult {
  if (!hasSource(catalogue, source)) {
    return { problem: { kind: 'other-source', name: row.name, sources: catalogue.sources ?? [] } };
  }
  const problem = argumentProblem(row, argument, isDotted);
  if (problem !== undefined) {
    return { problem };
  }
  const parsed = argument === undefined ? undefined : parseArgument(argument);
  const text = argument === undefined || isDotted ? name : `${name}[${argument}]`;
  return { field: fieldOf(row, text, parsed, settings) };
}

function fieldOf(
  row: FieldRow,
  text: string,
  argument: FieldArgument | undefined,
  settings: FieldSettings,
): CompiledField {
  const field: CompiledField = {
    row,
    text,
    argument,
    type: row.typeOf?.(argument) ?? row.type,
    read: readerOf(row, argument, settings),
  };
  const filter = row.filter;
  return filter === undefined || filter.isFor?.(argument) === false
    ? field
    : { ...field, filterValues: (moment) => filter.values(moment, argument) };
}

function readerOf(
  row: FieldRow,
  argument: FieldArgument | undefined,
  settings: FieldSettings,
): (moment: Moment) => Value {
  if (row.bind !== undefined) {
    return row.bind(argument, settings);
  }
  const { read } = row;
  return argument === undefined
    ? (read as (moment: Moment) => Value)
    : (moment) => read(moment, argument);
}

const INDEX = /^\+?\d+$/;
const MAX_INDEX = 2 ** 31 - 1;

function parseArgument(text: string): FieldArgument {
  const index = INDEX.test(text) ? Number(text) : undefined;
  return { text, index: index !== undefined && index <= MAX_INDEX ? index : undefined };
}

function argumentProblem(
  row: FieldRow,
  argument: string | undefined,
  isDotted: boolean,
): FieldProblem | undefined {
  const { name } = row;
  if (argument === undefined) {
    return row.argument?.isRequired === true ? { kind: 'argument-missing', name } : undefined;
  }
  const form = row.argument;
  if (form === undefined || (form.isNeverBracketed === true && !isDotted)) {
    return { kind: 'argument-not-allowed', name, argument };
  }
  const why =
    form.form === 'index' && parseArgument(argument).index === undefined
      ? 'the argument is a number, 0 or more'
      : form.problem?.(argument, isDotted);
  return why === undefined ? undefined : { kind: 'argument-bad', name, argument, why };
}
