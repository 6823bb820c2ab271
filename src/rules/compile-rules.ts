/**
 * From collected definitions to rules: conditions parsed, names resolved, everything checked. Called
 * after each file, as the reference does; what did not change since is taken over. Every mistake is reported once.
 */
import type { Condition, Position } from './ast.js';
import { RuleChecker } from './check-rule.js';
import type { ErrorCode } from './codes-table.js';
import type { Collector } from './collector.js';
import { SyntaxFault } from './cursor.js';
import type { MacroDefinition, RuleDefinition } from './definitions.js';
import type { Steps } from '../steps.js';
import { conditionWithExceptions, hasValues } from './exceptions.js';
import { noticeNameOperators, noticeRules, noticeUndefinedLists } from './notices.js';
import { parseCondition } from './parse.js';
import { idleRule, joined, listBuilding, macroBuilding, placeOf, ruleFrom } from './present.js';
import type { Context, Problems } from './problem.js';
import type { Definitions, Resolution } from './resolution.js';
import { ListExpander, NameFault, resolveCondition, type Scope } from './resolve.js';
import type { Building, IdleRule, Rule } from './rule.js';
import type { PlacedText } from './source-text.js';
import { OnceReporter, conditionPlace, type TextFault } from './once-reporter.js';
import { bytesOfText } from '../units.js';
import type { Written, WrittenRule } from './written.js';

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

interface CompiledRule {
  readonly definition: RuleDefinition;
  readonly resolution: Resolution;
  /** `undefined` where it is left out. */
  readonly rule: Omit<Rule, 'index'> | undefined;
}

/** Compiles what a collector holds, as often as asked. */
export class RuleCompiler {
  readonly #collector: Collector;
  readonly #problems: Problems;
  readonly #expander: ListExpander;
  readonly #parsed = new WeakMap<object, Condition | SyntaxFault>();
  readonly #macros = new Map<string, CompiledMacro>();
  /** What was compiled before, which counts while what it was compiled from is the same. */
  readonly #before = new Map<string, CompiledMacro>();
  readonly #rules = new Map<string, CompiledRule>();
  readonly #underWay = new Set<string>();
  /** A circle of macros on its way to the macro that it begins with, which is the one to blame. */
  #circle: NameFault | undefined;
  readonly #reporter: OnceReporter;
  readonly #checker: RuleChecker;
  readonly #isShipped: Scope['isShipped'];

  /** `isShipped` says whether rules that were not loaded define a macro. */
  constructor(collector: Collector, problems: Problems, isShipped: Scope['isShipped']) {
    this.#isShipped = isShipped;
    this.#collector = collector;
    this.#problems = problems;
    this.#expander = new ListExpander(collector.lists);
    this.#reporter = new OnceReporter(problems);
    this.#checker = new RuleChecker(this.#reporter);
  }

