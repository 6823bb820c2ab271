/**
 * No part of a condition of ours can be left out unseen: each rule, less one of the parts that `and` joins, fires
 * elsewhere in a fixture, or in a scene in which it must not. The exceptions are listed, with reasons.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { expandCaptures, findTestFiles } from '../../src/commands/work/test/find-files.js';
import { parseTestFile } from '../../src/expectations/index.js';
import { replay } from '../../src/pipeline.js';
import { loadRules, Matcher, readRulesFiles, type Rule } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { OUR_RULE_CASES } from '../rules/our-rules-cases.js';
import { withCapture } from '../rules/our-rules-scenes.js';
import { SAID_TWICE } from './loosened-rules-table.js';

const OURS = 'rules/tiercel_rules.yaml';
const WAITING = 'fixtures/rules/waiting.yaml';

/** A rule without one part of its condition. */
interface Loosened {
  readonly rule: string;
  /** The part that is missing, without macros. */
  readonly part: string;
  readonly as: Rule;
}

/** Macros and lists that are there for the user to fill: without them everything is as before. */
const isEmpty = (part: string): boolean => /^not evt\.num = 0$| in \(\)\)?$/.test(part);

function loosened(rule: Rule): readonly Loosened[] {
  const { condition } = rule;
  const parts = condition.kind === 'and' ? condition.children : [];
  return parts.flatMap((left, index) => {
    const part = printCondition(left);
    const children = parts.filter((other) => other !== left);
    const as = { ...rule, name: `${rule.name} #${index}`, condition: { kind: 'and', children } };
    return isEmpty(part) ? [] : [{ rule: rule.name, part, as: as as Rule }];
  });
}

/** Our rules, all of them on, with these files after ours. */
function rulesWith(...files: readonly string[]): readonly Rule[] {
  const { ruleSet } = loadRules(readRulesFiles([OURS, ...files]));
  return (ruleSet?.rules ?? []).filter(({ isEnabled }) => isEnabled);
}

async function countsIn(path: string, rules: readonly Rule[]): Promise<Map<string, number>> {
  const matcher = new Matcher(rules);
  const counts = new Map<string, number>();
  await replay(await openEvidence(path), {
    onMoment: (moment, isState) => {
      for (const { name } of isState ? [] : matcher.match(moment)) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return undefined;
    },
  });
  return counts;
}

/** Captures of tests that say of every rule how often it fires, by the files that come after ours. */
function capturesWith(...files: readonly string[]): readonly string[] {
  const tests = findTestFiles(['fixtures']).map((path) =>
    parseTestFile(path, readFileSync(path, 'utf8')),
  );
  const captures = tests
    .filter(({ rules, match, unexpected }) => {
      const isTheirs = [OURS, ...files].every(
        (file, index) => rules[index]?.endsWith(file) === true,
      );
      return (
        isTheirs && rules.length === files.length + 1 && match === 'all' && unexpected === 'fail'
      );
    })
    .flatMap((test) => expandCaptures(test.captures, test.path));
  return [...new Set(captures)].filter((path) => basename(path) !== 'first.scap');
}

/** Names of loosened rules that fire more often than the rules in a fixture. */
async function seenInFixtures(): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const files of [[], [WAITING]]) {
    const rules = rulesWith(...files);
    const all = rules.flatMap(loosened);
    for (const path of capturesWith(...files)) {
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

const ALL = rulesWith(WAITING).flatMap(loosened);
const IN_FIXTURES = await seenInFixtures();
const UNSEEN = ALL.filter(({ as }) => !IN_FIXTURES.has(as.name));
const IN_SCENES = await seenInScenes(UNSEEN);
const UNNOTICED = UNSEEN.filter(({ as }) => !IN_SCENES.has(as.name));
const EXCEPTIONS = Object.values(SAID_TWICE).flat();

describe('of the conditions of our rules', () => {
  it('no part can be left out unseen, but for those that are said twice', () => {
    const unexplained = UNNOTICED.filter(
      ({ rule, part }) =>
        !EXCEPTIONS.some(([name, begins]) => name === rule && part.startsWith(begins)),
    );
    expect(unexplained.map(({ rule, part }) => `${rule}: ${part}`)).toEqual([]);
  });

  it('each part that is said twice is there, and is not seen when it is left out', () => {
    const wrong = EXCEPTIONS.filter(
      ([name, begins]) =>
        !UNNOTICED.some(({ rule, part }) => name === rule && part.startsWith(begins)),
    );
    expect(wrong).toEqual([]);
  });

  it('most parts are seen in captures that were recorded', () => {
    expect(IN_FIXTURES.size).toBeGreaterThan(ALL.length / 2);
  });
});
