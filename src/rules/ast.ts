/**
 * The condition language as data: one union, literal `kind`, positions on every node. The grammar is at
 * the top of parse.ts. `Condition` may name macros and lists; `Resolved` does not any more.
 */

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

/** `tolower`, `len` ... applied from the inside out. */
export type Transformer = 'tolower' | 'toupper' | 'b64' | 'basename' | 'len' | 'join' | 'concat';

/** A field as written, with the transformers around it (innermost first). */
export interface FieldExpression {
  readonly kind: 'field';
  readonly name: string;
  readonly argument: string | undefined;
  readonly transformers: readonly Transformer[];
  readonly at: Position;
}

/** The right side of a comparison. Literal text is a byte string, escapes already undone. */
export type Operand =
  | { readonly kind: 'literal'; readonly text: string; readonly at: Position }
  | { readonly kind: 'list'; readonly items: readonly Operand[]; readonly at: Position }
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
  | { readonly kind: 'and'; readonly children: readonly Resolved[] }
  | { readonly kind: 'or'; readonly children: readonly Resolved[] }
  | { readonly kind: 'not'; readonly child: Resolved }
  | Comparison;

/** A condition as written. */
export type Condition =
  | { readonly kind: 'and'; readonly children: readonly Condition[] }
  | { readonly kind: 'or'; readonly children: readonly Condition[] }
  | { readonly kind: 'not'; readonly child: Condition }
  | { readonly kind: 'macro'; readonly name: string; readonly at: Position }
  | Comparison;
