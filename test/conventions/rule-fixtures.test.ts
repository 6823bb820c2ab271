/**
 * What the fixtures prove of our own rules: each one fires in a fixture that says how often. Take a rule away, say the
 * opposite, or put it before one that is more telling, and a test of the fixtures fails.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRules, readRulesFiles, type Rule } from '../../src/rules/index.js';
import {
  failsAsIs,
  failsWhenMoved,
  failsWithOpposite,
  failsWithout,
  replayFixtures,
  type FixtureRun,
} from './fixture-runs.js';

const RUNS = await replayFixtures('fixtures');

/** Over system calls a fixture counts if it was recorded; first.scap was composed. Nobody can record an audit log. */
const isProof = ({ captures }: FixtureRun): boolean =>
  captures.every((path) => basename(path) !== 'first.scap');

/** Our rules that no recorded fixture fires, and why it cannot be done. */
const WITHOUT_FIXTURE: Readonly<Record<string, string>> = {};

function namesIn(file: string): readonly string[] {
  const { ruleSet } = loadRules(readRulesFiles([file]));
  return (ruleSet?.rules ?? []).map(({ name }: Rule) => name);
}

/** Rules that some test demands to fire. */
const DEMANDED = new Set(
  RUNS.filter(isProof).flatMap(({ test }) =>
    test.expectations
      .filter(
        ({ exactly, atLeast, atMost }) =>
          (exactly ?? atLeast ?? (atMost === undefined ? 1 : 0)) > 0,
      )
      .map(({ rule }) => rule),
  ),
);

it('the tests of the fixtures pass', () => {
  expect(RUNS.filter(failsAsIs).map(({ name }) => name)).toEqual([]);
});

describe.each([
  ['rules/tiercel_rules.yaml', 113],
  ['rules/k8s_audit_rules.yaml', 25],
  ['rules/aws_cloudtrail_rules.yaml', 15],
])('%s', (file, least) => {
  const names = namesIn(file).filter((name) => !(name in WITHOUT_FIXTURE));
  const proofs = RUNS.filter(isProof).filter(({ test }) =>
    test.rules.some((path) => path.endsWith(file)),
  );

  it('has rules, all of which fire in a fixture', () => {
    expect(names.length).toBeGreaterThanOrEqual(least);
    expect(names.filter((name) => !DEMANDED.has(name))).toEqual([]);
  });

  it('has no rule that could be deleted without a test that fails', () => {
    expect(names.filter((name) => !proofs.some((run) => failsWithout(run, name)))).toEqual([]);
  });

  it('has no rule that could say the opposite without a test that fails', () => {
    expect(names.filter((name) => !proofs.some((run) => failsWithOpposite(run, name)))).toEqual([]);
  });

  it('has no two rules for one event that could change places without a test that fails', () => {
    const inOrder = proofs.filter(({ test }) => test.match === 'first');
    const pairs = new Set(
      proofs.flatMap(({ fired }) =>
        fired.flatMap(([first = '', ...others]) =>
          others.map((other) => JSON.stringify([other, first])),
        ),
      ),
    );
    const unseen = [...pairs].filter((pair) => {
      const [moved, before] = JSON.parse(pair) as [string, string];
      return !inOrder.some((run) => failsWhenMoved(run, moved, before));
    });
    expect(unseen).toEqual([]);
    expect(pairs.size).toBeGreaterThan(0);
  });
});

it('says why for each rule without a fixture, and names none that has one', () => {
  expect(Object.keys(WITHOUT_FIXTURE).filter((name) => DEMANDED.has(name))).toEqual([]);
  expect(readFileSync('fixtures/README.md', 'utf8')).toContain('a correct analysis finds');
});
