/** `rules diff`: what it counts is what two separate replays come to, in all its forms. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { differenceJson } from '../../src/investigation/difference/json.js';
import { differenceMarkdown } from '../../src/investigation/difference/markdown.js';
import { differenceNotices } from '../../src/investigation/difference/notices.js';
import type { DifferenceReport } from '../../src/investigation/difference/report.js';
import { differenceText } from '../../src/investigation/difference/text.js';
import { compareRules } from '../../src/investigation/rules-diff.js';
import { replay } from '../../src/pipeline.js';
import { loadRules, Matcher, readRulesFiles, selectRules } from '../../src/rules/index.js';
import { put, scratchFolder, tiercel } from './run.js';
import { writeScene } from './scene.js';

const folder = scratchFolder();
const OURS = 'rules/tiercel_rules.yaml';
const EVIDENCE = ['fixtures/attack.scap', 'fixtures/escape.scap', 'fixtures/shell.scap'];
const MAX_MARKDOWN = 65_536;

/** Our rules with one gone, one of another name, one of another priority, one that says less, and one in front of all. */
function changedRules(): string {
  const text = readFileSync(OURS, 'utf8');
  const changed = text
    .replace('- rule: Write below etc\n', '- rule: Written Below Etc\n')
    .replace(
      /(- rule: Run shell untrusted\n(?:(?!- rule:)[\s\S])*?)priority: \w+/,
      '$1priority: DEBUG',
    ) // prettier-ignore
    .replace(
      /(- rule: Launch Privileged Container\n(?:(?!- rule:)[\s\S])*?)output: .*(?:\n {4,}.*)*/,
      '$1output: Privileged (%proc.name)',
    ) // prettier-ignore
    .replace(/- rule: Terminal shell in container\n(?:(?!- (?:rule|macro|list):)[\s\S])*/, '');
  const first = `- rule: Before All\n  desc: d\n  condition: spawned_process and proc.name = sh\n  output: x\n  priority: INFO\n\n`;
  const at = changed.indexOf('- rule: ');
  return changed.slice(0, at) + first + changed.slice(at);
}

/** Alerts by event, as each set of rules makes them by itself. */
async function alertsOf(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { ruleSet } = loadRules(readRulesFiles([path]));
  const rules = selectRules(ruleSet as NonNullable<typeof ruleSet>, {});
  const alerts = new Map<string, readonly string[]>();
  for (const evidence of EVIDENCE) {
    const matcher = new Matcher(rules);
    await replay(await openEvidence(evidence), {
      onMoment: (moment, visibility) => {
        const names = visibility === VISIBILITY.STATE ? [] : matcher.match(moment);
        if (names.length > 0) {
          alerts.set(
            `${evidence} ${moment.event.number}`,
            names.map(({ name }) => name),
          );
        }
        return undefined;
      },
    });
  }
  return alerts;
}

const NOW_CALLED: Readonly<Record<string, string>> = { 'Write below etc': 'Written Below Etc' };

describe('rules diff of our rules and changed ones', () => {
  let report: DifferenceReport;
  let changed: string;
  beforeAll(async () => {
    changed = put(folder, 'changed.yaml', changedRules());
    ({ report } = await compareRules({
      words: [OURS, changed, ...EVIDENCE],
      'allow-damage': false,
    }));
  }, 60_000);

  it.each(['all', 'first'] as const)(
    'counts what two replays come to, where %s that match alert',
    async (match) => {
      const [old, now] = [await alertsOf(OURS), await alertsOf(changed)];
      const shown = (names: readonly string[]): readonly string[] =>
        match === 'all' ? names : names.slice(0, 1);
      let [gained, lost] = [0, 0];
      for (const event of new Set([...old.keys(), ...now.keys()])) {
        const before = shown(old.get(event) ?? []).map((name) => NOW_CALLED[name] ?? name);
        const after = shown(now.get(event) ?? []);
        lost += before.filter((name) => !after.includes(name)).length;
        gained += after.filter((name) => !before.includes(name)).length;
      }
      const mode = report.modes.find((each) => each.match === match);
      expect([mode?.counts.gained, mode?.counts.lost]).toEqual([gained, lost]);
      expect(gained * lost).toBeGreaterThan(0);
    },
    60_000,
  );

  it('knows which rules came, went and were renamed', () => {
    const { added, removed, renamed } = report.rules;
    expect(added.map(({ name }) => name)).toEqual(['Before All']);
    expect(removed.map(({ name }) => name)).toEqual(['Terminal shell in container']);
    expect(renamed.map(({ old, now }) => [old.name, now.name])).toEqual(Object.entries(NOW_CALLED));
  });

  it('counts other names, priorities and outputs as changes, with examples of at most three', () => {
    const [all] = report.modes;
    expect(all?.changes.name).toBeGreaterThan(0);
    expect(all?.changes.priority).toBeGreaterThan(0);
    expect(all?.changes.output).toBeGreaterThan(0);
    const examples = all?.rules.flatMap((rule) => Object.values(rule.examples)) ?? [];
    expect(Math.max(...examples.map((some) => some.length))).toBeLessThanOrEqual(3);
  });

  it('says which rule took events from which, and why, where only the first alerts', () => {
    const moves = report.modes[1]?.moves ?? [];
    expect(moves.length).toBeGreaterThan(0);
    const ways = new Set(
      moves.filter(({ to }) => to === 'Before All').map(({ from, why }) => `${from}: ${why}`),
    );
    expect(ways).toContain('Terminal shell in container: matches-no-more');
    expect(ways).toContain('Run shell untrusted: matches-now');
    expect(report.modes[0]?.moves).toEqual([]);
  });

  it('says the same as text, JSON, Markdown and notices', () => {
    const text = differenceText(report);
    expect(text).toMatch(/Rules: 1 added, 1 removed, 1 renamed/);
    expect(text).toContain('"Before All"');
    const { match } = differenceJson(report) as {
      match: Record<string, { gained: number; alerts_old: number }>;
    };
    expect(match['all']?.gained).toBe(report.modes[0]?.counts.gained);
    const markdown = differenceMarkdown(report);
    expect(markdown).toMatch(/^\*\*Rules <code>.*gained.*\n/);
    expect(markdown.length).toBeLessThan(MAX_MARKDOWN);
  });
});

