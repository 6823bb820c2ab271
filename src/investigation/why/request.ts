/** What `explain` was asked, in words. */
import type { TimeRequest } from '../evidence/times.js';
import type { Selection } from '../rules/selection.js';

/** The words of the command line, as oclif parsed them. */
export interface ExplainRequest extends Omit<TimeRequest, 'last'>, Omit<Selection, 'rule'> {
  /** The rule's name and the evidence; with `condition`, evidence alone. */
  readonly words: readonly string[];
  readonly condition?: string | undefined;
  readonly rules?: readonly string[] | undefined;
  /** The number of the one event that is asked about. */
  readonly event?: number | undefined;
  readonly filter?: string | undefined;
  readonly match: 'first' | 'all';
  readonly tree: boolean;
  readonly format: 'text' | 'json';
  readonly 'allow-damage': boolean;
  readonly metadata?: readonly string[] | undefined;
}
