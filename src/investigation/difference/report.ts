/** Everything that two sets of rules differ in, over some evidence. */
import type { RuleChanges } from './rule-changes.js';
import type { Counts, ModeDifference } from './tally.js';

/** Both sets, and what came of them. */
export interface DifferenceReport {
  /** As typed. */
  readonly old: string;
  readonly now: string;
  /** Rules that run. */
  readonly oldCount: number;
  readonly newCount: number;
  readonly evidence: readonly string[];
  readonly rules: RuleChanges;
  readonly modes: readonly ModeDifference[];
}

/** `2 gained, 1 lost, 0 changed`. */
export function countsText(
  { gained, lost, changed }: Counts,
  grouped: (count: number) => string,
): string {
  return `${grouped(gained)} gained, ${grouped(lost)} lost, ${grouped(changed)} changed`;
}

/** What a way to alert is called. */
export const MODE_TITLES = {
  all: 'Alerts of all rules that match (--match all)',
  first: 'Alerts of the first rule that matches (--match first)',
} as const;

/** Why an alert moved from one rule to another, behind both names. */
export const MOVE_REASONS = {
  'asked-first': 'both match, and the latter is asked first now',
  'matches-now': 'the latter matches now, and is asked first',
  'matches-no-more': 'the former no longer matches',
} as const;
