/**
 * From collected definitions to rules: conditions parsed, names resolved, everything checked. Called
 * after each file, as the reference does; what did not change since is taken over. Every mistake is told once.
 */
import { SYSCALL_SOURCE } from '../events/index.js';
import { bytesOfText } from '../units.js';
import type {
  CallArgument,
  Comparison,
  Condition,
  FieldExpression,
  Position,
  Resolved,
} from './ast.js';
import {
  ConditionChecker,
  DEPRECATED_FIELDS,
  comparesWithNa,
  eachComparison,
} from './check-condition.js';
import { checkOutput, containerInfoAt, deprecationsIn } from './check-output.js';
import type { ErrorCode, WarningCode } from './codes-table.js';
import type { Collector } from './collector.js';
import { SyntaxFault } from './cursor.js';
import type { Definitions, MacroDefinition, RuleDefinition } from './definitions.js';
import { isAboutTooMuch } from './event-types.js';
import { conditionWithExceptions } from './exceptions.js';
import { parseCondition } from './parse.js';
import type { Context, Problems, Story } from './problem.js';
import {
  ListExpander,
  NameFault,
  resolveCondition,
  type Resolution,
  type Scope,
} from './resolve.js';
import type { Building, IdleRule, Rule } from './rule.js';
import { ComposedText, type Piece, type PlacedText } from './source-text.js';
import type { Fault } from './value-type.js';

/** What all definitions together make. */
export interface Compiled {
  readonly rules: readonly Rule[];
  readonly idle: readonly IdleRule[];
  readonly buildings: readonly Building[];
  readonly definitions: Definitions;
}

interface CompiledMacro {
  readonly definition: MacroDefinition;
  /** `undefined` where it is wrong. */
  readonly resolution: Resolution | undefined;
}

export class RuleCompiler {
  readonly #collector: Collector;
  readonly #problems: Problems;
  readonly #expander: ListExpander;
  readonly #parsed = new WeakMap<object, Condition | SyntaxFault>();
  readonly #macros = new Map<string, CompiledMacro>();
  readonly #underWay = new Set<string>();
  readonly #checkers = new Map<string, ConditionChecker>();
  readonly #told = new Set<string>();
  #usedLists = new Set<string>();
  #usedMacros = new Set<string>();

  constructor(collector: Collector, problems: Problems) {
    this.#collector = collector;
    this.#problems = problems;
    this.#expander = new ListExpander(collector.lists);
  }

