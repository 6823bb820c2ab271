/**
 * A rule set that was loaded before, as text: reading it takes a fortieth of the time that loading the files takes. Only for
 * texts that we made ourselves: nothing in them is checked.
 */
import type { RulesInput } from './load.js';
import type { RuleSet } from './rule.js';

/** Stands for the folder of the rules in places, since programs are moved; no name of a file begins like this. */
const FOLDER_MARK = '"\\u0000/';

/** The text for a rule set whose files all lie in `folder`. */
export function packRuleSet(ruleSet: RuleSet, folder: string): string {
  return JSON.stringify(ruleSet).replaceAll(startOf(folder), FOLDER_MARK);
}

/** The rule set that loading `inputs`, which lie in `folder`, would give; `undefined` if `text` is of other files. */
export function unpackRuleSet(
  text: string,
  inputs: readonly RulesInput[],
  folder: string,
): RuleSet | undefined {
  const ruleSet = JSON.parse(text.replaceAll(FOLDER_MARK, startOf(folder))) as RuleSet;
  const { files } = ruleSet;
  const isSame =
    files.length === inputs.length &&
    files.every((file, at) => file.path === inputs[at]?.path && file.sha256 === inputs[at].sha256);
  return isSame ? ruleSet : undefined;
}

/** How the path of a file in a folder begins, in JSON. */
function startOf(folder: string): string {
  return `${JSON.stringify(folder).slice(0, -1)}/`;
}
