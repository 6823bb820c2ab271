/** The flags that select rules, as `rules` wants them. What they mean is there. */
import { UserError } from '../../errors.js';
import { nearestName } from '../../fields/index.js';
import {
  PRIORITIES,
  parsePriority as priorityNamed,
  selectRules,
  type Priority,
  type Rule,
  type RuleSet,
} from '../../rules/index.js';

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
export function chooseRules(ruleSet: RuleSet, selection: Selection): readonly Rule[] {
  const lowest = selection['min-priority'];
  return selectRules(ruleSet, {
    rules: selection.rule,
    tags: selection.tag,
    disable: selection.disable,
    disableTags: selection['disable-tag'],
    minPriority: lowest === undefined ? undefined : parsePriority(lowest, '--min-priority'),
  });
}

/**
 * A priority as people write it: any case; `info` is short for informational.
 *
 * @throws {UserError} `PRIORITY_UNKNOWN`
 */
export function parsePriority(word: string, flag: string): Priority {
  const found = priorityNamed(word);
  if (found === undefined) {
    const known = PRIORITIES.map((priority) => priority.toLowerCase());
    const nearest = nearestName(word, known);
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
