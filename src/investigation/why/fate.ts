/** Why a rule would not run at all: it is disabled, or the flags that select rules leave it out. */
import type { Rule, RuleSet } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import { chooseRules, type Selection } from '../rules/selection.js';

/** An id that does not change, and a sentence. */
export interface Fate {
  readonly id: 'disabled' | 'left-out-by-tag' | 'left-out-by-name' | 'left-out-by-priority';
  readonly text: string;
}

/** What keeps `rule` from running; `undefined` where nothing does. */
export function fateOf(rule: Rule, ruleSet: RuleSet, selection: Selection): Fate | undefined {
  const runs = (flags: Selection, isAsWritten: boolean): boolean => {
    const rules = isAsWritten
      ? ruleSet.rules
      : ruleSet.rules.map((each) => ({ ...each, isEnabled: true }));
    return chooseRules({ ...ruleSet, rules }, flags).some(({ name }) => name === rule.name);
  };
  const { tag, disable, 'disable-tag': disableTag, 'min-priority': lowest } = selection;
  const tags = rule.tags.map(textOfBytes).join(', ');
  if (runs(selection, true)) {
    return undefined;
  }
  if (!runs({ tag }, false) || !runs({ 'disable-tag': disableTag }, false)) {
    const why = `left out by a tag: its tags are ${tags === '' ? 'none' : tags}`;
    return { id: 'left-out-by-tag', text: why };
  }
  if (!runs({ disable }, false)) {
    return { id: 'left-out-by-name', text: `left out by its name (--disable)` };
  }
  if (!runs({ 'min-priority': lowest }, false)) {
    const why = `left out by its priority: it is ${rule.priority}, and --min-priority is ${lowest ?? ''}`;
    return { id: 'left-out-by-priority', text: why };
  }
  return { id: 'disabled', text: 'disabled (enabled: false); --tag runs disabled rules too' };
}
