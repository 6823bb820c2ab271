/** A mistake in a condition or output that reads well. */
import type { FieldProblem } from '../fields/index.js';
import type { Position } from './ast.js';
import type { Fix } from './suggest.js';

/** What is wrong, and where. */
export interface Fault extends Span {
  readonly message: string;
  readonly fix: Fix;
  /** Whether something is unknown that another version may know: `skip-if-unknown-filter` forgives that. */
  readonly isUnknown: boolean;
  /** Where a field is none: why. */
  readonly problem?: FieldProblem;
}

/** A piece of the text. */
export interface Span {
  readonly at: Position;
  /** Characters to underline. */
  readonly length: number;
}

/** A fault in one line. */
export function faultOf({ at, length }: Span, message: string, fix: Fix, isUnknown = false): Fault {
  return { message, at, length, fix, isUnknown };
}
