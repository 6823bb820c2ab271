/**
 * The tests of the fixtures, replayed once with each of their rules and the opposite of each. From that follows, without
 * another replay, what a test would say if a rule were gone, meant the opposite, or stood elsewhere.
 */
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { expandCaptures, findTestFiles } from '../../src/investigation/tests/find-files.js';
import {
  judge,
  parseTestFile,
  type SeenAlert,
  type TestFile,
} from '../../src/expectations/index.js';
import { replay } from '../../src/pipeline.js';
import {
  loadRules,
  Matcher,
  readRulesFiles,
  selectRules,
  type Rule,
} from '../../src/rules/index.js';

/** A test of the fixtures and what its replay came to. */
export interface FixtureRun {
  readonly test: TestFile;
  /** Path of the test file. */
  readonly name: string;
  readonly captures: readonly string[];
  readonly rules: readonly Rule[];
  /** For each event on which rules fire: their names, in order. */
  readonly fired: readonly (readonly string[])[];
  /** On how many events the opposite of each rule fires, by its name. */
  readonly opposite: ReadonlyMap<string, number>;
}

type Replayed = Pick<FixtureRun, 'fired' | 'opposite'>;

const PREFIX = 'not: ';

function rulesOf(test: TestFile): readonly Rule[] {
  const { ruleSet } = loadRules(readRulesFiles(test.rules));
  return ruleSet === undefined ? [] : selectRules(ruleSet, {});
}

const oppositeOf = (rule: Rule): Rule => ({
  ...rule,
  name: `${PREFIX}${rule.name}`,
  condition: { kind: 'not', child: rule.condition },
});

/** A quiet capture is long, and its test says the same of every rule: the opposites are left out there. */
const isQuiet = (capture: string): boolean => basename(capture).startsWith('quiet');

async function replayOne(capture: string, rules: readonly Rule[]): Promise<Replayed> {
  const fired: string[][] = [];
  const opposite = new Map<string, number>();
  const matcher = new Matcher([...rules, ...(isQuiet(capture) ? [] : rules.map(oppositeOf))]);
  await replay(await openEvidence(capture), {
    onMoment: (moment, visibility) => {
      const found: string[] = [];
      for (const { name } of visibility === VISIBILITY.STATE ? [] : matcher.match(moment)) {
        if (name.startsWith(PREFIX)) {
          opposite.set(name, (opposite.get(name) ?? 0) + 1);
        } else {
          found.push(name);
        }
      }
      if (found.length > 0) {
        fired.push(found);
      }
      return undefined;
    },
  });
  return { fired, opposite };
}

function together(parts: readonly Replayed[]): Replayed {
  const opposite = new Map<string, number>();
  for (const [name, count] of parts.flatMap((part) => [...part.opposite])) {
    opposite.set(name, (opposite.get(name) ?? 0) + count);
  }
  return { fired: parts.flatMap(({ fired }) => fired), opposite };
}

/** Replay all tests in a folder; the same capture with the same rules once. */
export async function replayFixtures(folder: string): Promise<readonly FixtureRun[]> {
  const known = new Map<string, Replayed>();
  const runs: FixtureRun[] = [];
  for (const path of findTestFiles([folder])) {
    const test = parseTestFile(path, readFileSync(path, 'utf8'));
    const captures = expandCaptures(test.captures, path);
    const rules = rulesOf(test);
    const parts: Replayed[] = [];
    for (const capture of captures) {
      const key = JSON.stringify([capture, test.rules]);
      const part = known.get(key) ?? (await replayOne(capture, rules));
      known.set(key, part);
      parts.push(part);
    }
    runs.push({ test, name: relative(process.cwd(), path), captures, rules, ...together(parts) });
  }
  return runs;
}

const alertOf = (rule: string): SeenAlert => ({ rule, line: '', text: '', fields: new Map() });

/** Whether the test, as far as it counts alerts of whole rules, fails for these alerts. */
function fails({ test }: FixtureRun, alerts: readonly SeenAlert[]): boolean {
  const expectations = test.expectations.filter(({ where }) => where.size === 0);
  const named = new Set(test.expectations.map(({ rule }) => rule));
  const counted = new Set(expectations.map(({ rule }) => rule));
  const seen = alerts.filter(({ rule }) => counted.has(rule) || !named.has(rule));
  return judge({ ...test, expectations }, seen).some(({ outcome }) => outcome === 'failed');
}

function alertsIn({ test, fired }: FixtureRun): readonly SeenAlert[] {
  return fired
    .flatMap((names) => (test.match === 'first' ? names.slice(0, 1) : names))
    .map(alertOf);
}

/** Whether the rules as they are fail it. */
export const failsAsIs = (run: FixtureRun): boolean => fails(run, alertsIn(run));

/** Whether it fails without the rule. */
export function failsWithout(run: FixtureRun, rule: string): boolean {
  const left = { ...run, fired: run.fired.map((names) => names.filter((name) => name !== rule)) };
  return fails(run, alertsIn(left));
}

/** Whether it fails where the rule's condition is negated; only asked of tests in which all rules count. */
export function failsWithOpposite(run: FixtureRun, rule: string): boolean {
  const others = alertsIn(run).filter((alert) => alert.rule !== rule);
  const opposites = new Array<SeenAlert>(run.opposite.get(PREFIX + rule) ?? 0).fill(alertOf(rule));
  return run.test.match === 'all' && fails(run, [...others, ...opposites]);
}

/** Whether it fails where the rule `moved` stands right before the rule `before`. */
export function failsWhenMoved(run: FixtureRun, moved: string, before: string): boolean {
  const fired = run.fired.map((names) =>
    names.includes(moved) && names.includes(before)
      ? names
          .filter((name) => name !== moved)
          .flatMap((name) => (name === before ? [moved, name] : [name]))
      : names,
  );
  return fails(run, alertsIn({ ...run, fired }));
}
