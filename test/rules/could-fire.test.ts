/** What is said of rules that could not fire: never of one that did, and always why. */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { SilenceWatch } from '../../src/investigation/analysis/silence.js';
import { VISIBILITY } from '../../src/events/index.js';
import { replay } from '../../src/pipeline.js';
import {
  loadRules,
  Matcher,
  readRulesFiles,
  type Rule,
  type Silence,
} from '../../src/rules/index.js';
import { World } from '../../src/state/index.js';
import { canNeverHold, silentRules } from '../../src/rules/could-fire.js';
import { ruleOf, ruleSetOf, ruleText } from './helpers.js';

const FIXTURES = readdirSync('fixtures').filter((name) => name.endsWith('.scap'));

/** Rules that fired on a capture, and those of which it is said that they could not have. */
async function judged(path: string, rules: readonly Rule[]) {
  const matcher = new Matcher(rules);
  const watch = new SilenceWatch(rules);
  const fired = new Set<string>();
  const result = await replay(await openEvidence(path), {
    wants: (moment) => {
      watch.look(moment);
      return matcher.wants(moment);
    },
    onMoment: (moment, visibility) => {
      if (visibility !== VISIBILITY.STATE) {
        watch.look(moment);
        matcher.match(moment).forEach(({ name }) => fired.add(name));
      }
      return undefined;
    },
  });
  return { fired, silent: watch.silent(result) };
}

const comparison = fc.constantFrom(
  'evt.type = execve',
  'evt.type in (open, openat, close)',
  'evt.type != read',
  'evt.type in ()',
  'evt.type startswith open',
  'evt.type = userfaultfd',
  'evt.num >= 0',
  'evt.num = 0',
  'evt.rawtime exists',
  'proc.name = sh',
  'proc.name in (sh, cat)',
  'proc.name exists',
  'proc.name in ()',
  'container.id = host',
  'container.id != host',
  'container.id exists',
  'container.name = host',
  'container.image exists',
  'container.image.repository = nginx',
  'container.image.repository contains x',
  'container.privileged = true',
  'container.privileged = false',
  'container.mounts exists',
  'container.start_ts exists',
  'k8s.pod.name exists',
  'k8s.ns.name = team-purple',
  'k8s.pod.labels exists',
  'k8s.pod.label[app] = x',
  'fd.name startswith /etc',
  'user.name = root',
  'tolower(container.name) = host',
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    comparison,
    tie('condition').map((each) => `not (${each})`),
    fc
      .tuple(
        fc.constantFrom(' and ', ' or '),
        fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
      )
      .map(([word, parts]) => `(${parts.join(word)})`),
  ),
}));

describe('a rule that fired', () => {
  it.each(FIXTURES)('is never said to be unable to, of the shipped ones on %s', async (name) => {
    const { ruleSet } = loadRules(readRulesFiles(['rules']));
    const { fired, silent } = await judged(`fixtures/${name}`, ruleSet?.rules ?? []);
    expect(silent.map(({ rule }) => rule.name).filter((rule) => fired.has(rule))).toEqual([]);
    // on captures of system calls the rules about audit logs are silent
    expect(silent.filter(({ reason }) => reason === 'no-source').length).toBeGreaterThan(50);
  });

  it('is never said to be unable to, of random ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(condition, { minLength: 150, maxLength: 300 }),
        fc.constantFrom(...FIXTURES),
        async (conditions, name) => {
          const texts = conditions.map((text, index) =>
            ruleText(JSON.stringify(text)).replace('rule: R', `rule: R${index}`),
          );
          const { rules } = ruleSetOf(texts.join(''));
          const { fired, silent } = await judged(`fixtures/${name}`, rules);
          const wrong = silent.filter(({ rule }) => fired.has(rule.name));
          expect(wrong.map(({ rule, detail }) => `${rule.conditionText}: ${detail}`)).toEqual([]);
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  }, 120_000);
});

describe('a condition that can never hold', () => {
  it.each([
    'proc.name = a and not proc.name = a',
    'evt.type = open and evt.type = close',
    'proc.name = a and proc.name = b',
    'proc.name in (a, b) and proc.name in (c, d)',
    'proc.name = a and not proc.name in (a, b)',
    'user.uid = 1 and user.uid = 2',
    'evt.num = 0',
    'evt.type = open and not evt.num >= 0',
    'proc.name in ()',
    '(evt.type = open or evt.type = openat) and evt.type = close',
    '(fd.name = a and not fd.name = a) or (fd.name = b and not fd.name = b)',
    'not (proc.name = a or not proc.name = a)',
  ])('is recognised: %s', (text) => {
    expect(canNeverHold(ruleOf(ruleText(JSON.stringify(text))).condition, 'syscall')).toBe(true);
  });

  it.each([
    'proc.name = a and proc.name != b',
    'proc.aname = a and proc.aname = b',
    'fd.ip = 10.0.0.1 and fd.ip = 10.0.0.2',
    'proc.name = a and proc.pname = b',
    'proc.name in (a, b) and proc.name in (b, c)',
    'proc.args contains a and proc.args contains b',
    'evt.type = open or evt.type = close',
    'user.uid = 1 and user.uid = 01',
    'proc.name != a',
    'evt.num = 1',
  ])('is not seen in one that can: %s', (text) => {
    expect(canNeverHold(ruleOf(ruleText(JSON.stringify(text))).condition, 'syscall')).toBe(false);
  });

  it('is recognised in the shipped rules whose macros have to be filled in', () => {
    const { ruleSet } = loadRules(readRulesFiles(['rules']));
    const never = (ruleSet?.rules ?? []).filter((rule) =>
      canNeverHold(rule.condition, rule.source),
    );
    expect(never.map(({ name }) => name)).toContain('Create Disallowed Pod');
  });
});

describe('why a rule is silent', () => {
  const reasonOf = (text: string, world = new World()): Pick<Silence, 'reason' | 'detail'> => {
    const types = new Map([['syscall', new Set(['open', 'close'])]]);
    const rule = ruleOf(ruleText(JSON.stringify(text)));
    const [silence] = silentRules([rule], { typesBySource: types, world });
    return { reason: silence?.reason ?? 'never-true', detail: silence?.detail ?? 'it could fire' };
  };

  it.each([
    ['evt.type = open', 'it could fire'],
    ['evt.type = execve', 'no execve was recorded'],
    ['evt.type in (execve, connect)', 'no connect or execve was recorded'],
    ['evt.type = open and container.id != host', 'no container was recorded'],
    ['evt.type = open and container.image exists', 'it could fire'],
    ['evt.type = open and k8s.pod.name exists', 'no container was recorded'],
    ['evt.type = open and evt.type = close', 'conditions that can never hold'],
  ])('is reported of %s: %s', (text, detail) => {
    expect(reasonOf(text).detail).toBe(detail);
  });

  it('is missing metadata where threads ran in containers that nobody described', () => {
    const world = new World();
    world.hadContainedThread = true;
    expect(reasonOf('evt.type = open and container.image.repository = nginx', world)).toEqual({
      reason: 'no-container-metadata',
      detail: 'no container metadata',
    });
    expect(reasonOf('evt.type = open and container.id = 0123456789ab', world).detail).toBe(
      'it could fire',
    );
  });
});
