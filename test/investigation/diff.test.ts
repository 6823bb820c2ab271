/** Two runs over one capture with other rules: what is gained, lost and changed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { CaseReader, readCase, type RunFacts } from '../../src/store/index.js';
import { compareRuns, type RunDifference } from '../../src/investigation/run-difference/compare.js';
import { put, scratchFolder, tiercel } from '../commands/run.js';
import { RULES, writeScene } from '../commands/scene.js';

const FIXTURE = fileURLToPath(new URL('../../fixtures/first.scap', import.meta.url));
const folder = scratchFolder();
const CASE = join(folder, 'case.db');

function compare(before: number, after: number): RunDifference {
  return readCase(CASE, (database) => {
    const reader = new CaseReader(database, CASE);
    const run = (id: number): RunFacts => reader.run(BigInt(id)) as RunFacts;
    return compareRuns(reader, run(before), run(after));
  });
}

const rulesOf = (alerts: RunDifference['gained']): string[] => alerts.map(({ rule }) => rule);

beforeAll(async () => {
  writeScene(join(folder, 'scene.scap'), { runs: 2 });
  const analyze = async (capture: string, name: string, rules: string, ...more: string[]) => {
    const file = put(folder, name, rules);
    const args = ['analyze', capture, '-r', file, '-s', CASE, '-f', 'none', ...more];
    expect((await tiercel(folder, args)).code).toBe(0);
  };
  await analyze('scene.scap', 'a.yaml', RULES);
  const louder = RULES.replace('priority: ERROR', 'priority: CRITICAL').replace('enabled: false', 'enabled: true'); // prettier-ignore
  await analyze('scene.scap', 'b.yaml', louder);
  await analyze(FIXTURE, 'a.yaml', RULES);
}, 60_000);

describe('the difference of two runs', () => {
  it('is what was gained and what changed, alert by alert', () => {
    const { gained, lost, changed, sameCount, causes } = compare(1, 2);
    expect(rulesOf(gained)).toEqual(['Write below etc', 'Write below etc']);
    expect(lost).toEqual([]);
    expect(changed.map(({ parts, before, after }) => [parts, before.priority, after.priority])).toEqual([
      [['priority', 'output'], 'Error', 'Critical'],
      [['priority', 'output'], 'Error', 'Critical'],
    ]); // prettier-ignore
    expect([sameCount, causes]).toEqual([0, ['rulesSha256']]);
  });

  it('turned around is what was lost', () => {
    expect([compare(2, 1).gained, rulesOf(compare(2, 1).lost)]).toEqual([
      [],
      ['Write below etc', 'Write below etc'],
    ]);
  });

  it('of a run and itself is nothing', () => {
    expect(compare(2, 2)).toMatchObject({ gained: [], lost: [], changed: [], causes: [], sameCount: 4 });
  }); // prettier-ignore

  it('of runs over different evidence has no alert in common', () => {
    const { gained, lost, changed, sameCount, causes } = compare(1, 3);
    expect([gained.length > 0, lost.length, changed, sameCount]).toEqual([true, 2, [], 0]);
    expect(causes).toContain('sha256');
  });
});

describe('diff', () => {
  it('prints the runs, what they differ in, and each alert', async () => {
    const { code, out } = await tiercel(folder, ['diff', CASE, '1', '2']);
    expect(code).toBe(0);
    expect(out.replaceAll(/[0-9a-f]{64}/g, 'HASH')).toMatchSnapshot();
  });

  it('prints the same as JSON and as Markdown', async () => {
    const json = JSON.parse((await tiercel(folder, ['diff', CASE, '1', '2', '-f', 'json'])).out) as Record<string, unknown>; // prettier-ignore
    expect(json).toMatchObject({
      causes: ['rulesSha256'],
      lost: [],
      same: 0,
      before: { run_id: 1 },
    });
    const { out } = await tiercel(folder, ['diff', CASE, '1', '2', '-f', 'markdown']);
    expect(out).toMatch(/^### Gained\n- \S+, event 3, Warning: `Write below etc`: `/m);
  });

  it('of a run that the case does not have says which it has', async () => {
    const { code, err } = await tiercel(folder, ['diff', CASE, '1', '9']);
    expect([code, err]).toEqual([2, expect.stringContaining('it has 1 (scene.scap), 2 (scene.scap)')]); // prettier-ignore
  });
});
