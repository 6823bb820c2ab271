/**
 * No part of a condition of ours can be left out unseen: each rule, less one of the parts that `and` joins, fires
 * otherwise in a fixture, or in a scene in which it must not. The exceptions are listed, with reasons.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { expandCaptures, findTestFiles } from '../../src/investigation/tests/find-files.js';
import { parseTestFile } from '../../src/expectations/index.js';
import { replay } from '../../src/pipeline.js';
import { loadRules, Matcher, readRulesFiles, type Rule } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { OUR_RULE_CASES } from '../rules/our-rules-cases.js';
import { withCapture } from '../rules/our-rules-scenes.js';
import { SAID_TWICE, SAID_TWICE_ABOUT_LOGS } from './loosened-rules-table.js';

const OURS = ['rules/tiercel_rules.yaml'];
const WAITING = [...OURS, 'fixtures/rules/waiting.yaml'];
const AUDIT = ['rules/k8s_audit_rules.yaml', 'rules/aws_cloudtrail_rules.yaml'];
const ALL_ON = [...AUDIT, 'fixtures/audit/all-on.yaml'];

/** All fixtures are replayed, perhaps on a machine that has much to do. */
const PATIENCE_MS = 300_000;

/** A rule without one part of its condition. */
interface Loosened {
  readonly rule: string;
  /** The part that is missing, without macros. */
  readonly part: string;
  readonly as: Rule;
}

/** Macros and lists that are there for the user to fill: without them everything is as before. */
const EMPTY = /^not evt\.num = 0$|^not \(not jevt\.rawtime exists\)$| in \(\)\)?$/;

function loosened(rule: Rule): readonly Loosened[] {
  const { condition } = rule;
  const parts = condition.kind === 'and' ? condition.children : [];
  return parts.flatMap((left, index) => {
    const part = printCondition(left);
    const children = parts.filter((other) => other !== left);
    const as = { ...rule, name: `${rule.name} #${index}`, condition: { kind: 'and', children } };
    return EMPTY.test(part) ? [] : [{ rule: rule.name, part, as: as as Rule }];
  });
}

function rulesOf(files: readonly string[]): readonly Rule[] {
  const { ruleSet } = loadRules(readRulesFiles(files));
  return (ruleSet?.rules ?? []).filter(({ isEnabled }) => isEnabled);
}

async function countsIn(path: string, rules: readonly Rule[]): Promise<Map<string, number>> {
  const matcher = new Matcher(rules);
  const counts = new Map<string, number>();
  await replay(await openEvidence(path), {
    onMoment: (moment, visibility) => {
      for (const { name } of visibility === VISIBILITY.STATE ? [] : matcher.match(moment)) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return undefined;
    },
  });
  return counts;
}

/** Captures of tests that say of every one of these rules how often it fires. */
function capturesFor(files: readonly string[]): readonly string[] {
  const tests = findTestFiles(['fixtures']).map((path) =>
    parseTestFile(path, readFileSync(path, 'utf8')),
  );
  const captures = tests
    .filter(
      ({ rules, match, unexpected }) =>
        rules.length === files.length &&
        files.every((file, index) => rules[index]?.endsWith(file) === true) &&
        match === 'all' &&
        unexpected === 'fail',
    )
    .flatMap((test) => expandCaptures(test.captures, test.path));
  return [...new Set(captures)].filter((path) => basename(path) !== 'first.scap');
}

/** Names of loosened rules that fire more often than the rules in a fixture, with any of these sets of files. */
async function seenInFixtures(sets: readonly (readonly string[])[]): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const files of sets) {
    const rules = rulesOf(files);
    const all = rules.flatMap(loosened);
    for (const path of capturesFor(files)) {
      const left = all.filter(({ as }) => !seen.has(as.name));
      const counts = await countsIn(path, [...rules, ...left.map(({ as }) => as)]);
      left
        .filter(({ rule, as }) => counts.get(as.name) !== counts.get(rule))
        .forEach(({ as }) => seen.add(as.name));
    }
  }
  return seen;
}

/** Those that fire in a scene in which the rule must not. */
async function seenInScenes(all: readonly Loosened[]): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const rule of new Set(all.map((one) => one.rule))) {
    const rules = all.filter((one) => one.rule === rule).map(({ as }) => as);
    for (const scene of OUR_RULE_CASES[rule]?.stays ?? []) {
      const counts = await withCapture(scene, (path) => countsIn(path, rules));
      [...counts.keys()].forEach((name) => seen.add(name));
    }
  }
  return seen;
}

/** Sets of rules files of which the last has all rules. */
const FAMILIES = [
  ['system calls', SAID_TWICE, [OURS, WAITING]],
  ['audit logs', SAID_TWICE_ABOUT_LOGS, [AUDIT, ALL_ON]],
] as const;

describe.each(FAMILIES)('of the conditions of our rules over %s', (_, saidTwice, sets) => {
  const all = rulesOf(sets[sets.length - 1] ?? []).flatMap(loosened);
  const exceptions = Object.values(saidTwice).flat();
  let inFixtures: ReadonlySet<string> = new Set();
  let unnoticed: readonly Loosened[] = [];

  beforeAll(async () => {
    inFixtures = await seenInFixtures(sets);
    const unseen = all.filter(({ as }) => !inFixtures.has(as.name));
    const inScenes = await seenInScenes(unseen);
    unnoticed = unseen.filter(({ as }) => !inScenes.has(as.name));
  }, PATIENCE_MS);

  it('no part can be left out unseen, but for those that are said twice', () => {
    const unexplained = unnoticed.filter(
      ({ rule, part }) =>
        !exceptions.some(([name, begins]) => name === rule && part.startsWith(begins)),
    );
    expect(unexplained.map(({ rule, part }) => `${rule}: ${part}`)).toEqual([]);
  });

  it('each part that is said twice is there, and is not seen when it is left out', () => {
    const wrong = exceptions.filter(
      ([name, begins]) =>
        !unnoticed.some(({ rule, part }) => name === rule && part.startsWith(begins)),
    );
    expect(wrong).toEqual([]);
  });

  it('most parts are seen in the fixtures', () => {
    expect(inFixtures.size).toBeGreaterThan(all.length / 2);
  });
});
