/**
 * The operators of conditions: how each is spelt and what may stand on its right. The parser tries them in
 * this order, so an operator that another one begins with comes after it. What a field's type allows
 * is in allowed-operators-table.ts.
 */
import type { Operator } from './ast.js';

/** One operator. */
export interface OperatorRow {
  readonly operator: Operator;
  /** What follows: nothing, a number, one text, or a list. */
  readonly right: 'nothing' | 'number' | 'text' | 'list';
}

// prettier-ignore
export const OPERATOR_TABLE: readonly OperatorRow[] = [
  { operator: 'exists',      right: 'nothing' },
  { operator: '<=',          right: 'number' },
  { operator: '<',           right: 'number' },
  { operator: '>=',          right: 'number' },
  { operator: '>',           right: 'number' },
  { operator: '==',          right: 'text' },
  { operator: '=',           right: 'text' },
  { operator: '!=',          right: 'text' },
  { operator: 'glob',        right: 'text' },
  { operator: 'iglob',       right: 'text' },
  { operator: 'contains',    right: 'text' },
  { operator: 'icontains',   right: 'text' },
  { operator: 'bcontains',   right: 'text' },
  { operator: 'startswith',  right: 'text' },
  { operator: 'bstartswith', right: 'text' },
  { operator: 'endswith',    right: 'text' },
  { operator: 'regex',       right: 'text' },
  { operator: 'intersects',  right: 'list' },
  { operator: 'in',          right: 'list' },
  { operator: 'pmatch',      right: 'list' },
];

export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;

/** Whether an operator is a word and not made of signs. */
export function isWordOperator(operator: string): boolean {
  return /^[a-z]/.test(operator);
}
