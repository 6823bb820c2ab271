/**
 * What the items of rules files say, as written, and what they add up to. A definition is one item of a
 * file; the collected list, macro or rule is what all items of that name make together, in order.
 */
import type { Context } from './problem.js';
import type { Priority } from './rule.js';
import type { PlacedText } from './source-text.js';

/** A list of the rules. `index` orders definitions; what was defined before `visibility` may be used. */
export interface ListDefinition {
  readonly name: string;
  readonly index: number;
  readonly visibility: number;
  readonly items: readonly PlacedText[];
  readonly context: Context;
}

/** A macro of the rules; a condition may consist of several parts that were appended. */
export interface MacroDefinition {
  readonly name: string;
  readonly index: number;
  readonly visibility: number;
  readonly condition: readonly PlacedText[];
  readonly context: Context;
}

/** A text, or a list of such; what exceptions are made of. */
export type Entry =
  | { readonly isList: false; readonly text: PlacedText }
  | { readonly isList: true; readonly items: readonly Entry[] };

/** An exception as it is written: what is not given is `undefined`. */
export interface ExceptionPart {
  readonly name: string;
  readonly fields: Entry | undefined;
  readonly comps: Entry | undefined;
  readonly values: readonly Entry[];
  readonly context: Context;
}

/** A field of an exception and the operator that its values are compared with. */
export interface ExceptionField {
  readonly field: PlacedText;
  /** Glue where it was left out. */
  readonly operator: PlacedText | string;
}

/** A whole exception. */
export interface ExceptionDefinition {
  readonly name: string;
  /** One field whose values are single texts, or several whose values are rows. */
  readonly isSingle: boolean;
  readonly fields: readonly ExceptionField[];
  readonly values: readonly Entry[];
  readonly context: Context;
}

/** The parts of a rule that an item may change, each `undefined` where it does not. */
export interface RuleChanges {
  readonly condition?: PlacedText | undefined;
  readonly output?: PlacedText | undefined;
  readonly description?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly exceptions?: readonly ExceptionPart[] | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly isCaptured?: boolean | undefined;
  readonly captureMs?: number | undefined;
  readonly warnsAboutEventTypes?: boolean | undefined;
  readonly skipsIfUnknownFilter?: boolean | undefined;
}

/** A rule of the rules. */
export interface RuleDefinition {
  readonly name: string;
  readonly index: number;
  readonly source: string;
  readonly isSourceKnown: boolean;
  readonly condition: readonly PlacedText[];
  readonly output: readonly PlacedText[];
  readonly description: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly exceptions: readonly ExceptionDefinition[];
  readonly isEnabled: boolean;
  readonly isCaptured: boolean;
  readonly captureMs: number;
  readonly warnsAboutEventTypes: boolean;
  readonly skipsIfUnknownFilter: boolean;
  readonly context: Context;
}
