/** Rules files as short as a test can write them. */
import { loadRules, type Problem, type Rule, type RuleSet } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';

/** A whole rule with this condition; `more` are further lines of the item, two blanks in. */
export function ruleText(condition: string, more = ''): string {
  return `- rule: R\n  desc: d\n  condition: ${condition}\n  output: "x %evt.num"\n  priority: INFO\n${more}`;
}

/** The rules of files that must load, in order. */
export function ruleSetOf(...texts: readonly string[]): RuleSet {
  const { ruleSet, files } = loadFiles(texts);
  if (ruleSet === undefined) {
    const messages = files.flatMap(({ errors }) => errors).map(({ message }) => message);
    throw new Error(`rules did not load: ${messages.join('; ')}`);
  }
  return ruleSet;
}

/** The only rule, or that of a name, of files that must load. */
export function ruleOf(texts: string | readonly string[], name = 'R'): Rule {
  const { rules } = ruleSetOf(...(typeof texts === 'string' ? [texts] : texts));
  const rule = rules.find((each) => each.name === name);
  if (rule === undefined) {
    throw new Error(`there is no rule ${name}`);
  }
  return rule;
}

/** Load files named `1.yaml`, `2.yaml` ... */
export function loadFiles(texts: readonly string[]): ReturnType<typeof loadRules> {
  return loadRules(texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })));
}

/** What is wrong with files, errors and warnings of all in order. */
export function problemsOf(...texts: readonly string[]): readonly Problem[] {
  return loadFiles(texts).files.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
}

/** Codes and items: `LOAD_UNUSED_LIST l`. */
export function codesOf(...texts: readonly string[]): readonly string[] {
  return problemsOf(...texts).map(({ code, context }) => `${code} ${itemOf(context)}`.trim());
}

/** Names of the items that a place is in, from the outside in. */
export function itemOf(context: Problem['context']): string {
  return context
    .map(({ name }) => name)
    .filter((name) => name !== '')
    .join(' > ');
}

/** What the condition of the rule R comes to. */
export function conditionOf(...texts: readonly string[]): string {
  return printCondition(ruleOf(texts).condition);
}

/** An item that defines a list; `items` with commas between. */
export function listText(name: string, items: string): string {
  return `- list: ${name}\n  items: [${items}]\n`;
}

/** An item that defines a macro. */
export function macroText(name: string, condition: string): string {
  return `- macro: ${name}\n  condition: ${condition}\n`;
}

/** A whole rule about opens for which something more holds. */
export function openedText(rest: string): string {
  return ruleText(`evt.type = open and ${rest}`);
}

/** An item about the rule R with these lines. */
export function changeText(lines: string): string {
  return `- rule: R\n${lines}`;
}

/** The rule R with these exceptions. */
export function exceptionsText(lines: string): string {
  return ruleText('evt.type = open', `  exceptions:\n${lines}`);
}
