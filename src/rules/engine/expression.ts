/**
 * The left side of a comparison (or `val()` on the right) as a reader of values: a field or a call of
 * several values, with the transformers around it. What it depends on is the weakest of its parts.
 */
import {
  compileField,
  joinerRow,
  TRANSFORMERS,
  type CompiledField,
  type FieldSettings,
  type PathPart,
  type Subject,
  type Value,
  type ValueType,
} from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { Call, CallArgument, FieldExpression } from '../ast.js';

/** Reads an expression at a moment. */
export interface Reader extends ValueType {
  readonly subject: Subject;
  readonly value: (moment: Moment) => Value;
  /** Whether a filter compares several values in turn (`proc.aname`); `value` then gives them all. */
  readonly hasCandidates: boolean;
  /** Whether `!=` must hold for all candidates rather than for any. */
  readonly isNotEqualToAll: boolean;
  /** Whether what is compared is never known, so that only `!=` holds. */
  readonly isNeverKnown?: boolean;
  /** Whether values are those of `evt.rawarg`, which the reference compares in its own way. */
  readonly isRaw?: boolean;
  /** Whether `=` holds for values up to the right side (`evt.around`). */
  readonly equalsUpTo?: boolean;
  /** Which part of a file's path it is. */
  readonly pathPart?: PathPart | undefined;
}

/** Whose events fields are read from, and what the user wants of those that print times. */
export interface FieldScope {
  readonly source: string;
  readonly settings: FieldSettings;
}

/** Compile an expression that was checked when its rule was loaded. */
export function readerOf(expression: FieldExpression, scope: FieldScope): Reader {
  return read(expression, scope, expression.transformers.length === 0);
}

/** `isCompared`: its value itself is compared, and not what a function makes of it. */
function read(expression: FieldExpression, scope: FieldScope, isCompared: boolean): Reader {
  const inner =
    expression.call === undefined
      ? fieldReader(expression, scope, isCompared)
      : callReader(expression.call, expression.argument, scope);
  return expression.transformers.reduce((reader, name): Reader => {
    const row = TRANSFORMERS[name];
    const { value } = reader;
    return {
      ...(row.result(reader) ?? reader),
      subject: reader.subject,
      hasCandidates: false,
      isNotEqualToAll: false,
      pathPart: undefined,
      value: (moment) => row.apply(value(moment)),
    };
  }, inner);
}

/**
 * What two answers together depend on: kept only where one of them covers the other.
 *
 * @returns `event` (never kept) where they depend on different things.
 */
export function weaker(left: Subject, right: Subject): Subject {
  if (left === right && left !== 'shape') {
    return left;
  }
  if (left === 'type' || right === 'type') {
    const other = left === 'type' ? right : left;
    return other === 'shape' ? 'event' : other;
  }
  const isOnDescriptor = (subject: Subject) => subject === 'fd' || subject === 'fd-name';
  if (isOnDescriptor(left) && isOnDescriptor(right)) {
    return 'fd-name';
  }
  const isOnThreads = (subject: Subject) => subject === 'thread' || subject === 'lineage';
  return isOnThreads(left) && isOnThreads(right) ? 'lineage' : 'event';
}

function fieldReader(expression: FieldExpression, scope: FieldScope, isCompared: boolean): Reader {
  const field = fieldOf(expression, scope);
  const candidates = isCompared ? field.filterValues : undefined;
  return {
    type: field.type,
    isList: field.row.isList === true,
    subject: field.row.subjectOf?.(field.argument) ?? field.row.subject,
    value: candidates ?? field.read,
    hasCandidates: candidates !== undefined,
    isNotEqualToAll: field.row.filter?.notEqual === 'all',
    isNeverKnown: candidates !== undefined && field.row.filter?.isNeverKnown === true,
    isRaw: field.row.name === 'evt.rawarg' && isCompared,
    equalsUpTo: field.row.equalsUpTo === true,
    pathPart: field.row.pathPart,
  };
}

function fieldOf(expression: FieldExpression, { source, settings }: FieldScope): CompiledField {
  const { field } = compileField(expression.name, expression.argument, source, settings);
  if (field === undefined) {
    throw new Error(`field ${expression.name} was not checked when its rule was loaded`);
  }
  return field;
}

function callReader(call: Call, selector: string | undefined, scope: FieldScope): Reader {
  const parts = call.arguments.map((argument) => argumentReader(argument, scope));
  const values = (moment: Moment): Value[] => parts.map((part) => part.value(moment));
  const subject = parts.map((part) => part.subject).reduce(weaker, 'type');
  const plain = { subject, hasCandidates: false, isNotEqualToAll: false };
  if (call.function === 'constant') {
    const [only] = parts;
    const isList = only?.isList === true;
    return { ...plain, type: 'charbuf', isList, value: (moment) => only?.value(moment) };
  }
  const row = joinerRow(call.function, selector);
  return { ...plain, ...row.result, value: (moment) => row.apply(values(moment)) };
}

function argumentReader(argument: CallArgument, scope: FieldScope): Reader {
  switch (argument.kind) {
    case 'field':
      return read(argument, scope, false);
    case 'literal':
      return constant(argument.text, false);
    case 'list': {
      const parts = argument.items.map((item) => argumentReader(item, scope));
      return {
        ...constant('', true),
        subject: parts.map((part) => part.subject).reduce(weaker, 'type'),
        value: (moment) => {
          const values = parts.map((part) => part.value(moment));
          return values.includes(undefined) ? undefined : values.flat().filter(isPresent);
        },
      };
    }
  }
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function constant(text: string, isList: boolean): Reader {
  return {
    type: 'charbuf',
    isList,
    subject: 'type',
    value: () => text,
    hasCandidates: false,
    isNotEqualToAll: false,
  };
}
