/** Differences in a GitHub workflow: a notice at the line of each rule. GitHub shows ten of a step. */
import { escapeLine, grouped } from '../../output/index.js';
import { annotate } from '../words/annotate.js';
import { counted } from '../words/counted.js';
import { countsText, type DifferenceReport } from './report.js';
import type { RuleDifference } from './tally.js';

/** Rules that get a notice of their own. */
const MAX_OWN = 9;

/** The commands, the most differences first. */
export function differenceNotices({ modes }: DifferenceReport): readonly string[] {
  const rules = modes.find(({ match }) => match === 'all')?.rules ?? [];
  const own = rules.slice(0, MAX_OWN).map(noticeOf);
  const [last] = rules.slice(MAX_OWN);
  return last === undefined
    ? own
    : [...own, annotate('notice', placeOf(last), `${counted(rules.length - MAX_OWN, 'more rule')} with other alerts than before`)]; // prettier-ignore
}

function noticeOf(rule: RuleDifference): string {
  const text = `${escapeLine(rule.name)}: ${countsText(rule.counts, grouped)}`;
  return annotate('notice', placeOf(rule), text);
}

function placeOf({ at }: RuleDifference): { readonly path: string; readonly line: number } {
  return { path: at.file, line: at.line };
}
