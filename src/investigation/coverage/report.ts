/** What tests cover of rules: worked out of the book, worst first. */
import type { Position } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { percentOf } from '../words/columns.js';
import type { ComparisonCount, CoverageBook, ListCount, RuleCount } from './book.js';

/** Outcomes that were seen, of those that there are: true and false of each comparison. */
export interface Outcomes {
  readonly seen: number;
  readonly all: number;
}

/** A rule and what was seen of it. */
export interface CoveredRule extends Omit<RuleCount, 'comparisons' | 'exceptions'> {
  readonly outcomes: Outcomes;
  readonly comparisons: readonly ComparisonCount[];
  readonly exceptions: readonly {
    readonly name: string;
    readonly at: Position;
    readonly took: number;
  }[];
}

/** A comparison at its place, whatever rules it is part of. */
export interface CoveredComparison {
  readonly text: string;
  readonly at: Position;
  readonly isFixed: boolean;
  readonly wanted: boolean;
  readonly hasAlternative: boolean;
  /** The macro, or else the rule, that has it. */
  readonly owner: string;
  /** The most that any rule saw. */
  readonly asked: number;
  readonly holds: number;
  readonly fails: number;
  readonly missing: number;
  /** Names of the rules. */
  readonly rules: readonly string[];
}

/** A list and its items that never matched. */
export interface CoveredList {
  readonly name: string;
  readonly at: Position;
  readonly itemCount: number;
  readonly unmatched: readonly string[];
}

/** Everything, each list with the worst first. */
export interface CoverageReport {
  /** Paths of what was replayed. */
  readonly evidence: readonly string[];
  readonly rules: readonly CoveredRule[];
  readonly enabledCount: number;
  /** Enabled rules that were true at some event. */
  readonly firedCount: number;
  readonly idleCount: number;
  /** Of the comparisons of enabled rules, each at its place. */
  readonly outcomes: Outcomes;
  readonly comparisons: readonly CoveredComparison[];
  readonly lists: readonly CoveredList[];
  readonly unusedMacros: readonly { readonly name: string; readonly at: Position }[];
}

/** Work the report out. */
export function coverageReport(book: CoverageBook, evidence: readonly string[]): CoverageReport {
  const rules = [...book.rules.values()].map(coveredRule).sort(worseRule);
  const enabled = rules.filter(({ isEnabled }) => isEnabled);
  const comparisons = comparisonsByPlace(enabled);
  return {
    evidence,
    rules,
    enabledCount: enabled.length,
    firedCount: enabled.filter(({ fired }) => fired > 0).length,
    idleCount: book.idleCount,
    outcomes: sumOf(comparisons.map(outcomesOf)),
    comparisons,
    lists: [...book.lists.values()].map(coveredList).sort(worseList),
    unusedMacros: [...book.macros.values()].filter(({ isUsed }) => !isUsed).sort(byPlace),
  };
}

/** Whether a comparison was asked, and never true, though it could have been. */
export function isNeverTrue({ asked, holds, isFixed, wanted }: CoveredComparison): boolean {
  return asked > 0 && holds === 0 && (wanted || !isFixed);
}

/** Why a comparison that was never true need not be a fault; `needed`: it may well be one. */
export type Role = 'needed' | 'alternative' | 'allowance';

/** What a comparison is for, as far as the replay shows it. */
export function roleOf({
  wanted,
  hasAlternative,
}: Pick<CoveredComparison, 'wanted' | 'hasAlternative'>): Role {
  return !wanted ? 'allowance' : hasAlternative ? 'alternative' : 'needed';
}

/** Whether a comparison was asked, and nothing showed what happens where it is false. */
export function isNeverFalse({ asked, fails, isFixed, wanted }: CoveredComparison): boolean {
  return asked > 0 && fails === 0 && !(isFixed && wanted);
}

/** Of a comparison that the type of the event decides, only the outcome that the rule wants. */
function outcomesOf({
  isFixed,
  wanted,
  holds,
  fails,
}: Pick<CoveredComparison, 'isFixed' | 'wanted' | 'holds' | 'fails'>): Outcomes {
  const [sawTrue, sawFalse] = [Number(holds > 0), Number(fails > 0)];
  return isFixed
    ? { seen: wanted ? sawTrue : sawFalse, all: 1 }
    : { seen: sawTrue + sawFalse, all: 2 };
}

function coveredRule(rule: RuleCount): CoveredRule {
  const comparisons = [...rule.comparisons.values()];
  const outcomes = comparisons.map((each) =>
    outcomesOf({ ...each, fails: each.asked - each.holds }),
  );
  return {
    ...rule,
    outcomes: sumOf(outcomes),
    comparisons,
    exceptions: [...rule.exceptions.values()],
  };
}

function sumOf(parts: readonly Outcomes[]): Outcomes {
  return {
    seen: parts.reduce((sum, { seen }) => sum + seen, 0),
    all: parts.reduce((sum, { all }) => sum + all, 0),
  };
}

function comparisonsByPlace(rules: readonly CoveredRule[]): readonly CoveredComparison[] {
  const byPlace = new Map<string, CoveredComparison>();
  for (const rule of rules) {
    for (const count of rule.comparisons) {
      const { text, at } = count;
      const key = JSON.stringify([at.file, at.line, at.column, text]);
      const known = byPlace.get(key);
      const found = comparisonOf(count, rule.name);
      byPlace.set(key, known === undefined ? found : together(known, found));
    }
  }
  return [...byPlace.values()].sort((a, b) => b.asked - a.asked || comparePlaces(a, b));
}

function comparisonOf(count: ComparisonCount, rule: string): CoveredComparison {
  const { through, asked, holds, ...same } = count;
  const owner = through.at(-1) ?? rule;
  return { ...same, asked, holds, fails: asked - holds, owner, rules: [rule] };
}

/** One comparison in two rules, or in one rule twice. */
function together(a: CoveredComparison, b: CoveredComparison): CoveredComparison {
  return {
    ...a,
    isFixed: a.isFixed && b.isFixed,
    wanted: a.wanted || b.wanted,
    hasAlternative: a.hasAlternative || b.hasAlternative,
    asked: Math.max(a.asked, b.asked),
    holds: Math.max(a.holds, b.holds),
    fails: Math.max(a.fails, b.fails),
    missing: Math.max(a.missing, b.missing),
    rules: [...new Set([...a.rules, ...b.rules])],
  };
}

/** Those that run first; then those that never fired; then by the share of outcomes that was seen. */
function worseRule(a: CoveredRule, b: CoveredRule): number {
  return (
    Number(b.isEnabled) - Number(a.isEnabled) ||
    Number(a.fired > 0) - Number(b.fired > 0) ||
    percentOf(a.outcomes.seen, a.outcomes.all) - percentOf(b.outcomes.seen, b.outcomes.all) ||
    comparePlaces(a, b)
  );
}

function coveredList({ name, at, items }: ListCount): CoveredList {
  const unmatched = [...items]
    .filter(([, isMatched]) => !isMatched)
    .map(([text]) => textOfBytes(text));
  return { name, at, itemCount: items.size, unmatched };
}

function worseList(a: CoveredList, b: CoveredList): number {
  return b.unmatched.length - a.unmatched.length || comparePlaces(a, b);
}

const byPlace = comparePlaces;

function comparePlaces(a: { readonly at: Position }, b: { readonly at: Position }): number {
  return (
    Number(a.at.file > b.at.file) - Number(a.at.file < b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column
  );
}
