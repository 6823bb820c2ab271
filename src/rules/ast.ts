/**
 * The condition language as data: one union, literal `kind`, positions on every node. The grammar is at
 * the top of parse.ts. `Condition` may name macros and lists; `Resolved` does not any more.
 */
import type { JOINERS, TRANSFORMERS } from '../fields/index.js';

/** A place in a rules file. `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const UNARY_OPERATORS = ['exists'] as const;
export const LIST_OPERATORS = ['in', 'intersects', 'pmatch'] as const;
export const BINARY_OPERATORS = [
  '=',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
] as const;
export type Operator =
  | (typeof UNARY_OPERATORS)[number]
  | (typeof LIST_OPERATORS)[number]
  | (typeof BINARY_OPERATORS)[number];

/** `tolower`, `len` ... applied from the inside out. (`join` and `concat` are calls, see {@link Call}.) */
export type Transformer = keyof typeof TRANSFORMERS;

/** Functions of several values; `constant` is a literal that a transformer is put around. */
export type CallName = keyof typeof JOINERS | 'constant';

/**
 * A value that is made of several: `join(separator, list)`, `concat(text, text, ...)`,
 * `getopt(arguments, options)[option]`, or a `constant` literal.
 */
export interface Call {
  readonly function: CallName;
  readonly arguments: readonly CallArgument[];
}

/** What a call may be given; a list may hold fields. */
export type CallArgument =
  | Literal
  | FieldExpression
  | { readonly kind: 'list'; readonly items: readonly CallArgument[]; readonly at: Position };

/** A field as written, with the transformers around it (innermost first). */
export interface FieldExpression {
  readonly kind: 'field';
  /** The field, or the function's name where `call` is set. */
  readonly name: string;
  readonly argument: string | undefined;
  readonly transformers: readonly Transformer[];
  /** Set where the transformers are applied to the result of a call and not to a field. */
  readonly call?: Call | undefined;
  /** Where the expression begins, functions included. */
  readonly at: Position;
  /** Where the name itself is, if that is another place. */
  readonly fieldAt?: Position | undefined;
}

/** Literal text: a byte string, escapes already undone. */
export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
  /** Written without quotes, so that it may be a list's name. */
  readonly isBare?: boolean | undefined;
  /** Several words without a comma: a mistake, unless it is the name of a list. */
  readonly mistake?: Error | undefined;
  readonly at: Position;
}

/** The right side of a comparison. */
export type Operand =
  | Literal
  | {
      readonly kind: 'list';
      readonly items: readonly Operand[];
      /** Written without parentheses (`in NAME`): one value, or a list that has exactly one. */
      readonly isOpen?: boolean | undefined;
      readonly at: Position;
    }
  | FieldExpression;

/** A comparison: the leaf of a condition. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly left: FieldExpression;
  readonly operator: Operator;
  /** `oneof`, `allof`, `anyof` in front of the right side's list. */
  readonly modifier: 'oneof' | 'allof' | 'anyof' | undefined;
  /** `undefined` for `exists`. */
  readonly right: Operand | undefined;
  readonly at: Position;
}

/** A condition in which no macro or list name is left. */
export type Resolved =
  | { readonly kind: 'and'; readonly children: readonly Resolved[]; readonly at?: Position }
  | { readonly kind: 'or'; readonly children: readonly Resolved[]; readonly at?: Position }
  | { readonly kind: 'not'; readonly child: Resolved; readonly at?: Position }
  | Comparison;

/** A condition as written. */
export type Condition =
  | { readonly kind: 'and'; readonly children: readonly Condition[]; readonly at?: Position }
  | { readonly kind: 'or'; readonly children: readonly Condition[]; readonly at?: Position }
  | { readonly kind: 'not'; readonly child: Condition; readonly at?: Position }
  | { readonly kind: 'macro'; readonly name: string; readonly at: Position }
  | Comparison;
