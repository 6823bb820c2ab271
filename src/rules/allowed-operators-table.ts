/** Which operators a type of value allows. `exists` is allowed for all. */
import type { FieldType } from '../fields/index.js';
import type { Operator } from './ast.js';

const EQUAL: readonly Operator[] = ['=', '==', '!=', 'in', 'intersects'];
const ORDERED: readonly Operator[] = [...EQUAL, '<', '<=', '>', '>='];
const TEXT: readonly Operator[] = [
  ...ORDERED,
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
  'pmatch',
];
const BUFFER: readonly Operator[] = [
  ...EQUAL,
  'contains',
  'startswith',
  'endswith',
  'bcontains',
  'bstartswith',
];

/** How a type is called in messages, and its operators. */
export interface TypeRow {
  readonly words: string;
  readonly operators: readonly Operator[];
  /** Whether lists of such values can be compared. */
  readonly isListComparable: boolean;
}

const number = (words: string, isListComparable = false): TypeRow => ({
  words,
  operators: ORDERED,
  isListComparable,
});

// prettier-ignore
export const TYPE_TABLE: Readonly<Record<FieldType, TypeRow>> = {
  int8:    number('a number'),
  int16:   number('a number'),
  int32:   number('a number'),
  int64:   number('a number'),
  uint8:   number('a number'),
  uint16:  number('a number'),
  uint32:  number('a number'),
  uint64:  number('a number', true),
  double:  number('a number'),
  port:    number('a port number'),
  abstime: number('a time in nanoseconds', true),
  reltime: number('a duration in nanoseconds', true),
  bool:    { words: 'true or false', operators: EQUAL,  isListComparable: true },
  charbuf: { words: 'a text',        operators: TEXT,   isListComparable: true },
  bytebuf: { words: 'bytes',         operators: BUFFER, isListComparable: false },
  ipaddr:  { words: 'an address',    operators: EQUAL,  isListComparable: true },
  ipnet:   { words: 'a network',     operators: EQUAL,  isListComparable: true },
  dyn:     { words: 'a value',       operators: [...new Set([...TEXT, ...BUFFER])], isListComparable: false },
};

/** Operators of a list of values. */
export const LIST_OPERATORS: readonly Operator[] = ['in', 'intersects'];
