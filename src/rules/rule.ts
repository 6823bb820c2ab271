/** A rule after loading: everything resolved and checked, ready to be compiled. */
import type { Position, Resolved } from './ast.js';

/** From most to least urgent; the index is the rank. */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;
export type Priority = (typeof PRIORITIES)[number];

/** One rule. */
export interface Rule {
  readonly name: string;
  /** Position in loading order: which rule is asked first. */
  readonly index: number;
  readonly description: string;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly isEnabled: boolean;
  /** Exceptions are folded in, macros and lists resolved. */
  readonly condition: Resolved;
  /** The condition's text as written, appended parts included. */
  readonly conditionText: string;
  readonly output: string;
  readonly at: Position;
}

/** A rules file (or several, in order) that loaded. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}
