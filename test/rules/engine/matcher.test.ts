/**
 * The engine keeps answers about threads and descriptors until they change. The law: at every event of every
 * capture it finds the rules that asking each condition anew would find.
 */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../../src/capture/index.js';
import { replay } from '../../../src/pipeline.js';
import {
  compileCondition,
  loadRules,
  Matcher,
  readRulesFiles,
  type Rule,
} from '../../../src/rules/index.js';

const SHARED = '../shared';
const STOCK = ['falco_rules', 'falco-incubating_rules', 'falco-sandbox_rules'];
const RULE_SETS = [
  { name: 'every operator', files: [`${SHARED}/rules/conformance/operators.yaml`] },
  { name: 'stock', files: STOCK.map((name) => `${SHARED}/rules/falco-5.1.0/${name}.yaml`) },
  { name: 'stock of 2022', files: [`${SHARED}/rules/falco-0.31.1/falco_rules.yaml`] },
];
const captures = existsSync(`${SHARED}/captures`) ? readdirSync(`${SHARED}/captures`) : [];

function rulesOf(files: readonly string[]): readonly Rule[] {
  const { ruleSet } = loadRules(readRulesFiles(files));
  return ruleSet?.rules ?? [];
}

describe.skipIf(captures.length === 0)('the matcher (needs ../shared/captures)', () => {
  it.each(
    captures.flatMap((capture) => RULE_SETS.map(({ name, files }) => ({ capture, name, files }))),
  )('finds in $capture what asking anew finds, with $name rules', async ({ capture, files }) => {
    const rules = rulesOf(files);
    expect(rules.length).toBeGreaterThan(5);
    const matcher = new Matcher(rules);
    const anew = rules.map((rule) => ({
      rule,
      holds: compileCondition(rule.condition, rule.source),
    }));
    const differences: string[] = [];
    await replay(await openEvidence(`${SHARED}/captures/${capture}`), {
      onMoment: (moment) => {
        const kept = matcher.match(moment).map(({ name }) => name);
        const asked = anew
          .filter(({ rule, holds }) => rule.source === moment.source && holds(moment))
          .map(({ rule }) => rule.name);
        if (kept.join() !== asked.join()) {
          differences.push(`${moment.event.number}: kept ${kept.join()}; anew ${asked.join()}`);
        }
        return undefined;
      },
    });
    expect(differences).toEqual([]);
  });

  it.each(captures)(
    'finds the same in %s when what no rule is about is passed over',
    async (capture) => {
      const rules = rulesOf(RULE_SETS[1]?.files ?? []);
      const alertsOf = async (
        isPassing: boolean,
      ): Promise<{ lines: string[]; state: string[] }> => {
        const matcher = new Matcher(rules);
        const lines: string[] = [];
        const { world, eventCount } = await replay(
          await openEvidence(`${SHARED}/captures/${capture}`),
          {
            ...(isPassing ? { wants: (moment) => matcher.wants(moment) } : {}),
            onMoment: (moment) => {
              const { number } = moment.event;
              const [fd, before] = [moment.thread?.lastEventFd, moment.previousTimeLow];
              lines.push(
                ...matcher.match(moment).map(({ name }) => `${number} ${name} ${fd} ${before}`),
              );
              return undefined;
            },
          },
        );
        const state = [...world.threads.values()].map(
          (thread) =>
            `${thread.tid} ${thread.lastEventFd} ${[...thread.fds].map(({ number, name }) => `${number}=${name}`).join()}`,
        );
        return { lines, state: [`${eventCount} events`, ...state] };
      };
      expect(await alertsOf(true)).toEqual(await alertsOf(false));
    },
  );
});
