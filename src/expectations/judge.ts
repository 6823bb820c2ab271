/**
 * Alerts against what a test expects. Pure: alerts in, verdicts out, in the order of the test file, then
 * unexpected rules by name.
 */
import type { Expectation, TestFile } from './test-file.js';

/** An alert as a test sees it. */
export interface SeenAlert {
  readonly rule: string;
  /** The exact line for a snapshot: time, rule, priority, output as one JSON object. */
  readonly line: string;
  /** The same for readers: time, priority, output. */
  readonly text: string;
  /** What each field that some `where` names printed at that alert. */
  readonly fields: ReadonlyMap<string, string>;
}

/** An alert that did not count, and the one thing in which it differs. */
export interface NearMiss {
  /** The alert, for readers. */
  readonly alert: string;
  /** A field of `where`; `rule` where another rule fired with all of them. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** How one expectation fared. */
export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'warned';
  readonly rule: string;
  /** In words: `exactly 12`, `at least 1 where user.name=root`, `no alert (not named in this test)`. */
  readonly expected: string;
  readonly found: number;
  /** Where it failed: all alerts of the rule, whatever their fields. */
  readonly ofRule: number;
  /** Where too many came: the first of them. */
  readonly came: readonly string[];
  /** Where too few came: alerts that nearly count. */
  readonly nearMisses: readonly NearMiss[];
  /** Line in the test file; `undefined` for rules that it does not name. */
  readonly line: number | undefined;
}

/** Alerts shown of each kind. */
const MAX_SHOWN = 3;

/** Judge every expectation of a test, and the alerts that none names. */
export function judge(test: TestFile, alerts: readonly SeenAlert[]): Verdict[] {
  return [
    ...test.expectations.map((expectation) => judgeOne(expectation, alerts)),
    ...unexpected(test, alerts),
  ];
}

/** The fields that must be collected at each alert for these tests. */
export function fieldsAskedFor(tests: readonly TestFile[]): string[] {
  const names = tests.flatMap((test) =>
    test.expectations.flatMap(({ where }) => [...where.keys()]),
  );
  return [...new Set(names)].sort();
}

function judgeOne(expectation: Expectation, alerts: readonly SeenAlert[]): Verdict {
  const ofRule = alerts.filter((alert) => alert.rule === expectation.rule);
  const counted = ofRule.filter((alert) => differences(expectation, alert).length === 0);
  const [least, most] = boundsOf(expectation);
  const isRight = counted.length >= least && counted.length <= most;
  return {
    outcome: isRight ? 'passed' : 'failed',
    rule: expectation.rule,
    expected: inWords(expectation),
    found: counted.length,
    ofRule: ofRule.length,
    came: counted.length > most ? firstTexts(counted) : [],
    nearMisses: counted.length < least ? nearMisses(expectation, alerts) : [],
    line: expectation.line,
  };
}

function firstTexts(alerts: readonly SeenAlert[]): string[] {
  return alerts.slice(0, MAX_SHOWN).map(({ text }) => text);
}

function boundsOf({ exactly, atLeast, atMost }: Expectation): readonly [number, number] {
  if (exactly !== undefined) {
    return [exactly, exactly];
  }
  return [atLeast ?? (atMost === undefined ? 1 : 0), atMost ?? Infinity];
}

function inWords(expectation: Expectation): string {
  const { exactly, atLeast, atMost, where } = expectation;
  const counts = [
    exactly === undefined ? [] : [`exactly ${exactly}`],
    atLeast === undefined ? [] : [`at least ${atLeast}`],
    atMost === undefined ? [] : [`at most ${atMost}`],
  ].flat();
  const conditions = [...where].map(([field, value]) => `${field}=${value}`);
  const how = counts.length === 0 ? 'at least 1' : counts.join(', ');
  return conditions.length === 0 ? how : `${how} where ${conditions.join(' and ')}`;
}

function differences(expectation: Expectation, alert: SeenAlert): NearMiss[] {
  return [...expectation.where].flatMap(([field, expected]) => {
    const found = alert.fields.get(field) ?? '<NA>';
    return found === expected ? [] : [{ alert: alert.text, field, expected, found }];
  });
}

/** Alerts of the rule that differ in one field, then those of other rules that differ in none. */
function nearMisses(expectation: Expectation, alerts: readonly SeenAlert[]): NearMiss[] {
  const { rule, where } = expectation;
  const ofRule = alerts
    .filter((alert) => alert.rule === rule)
    .map((alert) => differences(expectation, alert))
    .filter((found) => found.length === 1)
    .flat();
  const ofOthers =
    where.size === 0
      ? []
      : alerts
          .filter((alert) => alert.rule !== rule && differences(expectation, alert).length === 0)
          .map(({ text, rule: found }) => ({ alert: text, field: 'rule', expected: rule, found }));
  return [...ofRule, ...ofOthers].slice(0, MAX_SHOWN);
}

function unexpected(test: TestFile, alerts: readonly SeenAlert[]): Verdict[] {
  if (test.unexpected === 'ignore') {
    return [];
  }
  const named = new Set(test.expectations.map(({ rule }) => rule));
  const byRule = new Map<string, SeenAlert[]>();
  for (const alert of alerts) {
    if (!named.has(alert.rule)) {
      const known = byRule.get(alert.rule);
      if (known === undefined) {
        byRule.set(alert.rule, [alert]);
      } else {
        known.push(alert);
      }
    }
  }
  return [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, found]) => ({
      outcome: test.unexpected === 'warn' ? 'warned' : 'failed',
      rule,
      expected: 'no alert (not named in this test)',
      found: found.length,
      ofRule: found.length,
      came: firstTexts(found),
      nearMisses: [],
      line: undefined,
    }));
}
