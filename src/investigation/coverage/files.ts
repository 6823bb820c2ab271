/** The report for other programs: LCOV, a layer of ATT&CK's Navigator, SARIF. */
import { relative, resolve } from 'node:path';
import {
  grouped,
  lcovText,
  navigatorText,
  sarifText,
  type LcovBranch,
  type LcovFile,
  type SarifFinding,
} from '../../output/index.js';
import type { Position } from '../../rules/index.js';
import { counted } from '../words/counted.js';
import {
  isNeverTrue,
  type CoverageReport,
  type CoveredComparison,
  type CoveredRule,
} from './report.js';

/** Findings that are written; code scanning shows no more. */
const MAX_FINDINGS = 5000;
/** Names of rules in a finding, or a technique. */
const MAX_NAMES = 3;
const MAX_RULES_OF_TECHNIQUE = 50;

/** LCOV's tracefile of enabled rules. */
export function coverageLcov({ rules, comparisons }: CoverageReport): string {
  const files = new Map<string, { rules: CoveredRule[]; comparisons: CoveredComparison[] }>();
  const fileOf = ({ file }: Position) => {
    const known = files.get(file) ?? { rules: [], comparisons: [] };
    files.set(file, known);
    return known;
  };
  rules.filter(({ isEnabled }) => isEnabled).forEach((rule) => fileOf(rule.at).rules.push(rule));
  comparisons.forEach((comparison) => fileOf(comparison.at).comparisons.push(comparison));
  const sorted = [...files].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return lcovText(sorted.map(([path, of]) => lcovFile(path, of.rules, of.comparisons)));
}

function lcovFile(
  path: string,
  rules: readonly CoveredRule[],
  comparisons: readonly CoveredComparison[],
): LcovFile {
  const lines = new Map<number, number>();
  for (const { at, asked } of comparisons) {
    lines.set(at.line, Math.max(asked, lines.get(at.line) ?? 0));
  }
  return {
    path: relative(process.cwd(), resolve(path)),
    functions: [...rules]
      .sort((a, b) => a.at.line - b.at.line)
      .map(({ name, at, fired }) => ({ name, line: at.line, hits: fired })),
    lines,
    branches: [...comparisons]
      .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
      .map(branchOf),
  };
}

function branchOf({ at, asked, holds, fails, isFixed, wanted }: CoveredComparison): LcovBranch {
  const seen = [
    { isTrue: true, count: asked === 0 ? undefined : holds },
    { isTrue: false, count: asked === 0 ? undefined : fails },
  ];
  return {
    line: at.line,
    outcomes: isFixed ? seen.filter(({ isTrue }) => isTrue === wanted) : seen,
  };
}

const TECHNIQUE = /^t\d{4}(?:\.\d{3})?$/i;
const COVERED = { score: 50, label: 'a rule covers it; no test fired one', color: '#ffd966' };
const PROVEN = { score: 100, label: 'a test fired a rule for it', color: '#6aa84f' };

/** Techniques that tags of enabled rules name: covered, or proven. */
export function coverageLayer({ rules }: CoverageReport): string {
  const byTechnique = new Map<string, CoveredRule[]>();
  for (const rule of rules.filter(({ isEnabled }) => isEnabled)) {
    const ids = rule.tags.filter((tag) => TECHNIQUE.test(tag)).map((tag) => tag.toUpperCase());
    for (const id of new Set(ids)) {
      byTechnique.set(id, [...(byTechnique.get(id) ?? []), rule]);
    }
  }
  const techniques = [...byTechnique]
    .sort(([a], [b]) => Number(a > b) - Number(a < b))
    .map(([id, of]) => {
      const { score } = of.some(({ fired }) => fired > 0) ? PROVEN : COVERED;
      return { id, score, comment: techniqueComment(of) };
    });
  return navigatorText({
    name: 'Tiercel: rules and their tests',
    description: 'Techniques that rules are tagged with, and whether a test fired one of them',
    scores: [COVERED, PROVEN],
    techniques,
  });
}

/** `fired: A, B; never: C`. */
function techniqueComment(rules: readonly CoveredRule[]): string {
  const named = (hasFired: boolean, word: string): readonly string[] => {
    const names = rules.filter(({ fired }) => fired > 0 === hasFired).map(({ name }) => name);
    return names.length === 0 ? [] : [`${word}: ${shortList(names, MAX_RULES_OF_TECHNIQUE)}`];
  };
  return [...named(true, 'fired'), ...named(false, 'never fired')].join('; ');
}

const KINDS = [
  { id: 'rule-never-fired', doc: 'No event of the tests made this rule true.' },
  {
    id: 'comparison-never-true',
    doc: 'This part of a rule was asked in the tests, and was true at no event: nothing shows that it can be.',
  },
];

/** Rules that never fired, and parts that were never true. */
export function coverageSarif({ rules, comparisons }: CoverageReport): string {
  const findings = [
    ...rules.filter(({ isEnabled, fired }) => isEnabled && fired === 0).map(ruleFinding),
    ...comparisons.filter(isNeverTrue).map(comparisonFinding),
  ];
  const hidden = findings.length - MAX_FINDINGS;
  return sarifText({
    rules: KINDS,
    findings: findings.slice(0, MAX_FINDINGS),
    notices: hidden > 0 ? [`${grouped(hidden)} more findings are not in this log`] : [],
  });
}

function ruleFinding({ name, at, domain, deciding }: CoveredRule): SarifFinding {
  const part = deciding === undefined ? '' : `: nothing passed ${deciding.text}`;
  const text =
    domain === 0
      ? `"${name}" never fired: no event of a type that it can be true at`
      : `"${name}" never fired in ${counted(domain, 'event')} of its types${part}`;
  return { ruleId: 'rule-never-fired', level: 'warning', text, ...at };
}

function comparisonFinding({ text, at, asked, rules }: CoveredComparison): SarifFinding {
  return {
    ruleId: 'comparison-never-true',
    level: 'note',
    text: `${text} was never true in ${counted(asked, 'event')} (${rulesText(rules)})`,
    ...at,
  };
}

/** `rule "A"`, `rules "A", "B" and 3 more`. */
function rulesText(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${names.length === 1 ? 'rule' : 'rules'} ${shortList(quoted, MAX_NAMES)}`;
}

function shortList(names: readonly string[], most: number): string {
  const more = names.length - most;
  const shown = names.slice(0, most).join(', ');
  return more > 0 ? `${shown} and ${grouped(more)} more` : shown;
}
