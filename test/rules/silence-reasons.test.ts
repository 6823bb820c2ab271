/**
 * The reasons for silence as laws: while a reason holds, a rule that is silent for it does not fire; and a rule is not said to be
 * silent for a reason that does not hold.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { VISIBILITY } from '../../src/events/index.js';
import { eventName } from '../../src/fields/index.js';
import { SilenceWatch } from '../../src/investigation/analysis/silence.js';
import { replay } from '../../src/pipeline.js';
import { Matcher, type Rule, type Silence } from '../../src/rules/index.js';
import { canNeverHold, silentRules } from '../../src/rules/could-fire.js';
import { EVENT_TYPE_NAMES } from '../../src/rules/event-types.js';
import { World } from '../../src/state/index.js';
import { scratchFolder } from '../commands/run.js';
import { writeScene } from '../commands/scene.js';
import { ruleSetOf, ruleText } from './helpers.js';

const FIXTURES = readdirSync('fixtures').filter((name) => name.endsWith('.scap'));
const folder = scratchFolder();

/** Conditions over event types, containers and what is always open. */
function conditions(...leaves: readonly string[]): fc.Arbitrary<string> {
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...leaves),
      tie('condition').map((each) => `not (${each})`),
      fc
        .tuple(
          fc.constantFrom(' and ', ' or '),
          fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
        )
        .map(([word, parts]) => `(${parts.join(word)})`),
    ),
  }));
  return condition;
}

const OF_TYPES = conditions(
  'evt.type = execve',
  'evt.type in (open, openat, close)',
  'evt.type in (connect, accept4, sendto)',
  'evt.type != read',
  'evt.type startswith open',
  'evt.type contains clone',
  'evt.type = userfaultfd',
  'evt.num > 0',
  'proc.name = sh',
  'proc.name exists',
  'fd.name startswith /etc',
  'container.id = host',
);

const OF_CONTAINERS = conditions(
  'evt.type = execve',
  'evt.type = ptrace',
  'container.id = host',
  'container.id exists',
  'container.id = 090aad374a0a',
  'container.name = nginx',
  'container.name = host',
  'container.name exists',
  'container.image.repository endswith nginx',
  'container.image.tag = 1.21',
  'container.image exists',
  'container.privileged = false',
  'k8s.ns.name = team-blue',
  'k8s.ns.name = team-red',
  'k8s.pod.name exists',
  'k8s.pod.label[pod-template-hash] = 5d4f',
  'proc.name = apk',
);

function rulesOf(texts: readonly string[]): readonly Rule[] {
  const files = texts.map((text, at) =>
    ruleText(JSON.stringify(text)).replace('rule: R', `rule: R${at}`),
  );
  return ruleSetOf(files.join('')).rules;
}

/** Which rules fire, and which are silent, where nothing but events of some types was recorded. */
async function judged(
  path: string,
  rules: readonly Rule[],
  isRecorded: (type: string) => boolean = () => true,
): Promise<{ fired: ReadonlySet<string>; silent: readonly Silence[] }> {
  const matcher = new Matcher(rules);
  const watch = new SilenceWatch(rules);
  const fired = new Set<string>();
  const result = await replay(await openEvidence(path), {
    onMoment: (moment, visibility) => {
      if (visibility !== VISIBILITY.STATE && isRecorded(eventName(moment.event))) {
        watch.look(moment);
        matcher.match(moment).forEach(({ name }) => fired.add(name));
      }
      return undefined;
    },
  });
  return { fired, silent: watch.silent(result) };
}

/** Of silent rules, those that fired all the same. */
const liars = (silent: readonly Silence[], fired: ReadonlySet<string>): readonly string[] =>
  silent
    .filter(({ rule }) => fired.has(rule.name))
    .map(({ rule, detail }) => `${rule.conditionText}: ${detail}`);

describe('no-event-type', () => {
  it('is never said of a rule that fires, whichever types of events were recorded', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(OF_TYPES, { minLength: 100, maxLength: 150 }),
        fc.constantFrom(...FIXTURES),
        fc.func(fc.boolean()),
        async (texts, name, isRecorded) => {
          const { fired, silent } = await judged(`fixtures/${name}`, rulesOf(texts), isRecorded);
          expect(liars(silent, fired)).toEqual([]);
          count += silent.filter(({ reason }) => reason === 'no-event-type').length;
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
    expect(count).toBeGreaterThan(0);
  });

  it('holds as long as none of the types that it names was recorded, and no longer', () => {
    const world = new World();
    const reasonWith = (rule: Rule, types: readonly string[]): Silence | undefined =>
      silentRules([rule], { typesBySource: new Map([['syscall', new Set(types)]]), world })[0];
    const names = [...EVENT_TYPE_NAMES];
    fc.assert(
      fc.property(
        OF_TYPES,
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 40 }),
        (text, types) => {
          const [rule] = rulesOf([text]) as [Rule];
          fc.pre(!canNeverHold(rule.condition, 'syscall'));
          const isWanted = (name: string): boolean =>
            reasonWith(rule, [name])?.reason !== 'no-event-type';
          const lacks = !types.some(isWanted);
          const silence = reasonWith(rule, types);
          expect(silence?.reason === 'no-event-type').toBe(lacks);
          if (lacks) {
            const wanted = names.filter(isWanted).sort();
            expect(wanted).not.toEqual([]);
            expect(silence?.detail).toBe(
              wanted.length > 3
                ? `no ${wanted.slice(0, 2).join(', ')} or ${wanted.length - 2} other types of events was recorded`
                : `no ${wanted.join(' or ')} was recorded`,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('no-container-metadata', () => {
  const bare = join(folder, 'bare.scap');
  const described = join(folder, 'described.scap');

  beforeAll(() => {
    writeScene(bare, { runs: 3, hasMetadata: false });
    writeScene(described, { runs: 3 });
  });

  it('is said only of rules that cannot fire without, and of none where metadata was recorded', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(OF_CONTAINERS, { minLength: 100, maxLength: 200 }),
        async (texts) => {
          const rules = rulesOf(texts);
          const without = await judged(bare, rules);
          expect(liars(without.silent, without.fired)).toEqual([]);
          count += without.silent.filter(({ reason }) => reason === 'no-container-metadata').length;
          const withThem = await judged(described, rules);
          expect(liars(withThem.silent, withThem.fired)).toEqual([]);
          expect(withThem.silent.map(({ reason }) => reason)).not.toContain(
            'no-container-metadata',
          );
        },
      ),
      { numRuns: 20, endOnFailure: true },
    );
    expect(count).toBeGreaterThan(0);
  });

  it.each([
    'evt.type = execve and container.name = nginx',
    'evt.type = execve and container.image.repository endswith nginx',
    'evt.type = execve and k8s.ns.name = team-blue',
    'evt.type = execve and (container.name = nginx or container.image.tag = 1.21)',
  ])('is the reason of %s, which fires with metadata', async (text) => {
    const rules = rulesOf([text]);
    const { fired } = await judged(described, rules);
    expect([...fired]).toEqual(['R0']);
    const { silent } = await judged(bare, rules);
    expect(silent.map(({ reason }) => reason)).toEqual(['no-container-metadata']);
  });
});