  /** Compile all that was collected; mistakes go to the problems. */
  *compile(): Steps<Compiled> {
    if (this.#expander.renew()) {
      this.#before.clear();
      this.#rules.clear();
    }
    for (const [name, macro] of this.#macros) {
      this.#before.set(name, macro);
    }
    this.#macros.clear();
    for (const macro of this.#collector.macros.values()) {
      this.#compileMacro(macro);
      yield;
    }
    const rules: Rule[] = [];
    const idle: IdleRule[] = [];
    for (const rule of this.#collector.rules.values()) {
      yield;
      if (!rule.isSourceKnown) {
        idle.push(idleRule(rule));
        continue;
      }
      const compiled = this.#ruleOf(rule);
      if (compiled !== undefined) {
        rules.push({ ...compiled, index: rules.length });
      }
    }
    return { rules, idle, buildings: this.#buildings(), definitions: this.#definitions() };
  }

  /** Report which macros and lists nothing uses; after the last file. */
  warnUnused(): void {
    const { macros, lists } = this.#collector;
    const resolutions = [...this.#macros.values(), ...this.#rules.values()].flatMap(
      ({ resolution }) => resolution ?? [],
    );
    const used = {
      macro: new Set(resolutions.flatMap((resolution) => [...resolution.macros.keys()])),
      list: new Set([
        ...resolutions.flatMap((resolution) => [...resolution.lists.keys()]),
        ...[...lists.keys()].flatMap((name) => this.#listsIn(name)),
      ]),
    };
    for (const { name, context } of macros.values()) {
      if (!used.macro.has(name)) {
        this.#warnUnused('macro', name, context);
      }
    }
    for (const { name, context } of lists.values()) {
      if (!used.list.has(name)) {
        this.#warnUnused('list', name, context);
      }
    }
  }

  /**
   * Report what Falco does not: texts that look like lists, and, if `isThorough`, rules that can never fire; after the
   * last file, when all lists are known.
   *
   * @yields {void} Between rules, so that a signal is heard.
   */
  *notice(isThorough: boolean): Steps<void> {
    const { macros, rules, lists } = this.#collector;
    const written = [...macros.values(), ...rules.values()].flatMap((definition) => {
      const condition = this.#parsed.get(definition);
      return condition === undefined || condition instanceof SyntaxFault
        ? []
        : [{ condition, context: definition.context }];
    });
    noticeUndefinedLists(written, lists, this.#problems);
    noticeNameOperators(written, this.#problems);
    if (isThorough) {
      const compiled = [...this.#rules.values()].filter(({ rule }) => rule !== undefined);
      const resolved = compiled.map(({ definition, resolution }) => {
        const { name, source, context } = definition;
        return { name, source, context, condition: resolution.condition };
      });
      yield* noticeRules(resolved, this.#problems);
    }
  }

  /** The conditions of rules and macros that are right, as written. */
  written(): Written {
    const { macros, rules, overridden } = this.#collector;
    const macroConditions = new Map<string, Condition>();
    for (const definition of macros.values()) {
      const condition = this.#parsed.get(definition);
      if (condition !== undefined && !(condition instanceof SyntaxFault)) {
        macroConditions.set(definition.name, condition);
      }
    }
    const writtenRules = new Map<string, WrittenRule>();
    for (const definition of rules.values()) {
      const condition = this.#parsed.get(definition);
      if (condition !== undefined && !(condition instanceof SyntaxFault)) {
        const exceptions = definition.exceptions.filter(hasValues).map(({ name }) => name);
        writtenRules.set(bytesOfText(definition.name), { condition, exceptions });
      }
    }
    return { rules: writtenRules, macros: macroConditions, overridden };
  }

  #warnUnused(kind: 'macro' | 'list', name: string, context: Context): void {
    this.#problems.add(kind === 'macro' ? 'LOAD_UNUSED_MACRO' : 'LOAD_UNUSED_LIST', context, {
      message: `nothing uses the ${kind} "${name}"`,
      length: kind.length,
      fix: 'remove it, or leave it for others to use',
    });
  }

  #listsIn(name: string): readonly string[] {
    try {
      return [...this.#expander.expand(name).lists.keys()];
    } catch (error) {
      if (error instanceof SyntaxFault) {
        return [];
      }
      throw error;
    }
  }

  #compileMacro(definition: MacroDefinition): CompiledMacro {
    const known = this.#macros.get(definition.name);
    if (known !== undefined) {
      return known;
    }
    const before = this.#before.get(definition.name);
    if (before?.definition === definition && this.#isCurrent(before.resolution)) {
      this.#macros.set(definition.name, before);
      return before;
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

  /** Whether everything that a condition was resolved with is still the same. */
  #isCurrent(resolution: Resolution | undefined): boolean {
    if (resolution === undefined) {
      return false;
    }
    const { macros } = this.#collector;
    for (const [name, then] of resolution.macros) {
      const definition = macros.get(name);
      const isSame =
        definition !== undefined &&
        !this.#underWay.has(name) &&
        this.#compileMacro(definition).resolution === then;
      if (!isSame) {
        return false;
      }
    }
    return [...resolution.lists].every(([name, then]) => this.#expander.expand(name) === then);
  }

  /** The rule of a definition; `undefined` where it is wrong, or left out. */
  #ruleOf(definition: RuleDefinition): CompiledRule['rule'] {
    const before = this.#rules.get(definition.name);
    if (before?.definition === definition && this.#isCurrent(before.resolution)) {
      return before.rule;
    }
    this.#rules.delete(definition.name);
    return this.#compileRule(definition);
  }

  #compileRule(definition: RuleDefinition): CompiledRule['rule'] {
    const written = joined(definition.condition);
    const text = conditionWithExceptions(written, definition.exceptions);
    const context = this.#conditionContext(definition.context, written, 'rule condition');
    const output = joined(definition.output);
    const isOutputRight = this.#checker.checkOutput(definition, output);
    const resolution = this.#resolve(definition, text, context);
    if (resolution === undefined) {
      return undefined;
    }
    const isConditionRight = this.#checker.checkCondition(
      definition,
      resolution.condition,
      context,
    );
    const isRight = isConditionRight && isOutputRight;
    if (isRight) {
      this.#checker.checkEventTypes(definition, resolution.condition);
    }
    const texts = { condition: written.text, output: output.text };
    const rule = isRight ? ruleFrom(definition, resolution, texts) : undefined;
    this.#rules.set(definition.name, { definition, resolution, rule });
    return rule;
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
      this.#report('LOAD_ERR_COMPILE_CONDITION', context, parsed);
      return undefined;
    }
    const visibility = 'visibility' in definition ? definition.visibility : Infinity;
    try {
      return resolveCondition(parsed, this.#scope(visibility), this.#expander);
    } catch (error) {
      if (error instanceof NameFault) {
        if (error.circle !== undefined && error.circle !== definition.name) {
          this.#circle = error;
        } else if (!error.isSettled) {
          this.#report('LOAD_ERR_VALIDATE', definition.context, error);
        }
      } else if (error instanceof SyntaxFault) {
        this.#report('LOAD_ERR_COMPILE_CONDITION', context, error);
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
      isShipped: this.#isShipped,
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
        circle: name,
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
      const circle = this.#circle;
      this.#circle = undefined;
      if (circle !== undefined) {
        const { message, fix } = circle;
        throw new NameFault(message, at, { length: name.length, fix, circle: circle.circle });
      }
      throw new NameFault(`the macro "${name}" is wrong`, at, { fix: 'mend it', isSettled: true });
    }
    return resolution;
  }

  /** A mistake in the text of a condition, at its place. */
  #report(code: ErrorCode, context: Context, fault: TextFault): void {
    this.#reporter.error(code, conditionPlace(context, fault.at), fault);
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

  /** Index numbers are shared by all definitions, so that they give the order of loading. */
  #buildings(): readonly Building[] {
    const { macros, lists } = this.#collector;
    const all = [...macros.values(), ...lists.values()].sort((a, b) => a.index - b.index);
    return all.map((definition) =>
      'condition' in definition
        ? macroBuilding(definition, this.#macros.get(definition.name)?.resolution)
        : listBuilding(definition, this.#listsIn(definition.name)),
    );
  }
}
