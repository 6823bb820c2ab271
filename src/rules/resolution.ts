/** What becomes of conditions and lists when the names in them are replaced; `resolve.ts` does it. */
import type { Literal, Resolved } from './ast.js';
import type { ListDefinition, MacroDefinition } from './definitions.js';

/** A condition without names, and what it took to get there. */
export interface Resolution {
  readonly condition: Resolved;
  readonly size: number;
  readonly depth: number;
  /** The macros and lists that the text itself names, as they were then. */
  readonly macros: ReadonlyMap<string, Resolution>;
  readonly lists: ReadonlyMap<string, ExpandedList>;
}

/** A list with the lists in it replaced, and those that stand in it, as they were then. */
export interface ExpandedList {
  readonly definition: ListDefinition | undefined;
  readonly items: readonly Literal[];
  readonly lists: ReadonlyMap<string, ExpandedList>;
}

/** The macros and lists of a rule set, which filters may use too. */
export interface Definitions {
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  readonly resolutions: ReadonlyMap<string, Resolution>;
}
