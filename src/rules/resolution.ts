/** What becomes of a condition when its names are replaced; `resolve.ts` does it. */
import type { Resolved } from './ast.js';

/** A condition without names, and what it took to get there. */
export interface Resolution {
  readonly condition: Resolved;
  readonly size: number;
  readonly depth: number;
  /** Names of macros and lists that the text itself names. */
  readonly macros: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}