const HOSTILE = 'x`</code>|<script>\u001b[31m\n::error::y##[error]\u202e';

describe('rules diff over names that are an attack', () => {
  const rule = (name: string, more = ''): string =>
    `- rule: ${JSON.stringify(name)}\n  desc: d\n  condition: evt.type = execve${more}\n  output: ran %proc.cmdline %container.name\n  priority: INFO\n`;
  let report: DifferenceReport;
  beforeAll(async () => {
    const capture = join(folder, 'hostile.scap');
    writeScene(capture, { runs: 4, argument: HOSTILE, containerName: HOSTILE });
    const many = Array.from({ length: 300 }, (_, at) =>
      rule(`${HOSTILE} ${at} ${'n'.repeat(200)}`),
    );
    const old = put(folder, 'none.yaml', rule('R', ' and proc.name = nobody'));
    const now = put(folder, 'many.yaml', many.join(''));
    ({ report } = await compareRules({ words: [old, now, capture], 'allow-damage': false }));
  });

  it('stays below 65,536 characters of Markdown, says that it left something out, and has nothing of them in it', () => {
    const markdown = differenceMarkdown(report);
    expect(markdown.length).toBeLessThan(MAX_MARKDOWN);
    expect(markdown).toMatch(/_\d[\d,]* parts left out: /);
    expect(markdown).not.toMatch(/<script|\u001b|\u202e|^::|##\[|`<\/code>/m);
    expect(markdown.match(/<code>/g)?.length).toBe(markdown.match(/<\/code>/g)?.length);
  });

  it('prints bounded text without them', () => {
    const text = differenceText(report);
    expect(text.length).toBeLessThan(100_000);
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]|^\s*::/m);
  });

  it('gives nine rules a notice at their lines, and the rest one together', () => {
    const notices = differenceNotices(report);
    expect(notices).toHaveLength(10);
    expect(notices[0]).toMatch(/^::notice file=.*many\.yaml,line=1::x/);
    expect(notices[9]).toContain('291 more rules');
    for (const notice of notices) {
      expect(notice).not.toMatch(/[\0-\x1f\u202e]/);
    }
  });
});

describe('rules diff, as a user runs it', () => {
  it('fails where that is wanted, and prints notices in a workflow alone', async () => {
    const capture = join(folder, 'scene.scap');
    writeScene(capture);
    const text = (name: string): string =>
      `- rule: A\n  desc: d\n  condition: evt.type = execve and proc.name = ${name}\n  output: x\n  priority: INFO\n`;
    const [old, now] = [put(folder, 'o.yaml', text('apk')), put(folder, 'n.yaml', text('dnf'))];
    const run = (...more: readonly string[]) =>
      tiercel(folder, ['rules', 'diff', old, now, capture, ...more], {
        env: { GITHUB_ACTIONS: more.length > 0 ? 'true' : '' },
      });
    const plain = await run();
    expect([plain.code, plain.err]).toEqual([0, '']);
    const lost = await run('--fail-on', 'lost');
    expect(lost.code).toBe(1);
    expect(lost.err).toBe('::notice file=n.yaml,line=1::A: 0 gained, 1 lost, 0 changed\n'.replace('n.yaml', now.replaceAll(':', '%3A'))); // prettier-ignore
    expect((await run('--fail-on', 'gained')).code).toBe(0);
  });

  it('refuses to compare without evidence, and rules that are wrong', async () => {
    put(folder, 'wrong.yaml', '- rule: R\n  condition: proc.nam = x\n');
    const none = await tiercel(folder, ['rules', 'diff', 'o.yaml', 'n.yaml']);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('Code: EVIDENCE_MISSING')]);
    const wrong = await tiercel(folder, ['rules', 'diff', 'o.yaml', 'wrong.yaml', 'scene.scap']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('wrong.yaml');
  });
});

const STOCK = '../shared/rules';
const hasShared = existsSync(STOCK);

describe.skipIf(!hasShared)('rules diff of stock rules, four years apart', () => {
  it('is a comment of this text over all captures (needs ../shared)', async () => {
    const { report } = await compareRules({
      words: [
        ...[`${STOCK}/falco-0.31.1`, `${STOCK}/falco-5.1.0`],
        ...['../shared/captures', '../shared/k8s_audit'],
      ],
      'allow-damage': true,
    });
    const markdown = differenceMarkdown(report);
    expect(markdown.length).toBeLessThan(MAX_MARKDOWN);
    await expect(markdown).toMatchFileSnapshot('__snapshots__/stock-rules-diff.md');
  }, 60_000);
});
