/**
 * What our fixtures cover of our rules, as `rules coverage fixtures` has it: every rule fires, and what was never true stands in
 * rules/README.md with its reason. Run with UPDATE_README=1 to write that list.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { planCoverage } from '../../src/investigation/coverage/plan.js';
import { replaySets } from '../../src/investigation/coverage/replay.js';
import {
  coverageReport,
  isNeverTrue,
  roleOf,
  type CoverageReport,
  type CoveredComparison,
} from '../../src/investigation/coverage/report.js';

const README = 'rules/README.md';
const MARKED = /(<!-- coverage: .*? -->\n)([\s\S]*?)(<!-- end -->)/;

/** Why comparisons are never true, the first that fits. */
const REASONS: readonly (readonly [why: string, fits: (each: CoveredComparison) => boolean])[] = [
  [
    'Stand-ins: what a macro is made of that waits for the user, and is never true by intent',
    ({ owner }) => owner.endsWith('never_true'),
  ],
  [
    'Alternatives: the fixtures fire the rule by another operand of the same `or`. Each would need a program, a file or a request of its own, and differs from the others in a text alone',
    (each) => roleOf(each) === 'alternative',
  ],
  [
    'Allowances: what the rule leaves alone below a `not`. The recorded machines do not have these programs, images and addresses; without the comparison the rule fires as often',
    (each) => roleOf(each) === 'allowance',
  ],
];

let report: CoverageReport;
let never: readonly CoveredComparison[];

beforeAll(async () => {
  const plan = await planCoverage({
    paths: ['fixtures'],
    format: 'text',
    force: false,
    'allow-damage': false,
  });
  const { book, evidence, outcomes, isWhole } = await replaySets(plan.sets, false);
  expect([plan.outcomes, outcomes, isWhole]).toEqual([[], [], true]);
  report = coverageReport(book, evidence);
  never = report.comparisons.filter(({ at }) => at.file.startsWith('rules/')).filter(isNeverTrue);
}, 180_000);

/** Comparisons below each reason, by what has them; in the order of the files. */
function listing(): string {
  const ordered = [...never].sort(
    (a, b) =>
      Number(a.at.file > b.at.file) - Number(a.at.file < b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column,
  );
  return REASONS.map(([why], index) => {
    const byOwner = new Map<string, string[]>();
    for (const each of ordered.filter((one) => REASONS.findIndex(([, of]) => of(one)) === index)) {
      byOwner.set(each.owner, [...(byOwner.get(each.owner) ?? []), `\`${each.text}\``]);
    }
    const lines = [...byOwner].map(([owner, texts]) => `- ${owner}: ${texts.join(', ')}`);
    return `${why}.\n\n${lines.join('\n')}\n`;
  }).join('\n');
}

describe('our rules over our fixtures', () => {
  it('fire, each of those that run', () => {
    const silent = report.rules.filter(({ isEnabled, fired }) => isEnabled && fired === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(report.firedCount).toBeGreaterThan(250);
  });

  it('have no comparison that was never true without a reason', () => {
    const unexplained = never.filter((each) => !REASONS.some(([, fits]) => fits(each)));
    expect(unexplained.map(({ owner, text }) => `${owner}: ${text}`)).toEqual([]);
    expect(never.length).toBeGreaterThan(0);
  });

  it('are listed in rules/README.md, as far as comparisons were never true', () => {
    const text = readFileSync(README, 'utf8');
    const [, , listed = ''] = MARKED.exec(text) ?? [];
    if (process.env['UPDATE_README'] === '1') {
      writeFileSync(README, text.replace(MARKED, (_, head: string, _old, end: string) => `${head}\n${listing()}\n${end}`)); // prettier-ignore
    } else {
      expect(listed.trim()).toBe(listing().trim());
    }
  });
});
