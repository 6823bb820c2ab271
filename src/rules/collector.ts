/**
 * What all items read so far add up to: definitions by name, in the order in which each name first came.
 * Later items replace, append to or change earlier ones. Mistakes that show only in the light of earlier items
 * are found here.
 */
import type {
  ExceptionDefinition,
  ExceptionPart,
  ListDefinition,
  MacroDefinition,
  RuleChanges,
  RuleDefinition,
} from './definitions.js';
import { checkRows, replacedException, wholeException } from './whole-exception.js';
import type { Context, Problems } from './problem.js';
import { placeOf } from './present.js';
import type { PlacedText } from './source-text.js';
import { didYouMean } from './suggest.js';
import { SOURCES } from './versions.js';
import type { Overridden } from './written.js';

/** A new list or macro, or more of an earlier one. */
export interface NamedPart {
  readonly name: string;
  readonly isAppended: boolean;
  readonly context: Context;
}

/** All that a rule needs; what was left out has its usual value. */
export type WholeRule = Omit<
  RuleDefinition,
  'index' | 'isSourceKnown' | 'exceptions' | 'condition' | 'output'
> & {
  readonly condition: PlacedText;
  readonly output: PlacedText;
  readonly exceptions: readonly ExceptionPart[];
};

/** A change to an earlier rule. */
export interface RuleUpdate {
  readonly name: string;
  /** Empty where the item does not say. */
  readonly source: string;
  readonly changes: RuleChanges;
  readonly context: Context;
}

