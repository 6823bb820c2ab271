/** Coverage as a rule author reads it: the totals, then what is missing, the worst first; each section is bounded. */
import { escapeText, evidenceName, grouped } from '../../output/index.js';
import type { Position } from '../../rules/index.js';
import { counted } from '../words/counted.js';
import { linedUp, percentText, type Side } from '../words/columns.js';
import { pageOf } from '../words/page.js';
import { shortPlace } from '../why/place.js';
import {
  isNeverFalse,
  isNeverTrue,
  roleOf,
  type CoverageReport,
  type CoveredComparison,
  type CoveredList,
  type CoveredRule,
} from './report.js';

/** Rows of a section. */
const MAX_ROWS = 20;
/** Items of a list that are named, and the length of one. */
const MAX_ITEMS = 6;
const MAX_ITEM = 40;

/** How rows are lined up. */
interface Table {
  readonly sides: readonly Side[];
  readonly head?: readonly string[];
}

const TEXTS: Table = { sides: ['left', 'left', 'left'] };
const COMPARISONS: Table = { sides: ['left', 'left', 'right', 'left'] };
const LISTS: Table = { sides: ['left', 'right', 'left', 'left'] };
const RULES: Table = {
  sides: ['right', 'right', 'right', 'left', 'left'],
  head: ['outcomes', '', 'fired', 'rule', ''],
};

/** Comparisons that were never true, by what that may mean. */
const ROLES = [
  ['needed', 'Never true'],
  ['alternative', 'Never true, where an alternative was'],
  ['allowance', 'Never true, so that nothing was left out'],
] as const;

/** The whole page. */
export function coverageText(report: CoverageReport): string {
  const { rules, comparisons, lists, unusedMacros } = report;
  const never = comparisons.filter(isNeverTrue);
  const sections = [
    totals(report),
    section('Never fired', silentRules(report), silentRow, TEXTS),
    section('Rules, the least covered first', rules.filter(isIncomplete), ruleRow, RULES),
    ...ROLES.map(([role, heading]) =>
      section(heading, never.filter((each) => roleOf(each) === role), comparisonRow, COMPARISONS),
    ),
    section('Never false', comparisons.filter(isNeverFalse), comparisonRow, COMPARISONS),
    section('Exceptions that took nothing', idleExceptions(rules), exceptionRow, TEXTS),
    section('Lists with items that never matched', lists.filter(({ unmatched }) => unmatched.length > 0), listRow, LISTS),
    section('Macros that no rule uses', unusedMacros, macroRow, TEXTS),
  ]; // prettier-ignore
  return pageOf(sections);
}

function totals(report: CoverageReport): readonly string[] {
  const { enabledCount, firedCount, outcomes, rules, idleCount, evidence } = report;
  const disabled = rules.length - enabledCount;
  const others = [
    ...(disabled > 0 ? [`${grouped(disabled)} disabled`] : []),
    ...(idleCount > 0 ? [`${grouped(idleCount)} for sources that no evidence has`] : []),
  ];
  const beside = others.length === 0 ? '' : ` (besides ${others.join(', ')})`;
  return linedUp(
    [
      ['rules fired', `${grouped(firedCount)} of ${grouped(enabledCount)}`, percentText(firedCount, enabledCount) + beside], // prettier-ignore
      ['outcomes seen', `${grouped(outcomes.seen)} of ${grouped(outcomes.all)}`, percentText(outcomes.seen, outcomes.all)], // prettier-ignore
      ['evidence', grouped(evidence.length), evidence.length === 1 ? evidenceName(evidence[0] ?? '') : ''], // prettier-ignore
    ],
    ['left', 'right', 'left'],
  );
}

/** A heading with the number of rows, and the rows as far as there is room. */
function section<T>(
  heading: string,
  all: readonly T[],
  row: (each: T) => readonly string[],
  { sides, head }: Table,
): readonly string[] {
  if (all.length === 0) {
    return [];
  }
  const rows = all.slice(0, MAX_ROWS).map(row);
  const more = all.length - rows.length;
  return [
    `${heading}: ${grouped(all.length)}`,
    ...linedUp(head === undefined ? rows : [head, ...rows], sides).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${grouped(more)} more; -f json has all`] : []),
  ];
}

/** Those first that had the most events to fire at. */
function silentRules({ rules }: CoverageReport): readonly CoveredRule[] {
  return rules
    .filter(({ isEnabled, fired }) => isEnabled && fired === 0)
    .sort((a, b) => b.domain - a.domain);
}

function silentRow({ name, at, domain, deciding }: CoveredRule): readonly string[] {
  const part = deciding === undefined ? '' : `: nothing passed ${escapeText(deciding.text)}`;
  const why =
    domain === 0 ? 'no event of its types' : `${counted(domain, 'event')} of its types${part}`;
  return [shortPlace(at), `"${escapeText(name)}"`, why];
}

function comparisonRow({ text, at, asked, owner, rules }: CoveredComparison): readonly string[] {
  return [
    shortPlace(at),
    escapeText(text),
    counted(asked, 'event'),
    escapeText(usesText(owner, rules)),
  ];
}

/** `"A"`; of a macro, `macro m, 38 rules`. */
function usesText(owner: string, rules: readonly string[]): string {
  return rules.includes(owner) ? `"${owner}"` : `macro ${owner}, ${counted(rules.length, 'rule')}`;
}

interface IdleException {
  readonly name: string;
  readonly at: Position;
  readonly rule: string;
}

function idleExceptions(rules: readonly CoveredRule[]): readonly IdleException[] {
  return rules
    .filter(({ isEnabled }) => isEnabled)
    .flatMap((rule) =>
      rule.exceptions
        .filter(({ took }) => took === 0)
        .map(({ name, at }) => ({ name, at, rule: rule.name })),
    );
}

function exceptionRow({ name, at, rule }: IdleException): readonly string[] {
  return [shortPlace(at), escapeText(name), `rule "${escapeText(rule)}"`];
}

function listRow({ name, at, itemCount, unmatched }: CoveredList): readonly string[] {
  const shown = unmatched.slice(0, MAX_ITEMS).map((item) => {
    const short = item.length > MAX_ITEM ? `${item.slice(0, MAX_ITEM)}...` : item;
    return escapeText(short);
  });
  const more = unmatched.length > shown.length ? ', ...' : '';
  return [
    shortPlace(at),
    `${grouped(unmatched.length)} of ${grouped(itemCount)}`,
    escapeText(name),
    `${shown.join(', ')}${more}`,
  ];
}

function macroRow({ name, at }: CoverageReport['unusedMacros'][number]): readonly string[] {
  return [shortPlace(at), escapeText(name)];
}

function isIncomplete({ isEnabled, outcomes, fired }: CoveredRule): boolean {
  return isEnabled && (fired === 0 || outcomes.seen < outcomes.all);
}

function ruleRow({ name, at, outcomes, fired }: CoveredRule): readonly string[] {
  return [
    `${grouped(outcomes.seen)} of ${grouped(outcomes.all)}`,
    percentText(outcomes.seen, outcomes.all),
    grouped(fired),
    `"${escapeText(name)}"`,
    shortPlace(at),
  ];
}