  /** Compile all that was collected; mistakes go to the problems. */
  compile(): Compiled {
    this.#expander.reset();
    this.#macros.clear();
    this.#usedLists = new Set();
    this.#usedMacros = new Set();
    for (const macro of this.#collector.macros.values()) {
      this.#compileMacro(macro);
    }
    const rules: Rule[] = [];
    const idle: IdleRule[] = [];
    for (const rule of this.#collector.rules.values()) {
      if (!rule.isSourceKnown) {
        idle.push({
          name: rule.name,
          source: rule.source,
          priority: rule.priority,
          at: placeOf(rule.context),
        });
        continue;
      }
      const compiled = this.#compileRule(rule, rules.length);
      if (compiled !== undefined) {
        rules.push(compiled);
      }
    }
    return { rules, idle, buildings: this.#buildings(), definitions: this.#definitions() };
  }

  /** Tell which macros and lists nothing uses; after the last file. */
  warnUnused(): void {
    for (const { name, context } of this.#collector.macros.values()) {
      if (!this.#usedMacros.has(name)) {
        this.#problems.add('LOAD_UNUSED_MACRO', context, {
          message: `nothing uses the macro "${name}"`,
          fix: 'remove it, or leave it for others to use',
        });
      }
    }
    for (const { name, items } of this.#collector.lists.values()) {
      for (const inner of items.length > 0 ? this.#listsIn(name) : []) {
        this.#usedLists.add(inner);
      }
    }
    for (const { name, context } of this.#collector.lists.values()) {
      if (!this.#usedLists.has(name)) {
        this.#problems.add('LOAD_UNUSED_LIST', context, {
          message: `nothing uses the list "${name}"`,
          fix: 'remove it, or leave it for others to use',
        });
      }
    }
  }

  #listsIn(name: string): ReadonlySet<string> {
    try {
      return this.#expander.expand(name).lists;
    } catch (error) {
      if (error instanceof SyntaxFault) {
        return new Set();
      }
      throw error;
    }
  }

  #compileMacro(definition: MacroDefinition): CompiledMacro {
    const known = this.#macros.get(definition.name);
    if (known !== undefined) {
      return known;
    }
    this.#underWay.add(definition.name);
    const text = joined(definition.condition);
    const context = this.#conditionContext(definition.context, text, 'macro condition');
    const resolution = this.#resolve(definition, text, context);
    this.#underWay.delete(definition.name);
    const compiled = { definition, resolution };
    this.#macros.set(definition.name, compiled);
    return compiled;
  }

  #compileRule(definition: RuleDefinition, index: number): Rule | undefined {
    const written = joined(definition.condition);
    const text = conditionWithExceptions(written, definition.exceptions);
    const context = this.#conditionContext(definition.context, written, 'rule condition');
    const output = joined(definition.output);
    const isOutputRight = this.#checkOutput(definition, output);
    const resolution = this.#resolve(definition, text, context);
    if (resolution === undefined) {
      return undefined;
    }
    const isConditionRight = this.#checkCondition(definition, resolution.condition, context);
    if (!isConditionRight || !isOutputRight) {
      return undefined;
    }
    this.#warnAboutTypes(definition, resolution.condition);
    const fields = definition.exceptions.flatMap(({ fields: inner, values }) =>
      values.length > 0 ? inner.map(({ field }) => field.text) : [],
    );
    return {
      name: definition.name,
      index,
      description: definition.description,
      priority: definition.priority,
      source: definition.source,
      tags: definition.tags,
      isEnabled: definition.isEnabled,
      condition: resolution.condition,
      conditionText: written.text,
      output: bytesOfText(output.text),
      macros: [...resolution.macros].sort(),
      lists: [...resolution.lists].sort(),
      exceptionFields: [...new Set(fields)].sort(),
      isCaptured: definition.isCaptured,
      captureMs: definition.captureMs,
      at: placeOf(definition.context),
    };
  }

  /** Returns whether the rule can be used; with `skip-if-unknown-filter` it is left out with a warning. */
  #checkCondition(definition: RuleDefinition, condition: Resolved, context: Context): boolean {
    const checker = this.#checker(definition.source);
    const deprecated = new Set<string>();
    let isRight = true;
    let hasNa = false;
    eachComparison(condition, (comparison) => {
      const { fault, doubts } = checker.check(comparison);
      if (fault !== undefined) {
        isRight = false;
        this.#tellUnless(definition, 'LOAD_ERR_COMPILE_CONDITION', context, fault);
      }
      for (const doubt of doubts) {
        this.#warn('LOAD_COMPILE_CONDITION', context, doubt);
      }
      for (const field of namedFields(comparison)) {
        if (DEPRECATED_FIELDS.has(field.name) && !deprecated.has(field.name)) {
          deprecated.add(field.name);
          this.#warn('LOAD_DEPRECATED_ITEM', context, deprecation(field));
        }
      }
      if (!hasNa && comparesWithNa(comparison)) {
        hasNa = true;
        this.#warn('LOAD_UNSAFE_NA_CHECK', context, naDoubt(comparison));
      }
    });
    return isRight;
  }

  #checker(source: string): ConditionChecker {
    let checker = this.#checkers.get(source);
    if (checker === undefined) {
      checker = new ConditionChecker(source);
      this.#checkers.set(source, checker);
    }
    return checker;
  }

  #checkOutput(definition: RuleDefinition, output: PlacedText): boolean {
    const context: Context = [
      ...definition.context,
      { type: 'rule output', name: '', at: output.at(0) },
    ];
    const infoAt = containerInfoAt(output);
    if (infoAt !== undefined) {
      this.#warnOnce('LOAD_DEPRECATED_ITEM', definition.context, {
        message: 'the field "%container.info" is deprecated',
        at: infoAt,
        length: '%container.info'.length,
        fix: 'write %container.name and %container.id',
      });
    }
    const { faults } = checkOutput(output, definition.source);
    for (const fault of faults) {
      this.#tellUnless(definition, 'LOAD_ERR_COMPILE_OUTPUT', context, fault);
    }
    for (const doubt of deprecationsIn(output)) {
      this.#warnOnce('LOAD_DEPRECATED_ITEM', context, doubt);
    }
    return faults.length === 0;
  }

  #warnAboutTypes(definition: RuleDefinition, condition: Resolved): void {
    const { source, warnsAboutEventTypes, context } = definition;
    if (source === SYSCALL_SOURCE && warnsAboutEventTypes && isAboutTooMuch(condition)) {
      this.#warnOnce('LOAD_NO_EVTTYPE', context, {
        message:
          'the condition is asked at nearly every event, since it does not say which types of events it is about',
        fix: 'begin it with "evt.type in (...) and", or set warn_evttypes: false',
      });
    }
  }

  /** An error, or a warning where the rule forgives what is unknown. */
  #tellUnless(definition: RuleDefinition, code: ErrorCode, context: Context, fault: Fault): void {
    if (definition.skipsIfUnknownFilter && fault.isUnknown) {
      const inner =
        code === 'LOAD_ERR_COMPILE_OUTPUT' ? context : conditionPlace(context, fault.at);
      this.#warnOnce('LOAD_UNKNOWN_FILTER', inner, {
        ...fault,
        message: `${fault.message}: the rule is left out`,
      });
    } else if (code === 'LOAD_ERR_COMPILE_OUTPUT') {
      this.#once(fault, () => {
        this.#problems.add(code, context, fault);
      });
    } else {
      this.#tell(code, context, fault);
    }
  }

  #warn(code: WarningCode, context: Context, fault: Fault): void {
    this.#warnOnce(code, conditionPlace(context, fault.at), fault);
  }

  /** A rule is compiled after each file; what was told of it is not told again. */
  #warnOnce(code: WarningCode, context: Context, story: Story): void {
    const { name, at } = context[1] ?? { name: '', at: placeOf(context) };
    const key = [
      code,
      name,
      at.file,
      at.line,
      story.message,
      story.at?.line,
      story.at?.column,
    ].join(':');
    if (!this.#told.has(key)) {
      this.#told.add(key);
      this.#problems.add(code, context, story);
    }
  }

  #conditionContext(
    context: Context,
    text: PlacedText,
    type: 'macro condition' | 'rule condition',
  ): Context {
    return [...context, { type, name: '', at: text.at(0) }];
  }

  #resolve(
    definition: MacroDefinition | RuleDefinition,
    text: PlacedText,
    context: Context,
  ): Resolution | undefined {
    const parsed = this.#parse(definition, text);
    if (parsed instanceof SyntaxFault) {
      this.#tell('LOAD_ERR_COMPILE_CONDITION', context, parsed);
      return undefined;
    }
    const visibility = 'visibility' in definition ? definition.visibility : Infinity;
    try {
      const resolution = resolveCondition(parsed, this.#scope(visibility), this.#expander);
      resolution.macros.forEach((name) => this.#usedMacros.add(name));
      resolution.lists.forEach((name) => this.#usedLists.add(name));
      return resolution;
    } catch (error) {
      if (error instanceof NameFault) {
        if (!error.isSettled) {
          this.#tell('LOAD_ERR_VALIDATE', definition.context, error);
        }
      } else if (error instanceof SyntaxFault) {
        this.#tell('LOAD_ERR_COMPILE_CONDITION', context, error);
      } else {
        throw error;
      }
      return undefined;
    }
  }

  #parse(definition: object, text: PlacedText): Condition | SyntaxFault {
    let parsed = this.#parsed.get(definition);
    if (parsed === undefined) {
      try {
        parsed = parseCondition(text);
      } catch (error) {
        if (!(error instanceof SyntaxFault)) {
          throw error;
        }
        parsed = error;
      }
      this.#parsed.set(definition, parsed);
    }
    return parsed;
  }

  #scope(visibility: number): Scope {
    const { macros, broken } = this.#collector;
    return {
      macros,
      isBroken: (kind, name) => broken[kind].has(name),
      macro: (name, at) => this.#macroFor(name, at, visibility),
    };
  }

  #macroFor(name: string, at: Position, visibility: number): Resolution {
    const definition = this.#collector.macros.get(name) as MacroDefinition;
    if (this.#underWay.has(name)) {
      const loop = [...this.#underWay];
      const round = [...loop.slice(loop.indexOf(name)), name]
        .map((part) => `"${part}"`)
        .join(' -> ');
      throw new NameFault(`macros refer to each other in a circle: ${round}`, at, {
        length: name.length,
        fix: 'write one of them without the others',
      });
    }
    if (definition.index >= visibility) {
      const where = placeOf(definition.context);
      throw new NameFault(
        `the macro "${name}" is defined further down (line ${where.line}): a macro can use only what stands before it`,
        at,
        { length: name.length, fix: `move "${name}" up` },
      );
    }
    const { resolution } = this.#compileMacro(definition);
    if (resolution === undefined) {
      throw new NameFault(`the macro "${name}" is wrong`, at, { isSettled: true });
    }
    return resolution;
  }

  /** One mistake may show in several places: it is told at the first. */
  #tell(
    code: ErrorCode,
    context: Context,
    fault: Pick<Fault, 'message' | 'at' | 'length' | 'fix'>,
  ): void {
    this.#once(fault, () => {
      const { message, at, length, fix } = fault;
      this.#problems.add(code, conditionPlace(context, at), { message, at, length, fix });
    });
  }

  #once({ message, at }: Pick<Fault, 'message' | 'at'>, tell: () => void): void {
    const key = `${at.file}:${at.line}:${at.column}:${message}`;
    if (!this.#told.has(key)) {
      this.#told.add(key);
      tell();
    }
  }

  #definitions(): Definitions {
    const { lists, macros } = this.#collector;
    const resolutions = new Map<string, Resolution>();
    for (const [name, { resolution }] of this.#macros) {
      if (resolution !== undefined) {
        resolutions.set(name, resolution);
      }
    }
    return { lists, macros, resolutions };
  }

  #buildings(): readonly Building[] {
    const { macros, lists } = this.#collector;
    const all = [
      ...[...macros.values()].map((macro) => ({
        index: macro.index,
        building: {
          kind: 'macro' as const,
          name: macro.name,
          text: joined(macro.condition).text,
          uses: this.#usesOf(macro.name),
          at: placeOf(macro.context),
        },
      })),
      ...[...lists.values()].map((list) => ({
        index: list.index,
        building: {
          kind: 'list' as const,
          name: list.name,
          text: list.items.map((item) => item.text).join(', '),
          uses: [...this.#listsIn(list.name)].sort(),
          at: placeOf(list.context),
        },
      })),
    ];
    return all.sort((a, b) => a.index - b.index).map(({ building }) => building);
  }

  #usesOf(macro: string): readonly string[] {
    const resolution = this.#macros.get(macro)?.resolution;
    return resolution === undefined ? [] : [...resolution.macros, ...resolution.lists].sort();
  }
}

