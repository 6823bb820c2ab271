/** Coverage as JSON: the shape is described in docs/why.md. */
import { placeJson } from '../why/json.js';
import { percentOf } from '../words/columns.js';
import type { ComparisonCount } from './book.js';
import {
  isNeverFalse,
  isNeverTrue,
  roleOf,
  type CoverageReport,
  type CoveredComparison,
  type CoveredList,
  type CoveredRule,
  type Outcomes,
} from './report.js';

/** Items of a list that are named. */
const MAX_ITEMS = 1000;

/** One object, ready to be written. */
export function coverageJson(report: CoverageReport): object {
  const { enabledCount, firedCount } = report;
  return {
    evidence: report.evidence,
    rules_enabled: enabledCount,
    rules_fired: firedCount,
    rules_fired_percent: percentOf(firedCount, enabledCount),
    rules_idle: report.idleCount,
    outcomes: outcomesJson(report.outcomes),
    rules: report.rules.map(ruleJson),
    comparisons: report.comparisons.map(comparisonJson),
    lists: report.lists.map(listJson),
    unused_macros: report.unusedMacros.map(({ name, at }) => ({ name, at: placeJson(at) })),
  };
}

function outcomesJson({ seen, all }: Outcomes): object {
  return { seen, all, percent: percentOf(seen, all) };
}

function ruleJson(rule: CoveredRule): object {
  const { name, source, at, isEnabled, fired, domain, deciding } = rule;
  return {
    name,
    source,
    at: placeJson(at),
    is_enabled: isEnabled,
    fired,
    domain_events: domain,
    deciding: deciding === undefined ? null : { text: deciding.text, at: placeJson(deciding.at) },
    outcomes: outcomesJson(rule.outcomes),
    comparisons: rule.comparisons.map(countJson),
    exceptions: rule.exceptions.map(({ name: called, at: place, took }) => ({
      name: called,
      at: placeJson(place),
      took,
    })),
  };
}

function countJson(count: ComparisonCount): object {
  const { text, at, through, isFixed, asked, holds, missing } = count;
  return {
    text,
    at: placeJson(at),
    through,
    is_fixed: isFixed,
    role: roleOf(count),
    asked,
    true: holds,
    false: asked - holds,
    missing,
  };
}

function comparisonJson(comparison: CoveredComparison): object {
  const { text, at, isFixed, asked, holds, fails, missing, owner, rules } = comparison;
  return {
    text,
    at: placeJson(at),
    owner,
    is_fixed: isFixed,
    role: roleOf(comparison),
    asked,
    true: holds,
    false: fails,
    missing,
    is_never_true: isNeverTrue(comparison),
    is_never_false: isNeverFalse(comparison),
    rules,
  };
}

function listJson({ name, at, itemCount, unmatched }: CoveredList): object {
  return {
    name,
    at: placeJson(at),
    items: itemCount,
    unmatched: unmatched.length,
    unmatched_items: unmatched.slice(0, MAX_ITEMS),
  };
}
