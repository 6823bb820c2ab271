/** Which rules of a rule set take part: by name, tag, priority, and whether they are enabled. */
import { UserError } from '../errors.js';
import { bytesOfText, textOfBytes } from '../units.js';
import { compileGlob } from './engine/glob.js';
import { PRIORITIES, type Priority, type Rule, type RuleSet } from './rule.js';
import { didYouMean, fixText } from './suggest.js';

/** What a user asks for, as typed; everything may be left out. */
export interface Selection {
  /** Run exactly the rules whose names match one of these patterns (`*`, `?`, `[...]`) or have one of `tags`; disabled ones too. */
  readonly rules?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Leave these out. */
  readonly disable?: readonly string[] | undefined;
  readonly disableTags?: readonly string[] | undefined;
  /** Leave out what is less urgent. */
  readonly minPriority?: Priority | undefined;
}

/**
 * The rules that a selection leaves, in loading order, all of them enabled.
 *
 * @throws {UserError} Where a pattern or a tag fits no rule, or `tags` stand together with `disable` or `disableTags`.
 */
export function selectRules(ruleSet: RuleSet, selection: Selection): readonly Rule[] {
  const { rules = [], tags = [], disable = [], disableTags = [], minPriority } = selection;
  if (tags.length > 0 && disable.length + disableTags.length > 0) {
    throw new UserError({
      code: 'SELECTION_CONFLICT',
      what: 'Cannot select rules',
      where: '--tag with --disable or --disable-tag',
      why: '--tag names exactly the rules that run, so none is left to leave out',
      fix: 'give either --tag, or --disable and --disable-tag',
    });
  }
  const all = ruleSet.rules;
  const named = namedRules(ruleSet, rules, '--rule');
  const withTag = taggedRules(all, tags, '--tag');
  const unwanted = new Set([
    ...namedRules(ruleSet, disable, '--disable'),
    ...taggedRules(all, disableTags, '--disable-tag'),
  ]);
  const isExact = rules.length + tags.length > 0;
  const lowest = minPriority === undefined ? PRIORITIES.length : PRIORITIES.indexOf(minPriority);
  return all
    .filter((rule) => (isExact ? named.has(rule) || withTag.has(rule) : rule.isEnabled))
    .filter((rule) => !unwanted.has(rule) && PRIORITIES.indexOf(rule.priority) <= lowest)
    .map((rule) => (rule.isEnabled ? rule : { ...rule, isEnabled: true }));
}

/** An entry of a configuration: switches the rules of a name pattern, or of a tag, on or off. */
export interface RuleSwitch {
  readonly isEnabled: boolean;
  readonly rule: string | undefined;
  readonly tag: string | undefined;
}

/**
 * Apply switches in order: the last word about a rule counts. Words that fit no rule are passed over, as in the
 * reference: one configuration serves many sets of rules.
 */
export function switchRules(ruleSet: RuleSet, switches: readonly RuleSwitch[]): RuleSet {
  const tests = switches.map(({ isEnabled, rule, tag }) => ({
    isEnabled,
    names: rule === undefined ? undefined : namesLike(rule),
    tag: tag === undefined ? undefined : bytesOfText(tag),
  }));
  const rules = ruleSet.rules.map((rule) => {
    let { isEnabled } = rule;
    for (const test of tests) {
      if (
        test.names?.(rule.name) === true ||
        (test.tag !== undefined && rule.tags.includes(test.tag))
      ) {
        isEnabled = test.isEnabled;
      }
    }
    return isEnabled === rule.isEnabled ? rule : { ...rule, isEnabled };
  });
  return { ...ruleSet, rules };
}

/** Matches names (byte strings) against a pattern as typed, character by character. */
function namesLike(pattern: string): (name: string) => boolean {
  const matches = compileGlob(pattern, false);
  return (name) => matches(textOfBytes(name));
}

function namedRules(
  { rules, idle }: RuleSet,
  patterns: readonly string[],
  flag: string,
): ReadonlySet<Rule> {
  const found = new Set<Rule>();
  for (const pattern of patterns) {
    const matches = namesLike(pattern);
    const hits = rules.filter((rule) => matches(rule.name));
    if (hits.length === 0 && !idle.some((rule) => matches(rule.name))) {
      const names = rules.map((rule) => textOfBytes(rule.name));
      throw unknown({ code: 'RULE_UNKNOWN', kind: 'rule', flag, word: pattern }, names);
    }
    hits.forEach((hit) => found.add(hit));
  }
  return found;
}

function taggedRules(
  rules: readonly Rule[],
  tags: readonly string[],
  flag: string,
): ReadonlySet<Rule> {
  const known = new Set(rules.flatMap((rule) => rule.tags.map(textOfBytes)));
  for (const tag of tags) {
    if (!known.has(tag)) {
      throw unknown(
        { code: 'TAG_UNKNOWN', kind: 'rule with the tag', flag, word: tag },
        [...known].sort(),
      );
    }
  }
  return new Set(rules.filter((rule) => rule.tags.some((tag) => tags.includes(textOfBytes(tag)))));
}

function unknown(
  { code, kind, flag, word }: { code: string; kind: string; flag: string; word: string },
  candidates: readonly string[],
): UserError {
  return new UserError({
    code,
    what: 'Cannot select rules',
    where: `${flag} ${word}`,
    why: `no ${kind} "${word}" was loaded`,
    fix: fixText(
      didYouMean(...nearWords(word, candidates), 'run "tiercel rules list" to see every rule'),
    ),
  });
}

/** A pattern's text in front of its first `*`, and as much of each name: `Launch Pakage*` is nearly something. */
function nearWords(pattern: string, names: readonly string[]): [string, readonly string[]] {
  const star = pattern.indexOf('*');
  return star <= 0
    ? [pattern, names]
    : [pattern.slice(0, star + 1), [...new Set(names.map((name) => `${name.slice(0, star)}*`))]];
}
