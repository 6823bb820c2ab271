/** All there is to know about a rule and what it is made of, for showing. */
import { textOfBytes } from '../units.js';
import { eachComparison } from './check-condition.js';
import { outputFields } from './check-output.js';
import { eventTypeNames } from './event-types.js';
import { fieldsIn } from './fields-in.js';
import { printCondition, printField } from './print-condition.js';
import type { Building, Rule, RuleSet } from './rule.js';

/** A rule, explained. All text is text, no byte strings. */
export interface RuleDescription {
  readonly rule: Rule;
  readonly output: string;
  /** The condition without macros and lists. */
  readonly resolvedCondition: string;
  /** Fields that the condition asks, sorted. */
  readonly conditionFields: readonly string[];
  /** Fields that the output prints, sorted. */
  readonly outputFields: readonly string[];
  readonly operators: readonly string[];
  /** Types of events at which it can hold; `undefined`: the condition does not say. */
  readonly eventTypes: readonly string[] | undefined;
  /** Macros and lists that it is made of, directly or not, in loading order. */
  readonly buildings: readonly Building[];
}

/** Explain a rule of a rule set. */
export function describeRule(rule: Rule, { buildings }: RuleSet): RuleDescription {
  const fields = new Set<string>();
  const operators = new Set<string>();
  eachComparison(rule.condition, (comparison) => {
    const { operator, modifier } = comparison;
    operators.add(modifier === undefined ? operator : `${operator} ${modifier}`);
    for (const field of fieldsIn(comparison)) {
      fields.add(printField({ ...field, transformers: [] }));
    }
  });
  const output = textOfBytes(rule.output);
  return {
    rule: ruleInText(rule),
    output,
    resolvedCondition: printCondition(rule.condition),
    conditionFields: [...fields].sort(),
    outputFields: outputFields(output, rule.source),
    operators: [...operators].sort(),
    eventTypes: rule.source === 'syscall' ? eventTypeNames(rule.condition) : undefined,
    buildings: buildingsOf(rule, buildings).map(buildingInText),
  };
}

/** A rule with its byte strings turned into text. */
function ruleInText(rule: Rule): Rule {
  return {
    ...rule,
    name: textOfBytes(rule.name),
    description: textOfBytes(rule.description),
    source: textOfBytes(rule.source),
    tags: rule.tags.map(textOfBytes),
    conditionText: textOfBytes(rule.conditionText),
    output: textOfBytes(rule.output),
    macros: rule.macros.map(textOfBytes),
    lists: rule.lists.map(textOfBytes),
    exceptionFields: rule.exceptionFields.map(textOfBytes),
  };
}

/** A macro or list with its byte strings turned into text. */
export function buildingInText(building: Building): Building {
  return {
    ...building,
    name: textOfBytes(building.name),
    text: textOfBytes(building.text),
    items: building.items.map(textOfBytes),
    macros: building.macros.map(textOfBytes),
    lists: building.lists.map(textOfBytes),
  };
}

function buildingsOf(rule: Rule, all: readonly Building[]): readonly Building[] {
  const byName = {
    macro: new Map(all.filter(({ kind }) => kind === 'macro').map((each) => [each.name, each])),
    list: new Map(all.filter(({ kind }) => kind === 'list').map((each) => [each.name, each])),
  };
  const used = new Set<Building>();
  const waiting: Building[] = [];
  const use = (names: readonly string[], kind: 'macro' | 'list'): void => {
    for (const name of names) {
      const building = byName[kind].get(name);
      if (building !== undefined && !used.has(building)) {
        used.add(building);
        waiting.push(building);
      }
    }
  };
  use(rule.macros, 'macro');
  use(rule.lists, 'list');
  for (let building = waiting.pop(); building !== undefined; building = waiting.pop()) {
    use(building.macros, 'macro');
    use(building.lists, 'list');
  }
  return all.filter((building) => used.has(building));
}