/** All definitions so far. */
export class Collector {
  readonly lists = new Map<string, ListDefinition>();
  readonly macros = new Map<string, MacroDefinition>();
  readonly rules = new Map<string, RuleDefinition>();
  /** Names of items that were given up: what refers to them is not to blame. */
  readonly broken = { list: new Set<string>(), macro: new Set<string>(), rule: new Set<string>() };
  /** Definitions that later ones replaced or changed. */
  readonly overridden: Overridden[] = [];
  readonly #problems: Problems;
  #next = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  addList(part: NamedPart, items: readonly PlacedText[]): void {
    const { name, context } = part;
    const previous = this.lists.get(name);
    if (part.isAppended) {
      this.#mustExist('list', previous, part);
    }
    this.#noteOverridden('list', previous, part, part.isAppended ? 'appended' : 'replaced');
    const visibility = this.#next++;
    const index = previous?.index ?? visibility;
    this.lists.set(
      name,
      part.isAppended && previous !== undefined
        ? { ...previous, visibility, items: [...previous.items, ...items] }
        : { name, index, visibility, items, context },
    );
  }

  addMacro(part: NamedPart, condition: PlacedText): void {
    const { name, context } = part;
    const previous = this.macros.get(name);
    if (part.isAppended) {
      this.#mustExist('macro', previous, part);
    }
    this.#noteOverridden('macro', previous, part, part.isAppended ? 'appended' : 'replaced');
    const visibility = this.#next++;
    const index = previous?.index ?? visibility;
    this.macros.set(
      name,
      part.isAppended && previous !== undefined
        ? { ...previous, visibility, condition: [...previous.condition, condition] }
        : { name, index, visibility, condition: [condition], context },
    );
  }

  #noteOverridden(
    kind: Overridden['kind'],
    previous: { readonly context: Context } | undefined,
    { name, context }: { readonly name: string; readonly context: Context },
    how: Overridden['how'],
  ): void {
    if (previous !== undefined) {
      const by = placeOf(context);
      this.overridden.push({ kind, how, name, before: placeOf(previous.context), by });
    }
  }

  #mustExist(kind: 'list' | 'macro', previous: unknown, { name, context }: NamedPart): void {
    if (previous === undefined && !this.broken[kind].has(name)) {
      const known = kind === 'list' ? this.lists : this.macros;
      throw this.#problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `this appends to a ${kind} "${name}", and no ${kind} of that name came before`,
        fix: didYouMean(name, known.keys(), `define the ${kind} before, or do not append`),
      });
    }
  }

  addRule(rule: WholeRule): void {
    const previous = this.#previousRule(rule.name, rule.source, rule.context);
    this.#noteOverridden('rule', previous, rule, 'replaced');
    const isSourceKnown = SOURCES.includes(rule.source);
    if (!isSourceKnown) {
      this.#problems.add('LOAD_UNKNOWN_SOURCE', rule.context, {
        message: `no evidence has events of source "${rule.source}": the rule is kept, and idle`,
        fix: didYouMean(rule.source, SOURCES, `the sources are ${SOURCES.join(', ')}`),
      });
    }
    const exceptions = rule.exceptions.map((part) => this.#wholeException(part, rule.source));
    this.#put({
      ...rule,
      index: this.rules.get(rule.name)?.index ?? this.#next,
      isSourceKnown,
      condition: [rule.condition],
      output: [rule.output],
      exceptions,
    });
  }

  /** Append to an earlier rule. */
  appendToRule(update: RuleUpdate): void {
    const previous = this.#ruleToChange(update, 'appends to');
    if (previous === undefined) {
      return;
    }
    const { changes } = update;
    this.#mustChange(update, 'append');
    this.#noteOverridden('rule', previous, update, 'appended');
    this.#put({
      ...previous,
      condition: [...previous.condition, ...present(changes.condition)],
      output: [...previous.output, ...present(changes.output)],
      description: [previous.description, ...present(changes.description)].join(' '),
      tags: [...new Set([...previous.tags, ...(changes.tags ?? [])])].sort(),
      exceptions: this.#appendExceptions(previous, changes.exceptions ?? []),
    });
  }

  /** Replace parts of an earlier rule. */
  replaceInRule(update: RuleUpdate): void {
    const previous = this.#ruleToChange(update, 'changes');
    if (previous === undefined) {
      return;
    }
    const { changes } = update;
    this.#mustChange(update, 'replace');
    this.#noteOverridden('rule', previous, update, 'changed');
    const { condition, output, exceptions, ...others } = changes;
    this.#put({
      ...previous,
      ...given({
        ...others,
        condition: condition && [condition],
        output: output && [output],
        exceptions: exceptions?.map((part) => replacedException(part, this.#problems)),
      }),
    });
  }

  /** Switch an earlier rule on or off. */
  enableRule(name: string, isEnabled: boolean, context: Context): void {
    const previous = this.rules.get(name);
    if (previous !== undefined) {
      this.#noteOverridden('rule', previous, { name, context }, 'changed');
      this.rules.set(name, { ...previous, isEnabled });
    } else if (!this.broken.rule.has(name)) {
      throw this.#problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `this switches a rule "${name}" on or off, and no rule of that name came before`,
        fix: didYouMean(name, this.rules.keys(), 'define the rule before'),
      });
    }
  }

  #put(rule: RuleDefinition): void {
    this.#next += 1;
    this.rules.set(rule.name, rule);
  }

  #previousRule(name: string, source: string, context: Context): RuleDefinition | undefined {
    const previous = this.rules.get(name);
    if (previous !== undefined && source !== '' && previous.source !== source) {
      throw this.#problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `the rule "${name}" is for source "${previous.source}" where it was defined, and for "${source}" here`,
        fix: 'leave "source" out, or give the rule another name',
      });
    }
    return previous;
  }

  /** The rule that an update is for; `undefined` if it was given up, and the update with it. */
  #ruleToChange(update: RuleUpdate, verb: string): RuleDefinition | undefined {
    const { name, context } = update;
    const previous = this.#previousRule(name, update.source, context);
    if (previous === undefined && !this.broken.rule.has(name)) {
      throw this.#problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `this ${verb} a rule "${name}", and no rule of that name came before`,
        fix: didYouMean(
          name,
          this.rules.keys(),
          'define the rule before, in this file or an earlier one',
        ),
      });
    }
    return previous;
  }

  #mustChange({ changes, context }: RuleUpdate, how: 'append' | 'replace'): void {
    if (Object.values(changes).every((change) => change === undefined)) {
      throw this.#problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `there is nothing to ${how}: the item has neither a condition nor exceptions`,
        fix: 'add a condition or exceptions, or remove the item',
      });
    }
  }

  #appendExceptions(
    rule: RuleDefinition,
    parts: readonly ExceptionPart[],
  ): readonly ExceptionDefinition[] {
    const exceptions = [...rule.exceptions];
    for (const part of parts) {
      const at = exceptions.findIndex((exception) => exception.name === part.name);
      const previous = exceptions[at];
      if (previous === undefined) {
        exceptions.push(this.#newException(part, rule));
        continue;
      }
      const extra = part.fields !== undefined ? 'fields' : part.comps !== undefined ? 'comps' : '';
      if (extra !== '') {
        throw this.#problems.fault('LOAD_ERR_VALIDATE', part.context, {
          message: `the exception "${part.name}" is there already: only values can be appended, and this has ${extra}`,
          fix: `remove ${extra}, or give the exception another name`,
        });
      }
      if (rule.isSourceKnown) {
        checkRows(previous, part.values, previous.context, this.#problems);
      }
      exceptions[at] = { ...previous, values: [...previous.values, ...part.values] };
    }
    return exceptions;
  }

  #newException(part: ExceptionPart, rule: RuleDefinition): ExceptionDefinition {
    const names = rule.exceptions.map((exception) => exception.name);
    if (part.fields === undefined || part.values.length === 0) {
      const lacks = part.fields === undefined ? 'fields' : 'values';
      throw this.#problems.fault('LOAD_ERR_VALIDATE', part.context, {
        message: `the rule has no exception "${part.name}" to append to, and as a new one this lacks ${lacks}`,
        fix: didYouMean(part.name, names, `add ${lacks}, or name an exception that the rule has`),
      });
    }
    return this.#wholeException(part, rule.source);
  }

  #wholeException(part: ExceptionPart, source: string): ExceptionDefinition {
    return wholeException(part, SOURCES.includes(source) ? source : undefined, this.#problems);
  }
}

/** What is not `undefined` of an object. */
export function given<T extends object>(
  changes: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof given<T>>;
}

function present<T extends PlacedText | string>(part: T | undefined): readonly T[] {
  const text = typeof part === 'string' ? part : part?.text;
  return part === undefined || text === '' ? [] : [part];
}
