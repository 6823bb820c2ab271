/**
 * What definitions become for everybody else: rules, and the macros and lists that they are built of. All texts are byte
 * strings from here on.
 */
import { bytesOfText } from '../units.js';
import type { Position } from './ast.js';
import type { ListDefinition, MacroDefinition, RuleDefinition } from './definitions.js';
import type { Context } from './problem.js';
import type { Resolution } from './resolution.js';
import type { Building, IdleRule, Rule } from './rule.js';
import { ComposedText, type Piece, type PlacedText } from './source-text.js';

/** A macro; without its resolution, nothing is known of what it uses. */
export function macroBuilding(
  macro: MacroDefinition,
  resolution: Resolution | undefined,
): Building {
  return {
    kind: 'macro',
    name: bytesOfText(macro.name),
    text: bytesOfText(joined(macro.condition).text),
    items: [],
    macros: sortedBytes(resolution?.macros.keys() ?? []),
    lists: sortedBytes(resolution?.lists.keys() ?? []),
    at: placeOf(macro.context),
  };
}

/** A list, with the names of the lists in it. */
export function listBuilding(list: ListDefinition, lists: readonly string[]): Building {
  const items = list.items.map((item) => bytesOfText(item.text));
  return {
    kind: 'list',
    name: bytesOfText(list.name),
    text: items.join(', '),
    items,
    macros: [],
    lists: sortedBytes(lists),
    at: placeOf(list.context),
  };
}

/** A rule of a source that nothing here produces. */
export function idleRule(rule: RuleDefinition): IdleRule {
  return {
    name: bytesOfText(rule.name),
    source: bytesOfText(rule.source),
    priority: rule.priority,
    at: placeOf(rule.context),
  };
}

/** A rule that was found right; its place among the others comes later. */
export function ruleFrom(
  definition: RuleDefinition,
  resolution: Resolution,
  texts: { readonly condition: string; readonly output: string },
): Omit<Rule, 'index'> {
  const fields = definition.exceptions.flatMap((exception) =>
    exception.values.length > 0 ? exception.fields.map(({ field }) => field.text) : [],
  );
  return {
    name: bytesOfText(definition.name),
    description: bytesOfText(definition.description),
    priority: definition.priority,
    source: bytesOfText(definition.source),
    tags: definition.tags.map(bytesOfText),
    isEnabled: definition.isEnabled,
    condition: resolution.condition,
    conditionText: bytesOfText(texts.condition),
    output: bytesOfText(texts.output),
    macros: sortedBytes(resolution.macros.keys()),
    lists: sortedBytes(resolution.lists.keys()),
    exceptionFields: sortedBytes(new Set(fields)),
    isCaptured: definition.isCaptured,
    captureMs: definition.captureMs,
    at: placeOf(definition.context),
  };
}

function sortedBytes(texts: Iterable<string>): readonly string[] {
  return Array.from(texts, bytesOfText).sort();
}

/** The parts of a text with one blank between them. */
export function joined(parts: readonly PlacedText[]): PlacedText {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    return first;
  }
  const pieces = parts.flatMap((part, index): Piece[] =>
    index === 0 ? [part] : [{ text: ' ', near: part }, part],
  );
  return new ComposedText(pieces);
}

/** Where the innermost item of a context was written. */
export function placeOf(context: Context): Position {
  return context[context.length - 1]?.at ?? { file: '', line: 1, column: 1 };
}
