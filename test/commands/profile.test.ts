/** `rules profile`: its counts are the matcher's own. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { DEFAULT_SETTINGS } from '../../src/fields/index.js';
import { profileJson } from '../../src/investigation/profile/json.js';
import type { ProfileReport } from '../../src/investigation/profile/report.js';
import { profileText } from '../../src/investigation/profile/text.js';
import { profileOver } from '../../src/investigation/rules-profile.js';
import { replay } from '../../src/pipeline.js';
import { Questions } from '../../src/rules/engine/predicate.js';
import { loadRules, Matcher, readRulesFiles, selectRules } from '../../src/rules/index.js';
import { put, scratchFolder, tiercel } from './run.js';
import { writeScene } from './scene.js';

const folder = scratchFolder();
const RULES = 'rules/tiercel_rules.yaml';
const EVIDENCE = 'fixtures/attack.scap';

/** Answers that a matcher of these rules has to give at events: those about types aside, and how many were true. */
async function answersOf(names?: readonly string[]): Promise<readonly [number, number]> {
  const { ruleSet } = loadRules(readRulesFiles([RULES]));
  const rules = selectRules(ruleSet as NonNullable<typeof ruleSet>, {});
  const questions = new Questions(DEFAULT_SETTINGS);
  const chosen = rules.filter(({ name }) => names?.includes(name) !== false);
  const matcher = new Matcher(chosen, DEFAULT_SETTINGS, questions);
  let [asked, holds] = [0, 0];
  for (const predicate of questions.predicates) {
    const { holds: answer, subject } = predicate;
    Object.assign(predicate, {
      holds: (moment: Parameters<typeof answer>[0]) => {
        const isTrue = answer(moment);
        asked += subject === 'type' ? 0 : 1;
        holds += subject === 'type' || !isTrue ? 0 : 1;
        return isTrue;
      },
    });
  }
  await replay(await openEvidence(EVIDENCE), {
    onMoment: (moment, visibility) => {
      if (visibility !== VISIBILITY.STATE) {
        matcher.match(moment);
      }
      return undefined;
    },
  });
  return [asked, holds];
}

describe('rules profile', () => {
  let report: ProfileReport;
  beforeAll(async () => {
    ({ report } = await profileOver({ paths: [EVIDENCE], rules: [RULES], 'allow-damage': false }));
  }, 60_000);

  it('counts what the matcher of all rules asks, and how much of it is true', async () => {
    const sum = (what: 'asked' | 'holds') => report.questions.reduce((all, each) => all + each[what], 0); // prettier-ignore
    expect([sum('asked'), sum('holds')]).toEqual(await answersOf());
    expect(sum('asked')).toBeGreaterThan(0);
  });

  it('counts what the matcher of one rule asks, for each of the most costly', async () => {
    for (const { rule, asked } of report.rules.slice(0, 3)) {
      expect([rule.name, asked]).toEqual([rule.name, (await answersOf([rule.name]))[0]]);
    }
  });

  it('finds what one rule costs beyond the others, never more than all together', () => {
    const own = report.rules.reduce((sum, each) => sum + each.own, 0);
    const all = report.questions.reduce((sum, { asked }) => sum + asked, 0);
    expect(own).toBeLessThanOrEqual(all);
    expect(own).toBeGreaterThan(0);
  });

  it('says the same as text and JSON', () => {
    const { rules } = profileJson(report) as { rules: readonly { name: string; asked: number }[] };
    expect(rules[0]?.asked).toBe(report.rules[0]?.asked);
    expect(profileText(report)).toContain(`"${rules[0]?.name ?? ''}"`);
  });
});

describe('rules profile, as a user runs it', () => {
  it('advises a type where a rule names none, and another order; no name commands a terminal', async () => {
    writeScene(join(folder, 'a.scap'), { runs: 300 });
    const name = 'Any\u001b[31m\u202e';
    const rules = `- rule: ${JSON.stringify(name)}\n  desc: d\n  condition: evt.num > 0 and evt.num < 0\n  output: x\n  priority: INFO\n`;
    put(folder, 'any.yaml', rules);
    const { out, code } = await tiercel(folder, ['rules', 'profile', 'a.scap', '-r', 'any.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('names no event type');
    expect(out).toContain('put evt.num < 0 in front of evt.num > 0');
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
