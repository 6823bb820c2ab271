/** What became of rules between two sets: added, removed, renamed; and which rule of the one is which of the other. */
import { printCondition, type Resolved, type Rule, type RuleSet } from '../../rules/index.js';

/** A rule of another name that asks, or says, the same. */
export interface Renamed {
  readonly old: Rule;
  readonly now: Rule;
  /** What is the same in both. */
  readonly same: 'condition' | 'output';
}

/** Rules of two sets, disabled ones too. */
export interface RuleChanges {
  readonly added: readonly Rule[];
  readonly removed: readonly Rule[];
  readonly renamed: readonly Renamed[];
}

/** Conditions longer than this are not compared as resolved. */
const MAX_COMPARISONS = 2000;

/** Compare two sets of rules. */
export function ruleChanges(old: RuleSet, now: RuleSet): RuleChanges {
  const oldNames = new Set(old.rules.map(({ name }) => name));
  const newNames = new Set(now.rules.map(({ name }) => name));
  const gone = old.rules.filter(({ name }) => !newNames.has(name));
  const come = now.rules.filter(({ name }) => !oldNames.has(name));
  const renamed: Renamed[] = [];
  const taken = new Set<Rule>();
  for (const same of ['condition', 'output'] as const) {
    const bySpelling = new Map(
      come.filter((rule) => !taken.has(rule)).map((rule) => [spelling(rule, same), rule]),
    );
    for (const rule of gone.filter((each) => !taken.has(each))) {
      const found = bySpelling.get(spelling(rule, same));
      if (found !== undefined && !taken.has(found)) {
        renamed.push({ old: rule, now: found, same });
        taken.add(rule).add(found);
      }
    }
  }
  const isLeft = (rule: Rule): boolean => !taken.has(rule);
  return { added: come.filter(isLeft), removed: gone.filter(isLeft), renamed };
}

function spelling(rule: Rule, what: 'condition' | 'output'): string {
  if (what === 'output') {
    return JSON.stringify([rule.source, rule.output]);
  }
  const { condition } = rule;
  const text = isShort(condition) ? printCondition(condition) : rule.conditionText;
  return JSON.stringify([rule.source, text]);
}

/** What is used twice counts twice, so that no condition takes long. */
function isShort(condition: Resolved): boolean {
  let left = MAX_COMPARISONS;
  const walk = (node: Resolved): void => {
    left -= 1;
    if (left > 0 && node.kind !== 'comparison') {
      (node.kind === 'not' ? [node.child] : node.children).forEach(walk);
    }
  };
  walk(condition);
  return left > 0;
}
