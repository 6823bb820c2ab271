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

/** What an allowance compares with: a list, `in (known_builders)`. */
const WITH_LIST = / in \([a-z_]+(?:, [a-z_]+)*(?:\)|\.\.\.$)/;
/** Fields of what a machine has, which recorded machines do not have all of. */
const OF_MACHINES = /^(?:container|k8s|ka|ct|json)\./;

/** Why comparisons are never true, the first that fits. */
const REASONS: readonly (readonly [why: string, fits: (each: CoveredComparison) => boolean])[] = [
  ['stands for `never`: a macro that waits for the user', ({ owner }) => owner.endsWith('never_true')],
  ['alternative of an `or`: the fixtures send another request of the same kind', (each) => roleOf(each) === 'alternative' && OF_MACHINES.test(each.text)],
  ['alternative of an `or`: the fixtures run another program, or touch another file, of the same kind', (each) => roleOf(each) === 'alternative'],
  ['allowance from a list: nobody on the recorded machines is on it', (each) => roleOf(each) === 'allowance' && WITH_LIST.test(each.text)],
  ['allowance for a product, an image or a path: the recorded machines do not have it', (each) => roleOf(each) === 'allowance' && OF_MACHINES.test(each.text)],
  ['allowance for a program or a file: it did not run, or was not touched, while the rule could fire', (each) => roleOf(each) === 'allowance'],
]; // prettier-ignore

let report: CoverageReport;
let never: readonly CoveredComparison[];

beforeAll(async () => {
  const plan = await planCoverage({
    paths: ['fixtures'],
    format: 'text',
    force: false,
    'allow-damage': false,
  });
  const { book, evidence, outcomes, isWhole } = await replaySets(plan.sets, {
    allowsDamage: false,
    metadata: undefined,
  });
  expect([plan.outcomes, outcomes, isWhole]).toEqual([[], [], true]);
  report = coverageReport(book, evidence);
  never = report.comparisons.filter(({ at }) => at.file.startsWith('rules/')).filter(isNeverTrue);
}, 180_000);

/** A line for each reason: what has such comparisons, in the order of the files, and how many where there are several. */
function listing(): string {
  const ordered = [...never].sort(
    (a, b) =>
      Number(a.at.file > b.at.file) - Number(a.at.file < b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column,
  );
  const rows = REASONS.map(([why], index) => {
    const counts = new Map<string, number>();
    for (const { owner } of ordered.filter(
      (one) => REASONS.findIndex(([, of]) => of(one)) === index,
    )) {
      // prettier-ignore
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const owners = [...counts].map(([owner, count]) => (count > 1 ? `${owner} (${count})` : owner));
    return `- **${why}** (${all}): ${owners.join(', ')}\n`;
  });
  return rows.join('');
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