function conditionPlace(context: Context, at: Position): Context {
  return [...context, { type: 'condition expression', name: '', at }];
}

/** The fields on both sides of a comparison, those inside functions too. */
function namedFields({ left, right }: Comparison): readonly FieldExpression[] {
  const fields: FieldExpression[] = [];
  const visit = (value: CallArgument | Comparison['right']): void => {
    if (value?.kind === 'field') {
      if (value.call === undefined) {
        fields.push(value);
      }
      value.call?.arguments.forEach(visit);
    } else if (value?.kind === 'list') {
      value.items.forEach(visit);
    }
  };
  visit(left);
  if (right?.kind === 'field') {
    visit(right);
  }
  return fields;
}

function deprecation({ name, at }: FieldExpression): Fault {
  const fix = DEPRECATED_FIELDS.get(name);
  return {
    message: `the field "${name}" is deprecated`,
    at,
    length: name.length,
    fix,
    isUnknown: false,
  };
}

function naDoubt({ left, at }: Comparison): Fault {
  return {
    message: `"${left.name}" is compared with the text <NA>, which is only how a missing value prints`,
    at,
    length: left.name.length,
    fix: `to ask whether it has a value write: ${left.name} exists`,
    isUnknown: false,
  };
}

/** The parts of a text with one blank between them. */
function joined(parts: readonly PlacedText[]): PlacedText {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    return first;
  }
  const pieces = parts.flatMap((part, index): Piece[] =>
    index === 0 ? [part] : [{ text: ' ', near: part }, part],
  );
  return new ComposedText(pieces);
}

function placeOf(context: Context): Position {
  return context[context.length - 1]?.at ?? { file: '', line: 1, column: 1 };
}
