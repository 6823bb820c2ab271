/**
 * Rules after loading: everything resolved and checked, ready to be compiled. Texts are byte strings (see
 * units.ts), as everything that is compared or printed with what a capture holds.
 */
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

/** A priority by its name in any case; `info` is short for informational. */
export function parsePriority(text: string): Priority | undefined {
  const lower = text.toLowerCase();
  return lower === 'info'
    ? 'Informational'
    : PRIORITIES.find((priority) => priority.toLowerCase() === lower);
}

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
  /** Names of the macros and lists that the condition names itself. */
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  /** Names of fields that the rule's exceptions compare, sorted. */
  readonly exceptionFields: readonly string[];
  /** Whether the rule asks for a capture to be taken, and for how long (0: until it is stopped). */
  readonly isCaptured: boolean;
  readonly captureMs: number;
  readonly at: Position;
}

/** A rule for a source that no evidence has: kept, never asked. */
export interface IdleRule {
  readonly name: string;
  readonly source: string;
  readonly priority: Priority;
  readonly at: Position;
}

/** A macro or list that rules are written with, for showing. */
export interface Building {
  readonly kind: 'macro' | 'list';
  readonly name: string;
  /** A macro's condition, or a list's items with commas between, as written. */
  readonly text: string;
  /** A list's items, as written. */
  readonly items: readonly string[];
  /** Names of macros and lists that it names itself, sorted. */
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly at: Position;
}

/** A rules file (or several, in order) that loaded. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Rules of other sources, in loading order. */
  readonly idle: readonly IdleRule[];
  /** All macros and lists, in loading order. */
  readonly buildings: readonly Building[];
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}
