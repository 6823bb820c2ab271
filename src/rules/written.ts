/**
 * Conditions as they were written, names of macros and lists left in them: for those who explain rules. Loading keeps
 * them only where it is asked to.
 */
import type { Condition, Position } from './ast.js';

/** A rule as written. */
export interface WrittenRule {
  /** With its exceptions behind it: an `and` of the condition and `not (...)` for each of `exceptions`, where it has some. */
  readonly condition: Condition;
  /** Names of the exceptions that have values, in order. Text. */
  readonly exceptions: readonly string[];
}

/** An item that a later one changed: it took its place, or appended to it, or replaced parts of it. */
export interface Overridden {
  readonly kind: 'list' | 'macro' | 'rule';
  readonly how: 'replaced' | 'appended' | 'changed';
  /** Text. */
  readonly name: string;
  readonly before: Position;
  /** Where the later item was written. */
  readonly by: Position;
}

/** Everything as written. */
export interface Written {
  /** By name, a byte string. */
  readonly rules: ReadonlyMap<string, WrittenRule>;
  /** By name, text. */
  readonly macros: ReadonlyMap<string, Condition>;
  /** In the order of loading. */
  readonly overridden: readonly Overridden[];
}
