/** What is checked about a rule when its condition is resolved: the comparisons, the output, the event types. */
import { SYSCALL_SOURCE } from '../events/index.js';
import type { Comparison, FieldExpression, Resolved } from './ast.js';
import {
  ConditionChecker,
  DEPRECATED_FIELDS,
  comparesWithNa,
  eachComparison,
} from './check-condition.js';
import { checkOutput, containerInfoAt, deprecationsIn } from './check-output.js';
import type { RuleDefinition } from './definitions.js';
import { eventTypeNames, isAboutTooMuch } from './event-types.js';
import { fieldsIn } from './fields-in.js';
import type { Context } from './problem.js';
import type { PlacedText } from './source-text.js';
import { conditionPlace, type OnceReporter, type TextFault } from './once-reporter.js';
import type { Fault } from './fault.js';

/** Checks rules; keeps what it knows about comparisons that rules share. */
export class RuleChecker {
  readonly #reporter: OnceReporter;
  readonly #checkers = new Map<string, ConditionChecker>();

  constructor(reporter: OnceReporter) {
    this.#reporter = reporter;
  }

  /** Returns whether the rule can be used; with `skip-if-unknown-filter` it may be left out with a warning. */
  checkCondition(definition: RuleDefinition, condition: Resolved, context: Context): boolean {
    const checker = this.#checkerFor(definition.source);
    const deprecated = new Set<string>();
    let isRight = true;
    let hasNa = false;
    const warn = (
      code: 'LOAD_DEPRECATED_ITEM' | 'LOAD_UNSAFE_NA_CHECK',
      fault: TextFault,
    ): void => {
      this.#reporter.warning(code, conditionPlace(context, fault.at), fault);
    };
    eachComparison(condition, (comparison) => {
      isRight = this.#checkComparison(definition, comparison, { checker, context }) && isRight;
      for (const field of fieldsIn(comparison)) {
        if (DEPRECATED_FIELDS.has(field.name) && !deprecated.has(field.name)) {
          deprecated.add(field.name);
          warn('LOAD_DEPRECATED_ITEM', deprecation(field));
        }
      }
      if (!hasNa && comparesWithNa(comparison)) {
        hasNa = true;
        warn('LOAD_UNSAFE_NA_CHECK', naDoubt(comparison));
      }
    });
    return isRight;
  }

  #checkComparison(
    definition: RuleDefinition,
    comparison: Comparison,
    { checker, context }: { checker: ConditionChecker; context: Context },
  ): boolean {
    const { fault, doubts } = checker.check(comparison);
    for (const doubt of doubts) {
      const place = conditionPlace(context, doubt.at);
      this.#reporter.warning('LOAD_COMPILE_CONDITION', place, doubt);
    }
    if (fault === undefined) {
      return true;
    }
    const place = conditionPlace(context, fault.at);
    if (!this.#forgives(definition, place, fault)) {
      this.#reporter.error('LOAD_ERR_COMPILE_CONDITION', place, fault);
    }
    return false;
  }

  #checkerFor(source: string): ConditionChecker {
    let checker = this.#checkers.get(source);
    if (checker === undefined) {
      checker = new ConditionChecker(source);
      this.#checkers.set(source, checker);
    }
    return checker;
  }

  /** Returns whether the output can be rendered. */
  checkOutput(definition: RuleDefinition, output: PlacedText): boolean {
    const at = output.at(0);
    const context: Context = [...definition.context, { type: 'rule output', name: '', at }];
    const infoAt = containerInfoAt(output);
    if (infoAt !== undefined) {
      this.#reporter.warning('LOAD_DEPRECATED_ITEM', definition.context, {
        message: 'the field "%container.info" is deprecated',
        at: infoAt,
        length: '%container.info'.length,
        fix: 'write %container.name and %container.id',
      });
    }
    const { faults } = checkOutput(output, definition.source);
    for (const fault of faults) {
      if (!this.#forgives(definition, context, fault)) {
        this.#reporter.error('LOAD_ERR_COMPILE_OUTPUT', context, fault);
      }
    }
    for (const doubt of faults.length === 0 ? deprecationsIn(output) : []) {
      this.#reporter.warning('LOAD_DEPRECATED_ITEM', context, doubt);
    }
    return faults.length === 0;
  }

  /** Warn of a rule that is asked at nearly every event. */
  checkEventTypes(definition: RuleDefinition, condition: Resolved): void {
    const { source, warnsAboutEventTypes, context, name } = definition;
    const at = context[context.length - 1]?.at;
    if (
      source === SYSCALL_SOURCE &&
      warnsAboutEventTypes &&
      at !== undefined &&
      isAboutTooMuch(condition)
    ) {
      const matchesNothing = eventTypeNames(condition)?.length === 0;
      this.#reporter.warning('LOAD_NO_EVTTYPE', context, {
        message: matchesNothing
          ? `"${name}" can match at no type of event: what its condition says of evt.type contradicts itself`
          : `"${name}" is asked at nearly every event, since its condition does not say which types of events it is about`,
        at,
        length: 1,
        fix: matchesNothing
          ? 'name types of events that can be met together: evt.type in (...)'
          : 'begin the condition with "evt.type in (...) and", or set warn_evttypes: false',
      });
    }
  }

  /** A rule may ask to be left out where something in it is unknown. */
  #forgives(definition: RuleDefinition, context: Context, fault: Fault): boolean {
    if (!definition.skipsIfUnknownFilter || !fault.isUnknown) {
      return false;
    }
    const message = `${fault.message}: the rule is left out`;
    this.#reporter.warning('LOAD_UNKNOWN_FILTER', context, { ...fault, message });
    return true;
  }
}

function deprecation({ name, at }: FieldExpression): TextFault {
  const fix = DEPRECATED_FIELDS.get(name) ?? 'leave it out';
  return { message: `the field "${name}" is deprecated`, at, length: name.length, fix };
}

function naDoubt({ left, at }: Comparison): TextFault {
  return {
    message: `"${left.name}" is compared with the text <NA>, which is only how a missing value prints`,
    at,
    length: left.name.length,
    fix: `to ask whether it has a value write: ${left.name} exists`,
  };
}
