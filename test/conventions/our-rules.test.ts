/**
 * What is promised of our own rules over system calls: they load without a warning, say what to do, have ATT&CK tags, and
 * each fires on the scenes it is for and not on those beside them.
 */
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../src/alerts/index.js';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { replay } from '../../src/pipeline.js';
import { loadRules, Matcher, readRulesFiles, type Rule } from '../../src/rules/index.js';
import { ABOUT_ANY_PROGRAM, ORDINARY, OUR_RULE_CASES } from '../rules/our-rules-cases.js';
import { withCapture, type Scene } from '../rules/our-rules-scenes.js';

const FILE = 'rules/tiercel_rules.yaml';
const TACTIC = /^mitre_[a-z_]+$/;
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

/** Names that overrides for the well-known rules, macros and lists rely on. */
const WELL_KNOWN = {
  rules: [
    'Terminal shell in container',
    'Launch Package Management Process in Container',
    'Write below etc',
    'Write below root',
    'Read sensitive file untrusted',
    'Delete or rename shell history',
    'Launch Sensitive Mount Container',
    'Launch Privileged Container',
    'Contact K8S API Server From Container',
    'Run shell untrusted',
  ],
  macros: [
    ...['open_write', 'open_read', 'spawned_process', 'container', 'inbound', 'outbound', 'mkdir'],
    ...['shell_procs', 'package_mgmt_procs', 'sensitive_files', 'interactive', 'never_true'],
    ...['user_known_write_below_etc_activities', 'user_known_package_manager_in_container'],
    ...['user_expected_terminal_shell_in_container_conditions', 'user_sensitive_mount_containers'],
  ],
  lists: ['shell_binaries', 'package_mgmt_binaries', 'sensitive_file_names', 'known_root_files'],
};

const LOADED = loadRules(readRulesFiles([FILE]));
const RULES = LOADED.ruleSet?.rules ?? [];

function sentenceCount(text: string): number {
  return text.split(/[.!?](?:\s|$)/).filter((sentence) => sentence.trim() !== '').length;
}

/** How often each rule fires on a scene. */
async function firings(scene: Scene, rules: readonly Rule[]): Promise<ReadonlyMap<string, number>> {
  return withCapture(scene, async (path) => {
    const matcher = new Matcher(rules);
    const counts = new Map<string, number>();
    const { diagnostics } = await replay(await openEvidence(path), {
      onMoment: (moment, visibility) => {
        for (const { name } of visibility === VISIBILITY.STATE ? [] : matcher.match(moment)) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        return undefined;
      },
    });
    expect(diagnostics).toEqual([]);
    return counts;
  });
}

describe('our own rules over system calls', () => {
  it('load without an error or a warning', () => {
    expect(LOADED.files.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  });

  it('are 60 or more, each with a name of its own', () => {
    expect(RULES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it('have the names that others override', () => {
    const buildings = LOADED.ruleSet?.buildings ?? [];
    const names = (kind: string): string[] =>
      buildings.filter((building) => building.kind === kind).map(({ name }) => name);
    expect(RULES.map(({ name }) => name)).toEqual(expect.arrayContaining(WELL_KNOWN.rules));
    expect(names('macro')).toEqual(expect.arrayContaining(WELL_KNOWN.macros));
    expect(names('list')).toEqual(expect.arrayContaining(WELL_KNOWN.lists));
  });

  it('have scenes, and there are no scenes for rules that are gone', () => {
    expect(Object.keys(OUR_RULE_CASES).sort()).toEqual(RULES.map(({ name }) => name).sort());
  });
});

/** The rule as it is when a file of the user's comes after ours. */
function withLocal(rule: Rule, local: string | undefined): Rule {
  if (local === undefined) {
    return rule;
  }
  const loaded = loadRules([...readRulesFiles([FILE]), { path: 'local.yaml', text: local }]);
  const changed = loaded.ruleSet?.rules.find(({ name }) => name === rule.name);
  if (changed === undefined) {
    throw new Error(`the file for ${rule.name} does not load`);
  }
  return changed;
}

describe.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (name, shipped) => {
  const { fires = [], stays = [], local } = OUR_RULE_CASES[name] ?? {};
  const rule = withLocal(shipped, local);

  it('says what it means and what to do, and has a tactic and a technique', () => {
    expect(sentenceCount(rule.description)).toBeGreaterThanOrEqual(2);
    expect(rule.tags.some((tag) => TACTIC.test(tag))).toBe(true);
    expect(rule.tags.some((tag) => TECHNIQUE.test(tag))).toBe(true);
    expect(compileTemplate(rule.output, rule.source).fields.length).toBeGreaterThan(3);
  });

  if (local !== undefined) {
    it('is silent until the user says what it waits for', async () => {
      for (const scene of fires) {
        expect((await firings(scene, [shipped])).get(name) ?? 0).toBe(shipped.isEnabled ? 0 : 1);
      }
    });
  }

  it('fires once in each scene that it is for', async () => {
    expect(fires).not.toHaveLength(0);
    for (const [index, scene] of fires.entries()) {
      expect([index, (await firings(scene, [rule])).get(name)]).toEqual([index, 1]);
    }
  });

  it('does not fire when the same process does ordinary things, before or after', async () => {
    const ordinary = ABOUT_ANY_PROGRAM.has(name) ? ORDINARY.slice(0, -1) : ORDINARY;
    for (const [index, { by = {}, does }] of fires.entries()) {
      expect([index, (await firings({ by, does: ordinary }, [rule])).get(name)]).toEqual([
        index,
        undefined,
      ]);
      const after = { by, does: [...does, ...ordinary] };
      expect([index, (await firings(after, [rule])).get(name)]).toEqual([index, 1]);
    }
  });

  it('would be missed by these scenes if it said the opposite', async () => {
    const opposite: Rule = { ...rule, condition: { kind: 'not', child: rule.condition } };
    const by = fires[0]?.by ?? {};
    expect((await firings({ by, does: ORDINARY }, [opposite])).get(name)).toBeGreaterThan(0);
  });

  it('does not fire in the scenes beside them', async () => {
    for (const [index, scene] of stays.entries()) {
      expect([index, (await firings(scene, [rule])).get(name)]).toEqual([index, undefined]);
    }
  });
});
