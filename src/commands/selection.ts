/**
 * Which rules run: `--rule` and `--tag` name exactly those that do (disabled ones too), `--disable` and
 * `--disable-tag` leave some out, `--min-priority` leaves the less urgent out. A word that fits no rule is a
 * mistake, and told: a misspelt `--disable` would otherwise leave a rule running.
 */
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { PRIORITIES, type Priority, type Rule } from '../rules/index.js';
import { bytesOfText, textOfBytes } from '../units.js';

/** The flags that select rules. */
export interface Selection {
  readonly rule?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly disable?: readonly string[] | undefined;
  readonly 'disable-tag'?: readonly string[] | undefined;
  readonly 'min-priority'?: string | undefined;
}

/**
 * The rules that run, in loading order, all enabled.
 *
 * @throws {UserError} `SELECTION_CONFLICT`, `RULE_UNKNOWN`, `TAG_UNKNOWN`, `PRIORITY_UNKNOWN`
 */
export function selectRules(rules: readonly Rule[], selection: Selection): readonly Rule[] {
  const { rule = [], tag = [], disable = [], 'disable-tag': disableTag = [] } = selection;
  if (tag.length > 0 && disable.length + disableTag.length > 0) {
    throw new UserError({
      code: 'SELECTION_CONFLICT',
      what: 'Cannot select rules',
      where: '--tag with --disable or --disable-tag',
      why: '--tag names exactly the rules that run, so none is left to leave out',
      fix: 'give either --tag, or --disable and --disable-tag',
    });
  }
  const named = namedRules(rules, rule, '--rule');
  const tagged = taggedRules(rules, tag, '--tag');
  const unwanted = new Set([
    ...namedRules(rules, disable, '--disable'),
    ...taggedRules(rules, disableTag, '--disable-tag'),
  ]);
  const isExact = rule.length + tag.length > 0;
  const lowest = PRIORITIES.indexOf(
    parsePriority(selection['min-priority'] ?? 'debug', '--min-priority'),
  );
  return rules
    .filter((each) => (isExact ? named.has(each) || tagged.has(each) : each.isEnabled))
    .filter((each) => !unwanted.has(each) && PRIORITIES.indexOf(each.priority) <= lowest)
    .map((each) => (each.isEnabled ? each : { ...each, isEnabled: true }));
}

/**
 * Apply what a configuration's `rules` say, in order: the last word about a rule counts. Words that fit no
 * rule are passed over, as in Falco: one configuration serves many sets of rules.
 */
export function switchRules(
  rules: readonly Rule[],
  switches: readonly {
    readonly isEnabled: boolean;
    readonly rule: string | undefined;
    readonly tag: string | undefined;
  }[],
): readonly Rule[] {
  if (switches.length === 0) {
    return rules;
  }
  return rules.map((rule) => {
    const last = [...switches]
      .reverse()
      .find(
        ({ rule: glob, tag }) =>
          (glob !== undefined && globPattern(bytesOfText(glob)).test(rule.name)) ||
          (tag !== undefined && rule.tags.includes(bytesOfText(tag))),
      );
    return last === undefined || last.isEnabled === rule.isEnabled
      ? rule
      : { ...rule, isEnabled: last.isEnabled };
  });
}

/**
 * A priority as people write it: any case, `info` and `information` too.
 *
 * @throws {UserError} `PRIORITY_UNKNOWN`
 */
export function parsePriority(word: string, flag: string): Priority {
  const lower = word.toLowerCase();
  const name =
    lower.startsWith('info') && 'informational'.startsWith(lower) ? 'informational' : lower;
  const found = PRIORITIES.find((priority) => priority.toLowerCase() === name);
  if (found === undefined) {
    const known = PRIORITIES.map((priority) => priority.toLowerCase());
    const nearest = nearestName(lower, known);
    throw new UserError({
      code: 'PRIORITY_UNKNOWN',
      what: 'Cannot use this priority',
      where: `${flag} ${word}`,
      why: `the priorities are ${known.join(', ')}`,
      fix: nearest === undefined ? 'choose one of them' : `did you mean ${nearest}?`,
    });
  }
  return found;
}

function namedRules(rules: readonly Rule[], globs: readonly string[], flag: string): Set<Rule> {
  const found = new Set<Rule>();
  for (const glob of globs) {
    const pattern = globPattern(bytesOfText(glob));
    const hits = rules.filter((rule) => pattern.test(rule.name));
    if (hits.length === 0) {
      throw unknown(
        'RULE_UNKNOWN',
        'rule',
        `${flag} ${glob}`,
        glob,
        rules.map(({ name }) => textOfBytes(name)),
      );
    }
    hits.forEach((hit) => found.add(hit));
  }
  return found;
}

function taggedRules(rules: readonly Rule[], tags: readonly string[], flag: string): Set<Rule> {
  const found = new Set<Rule>();
  for (const tag of tags) {
    const hits = rules.filter((rule) => rule.tags.includes(bytesOfText(tag)));
    if (hits.length === 0) {
      const known = [...new Set(rules.flatMap((rule) => rule.tags))].sort();
      throw unknown('TAG_UNKNOWN', 'rule with the tag', `${flag} ${tag}`, tag, known);
    }
    hits.forEach((hit) => found.add(hit));
  }
  return found;
}

// eslint-disable-next-line max-params -- the parts of one story
function unknown(
  code: string,
  kind: string,
  where: string,
  word: string,
  known: readonly string[],
): UserError {
  const nearest = nearestName(word, known);
  return new UserError({
    code,
    what: 'Cannot select rules',
    where,
    why: `no ${kind} "${word}" was loaded`,
    fix:
      nearest === undefined ? 'run "tiercel rules list" to see them' : `did you mean "${nearest}"?`,
  });
}

/** `*` is any text, `?` any character; case counts. */
function globPattern(glob: string): RegExp {
  const source = glob
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
