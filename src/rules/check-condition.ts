/**
 * Whether a resolved condition makes sense: fields exist, their types allow the operators, the texts are
 * values of those types. Comparisons that macros share are checked once.
 */
import { compileField, isRawArgumentComparable, type ValueType } from '../fields/index.js';
import { LIST_OPERATORS, TYPE_TABLE } from './allowed-operators-table.js';
import type { Comparison, FieldExpression, Operand, Resolved } from './ast.js';
import { literalDoubts, literalFault } from './check-literal.js';
import { spellingFault } from './check-spelling.js';
import { DECIDING, isTypeField } from './event-types.js';
import { faultOf, type Fault, type Span } from './fault.js';
import { describeType, fieldText, typeOf } from './value-type.js';

/** What a check of one comparison found. */
export interface Verdict {
  readonly fault: Fault | undefined;
  /** What probably does not mean what it says. */
  readonly doubts: readonly Fault[];
}

/** Fields that the newest events do not fill, with what to do instead. */
export const DEPRECATED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['evt.dir', 'leave it out: events have no enter half any more, so "evt.dir = <" always holds'],
  ...[
    'evt.latency',
    'evt.latency.s',
    'evt.latency.ns',
    'evt.latency.human',
    'evt.wait_latency',
  ].map((name) => [name, 'leave it out: newer captures have no enter half of events'] as const),
]);

const FINE: Verdict = { fault: undefined, doubts: [] };
const UNSAFE = /^(?:ka|jevt)\./;
const NA_OPERATORS = ['=', '==', '!=', 'in', 'intersects', 'pmatch'];

/** Checks conditions of one source. */
export class ConditionChecker {
  readonly #source: string;
  readonly #isStrict: boolean;
  readonly #verdicts = new WeakMap<Comparison, Verdict>();
  readonly #types = new Map<string, ReturnType<typeof typeOf>>();

  /** `isStrict` refuses spellings that this program understands, and the reference does not. */
  constructor(source: string, { isStrict = true }: { readonly isStrict?: boolean } = {}) {
    this.#source = source;
    this.#isStrict = isStrict;
  }

  /** What is found about one comparison. */
  check(comparison: Comparison): Verdict {
    let verdict = this.#verdicts.get(comparison);
    if (verdict === undefined) {
      verdict = this.#examine(comparison);
      this.#verdicts.set(comparison, verdict);
    }
    return verdict;
  }

  #examine(comparison: Comparison): Verdict {
    const { left, right } = comparison;
    const { type, fault } = this.#typeOf(left);
    if (type === undefined) {
      return { fault, doubts: [] };
    }
    const wrong =
      eventTypeFault(comparison) ??
      operatorFault(comparison, type) ??
      (this.#isStrict ? spellingFault(comparison, type) : undefined);
    if (wrong !== undefined) {
      return { fault: wrong, doubts: [] };
    }
    switch (right?.kind) {
      case undefined:
        return FINE;
      case 'field':
        return { fault: this.#rightField(comparison, type, right), doubts: [] };
      case 'list':
        return this.#examineLiterals(comparison, type, right.items);
      case 'literal':
        return this.#examineLiterals(comparison, type, [right]);
    }
  }

  #examineLiterals(comparison: Comparison, type: ValueType, items: readonly Operand[]): Verdict {
    const doubts: Fault[] = [];
    for (const literal of items) {
      if (literal.kind !== 'literal') {
        continue;
      }
      const bad = literalFault(comparison, type, literal);
      if (bad !== undefined) {
        return { fault: bad, doubts };
      }
      doubts.push(...literalDoubts(comparison, literal, this.#source));
    }
    return { fault: undefined, doubts };
  }

  /** Simple fields are named again and again: their types are kept by name. */
  #typeOf(expression: FieldExpression): ReturnType<typeof typeOf> {
    const { name, argument, call, transformers } = expression;
    if (call !== undefined || argument !== undefined || transformers.length > 0) {
      return typeOf(expression, this.#source);
    }
    let result = this.#types.get(name);
    if (result?.type === undefined) {
      result = typeOf(expression, this.#source);
      this.#types.set(name, result);
    }
    return result;
  }

  #rightField(comparison: Comparison, left: ValueType, right: FieldExpression): Fault | undefined {
    const { operator } = comparison;
    const { type, fault } = this.#typeOf(right);
    if (type === undefined) {
      return fault;
    }
    const at = { at: right.fieldAt ?? right.at, length: right.name.length };
    if (operator === 'pmatch' || operator === 'regex') {
      return faultOf(at, `"${operator}" cannot compare with another field`, 'compare with texts');
    }
    if (left.type === 'ipnet' || this.#refusesField(comparison.left)) {
      return faultOf(
        at,
        `${fieldText(comparison.left)} cannot be compared with another field`,
        'compare it with a value',
      );
    }
    if (this.#refusesField(right)) {
      return faultOf(
        at,
        `${fieldText(right)} cannot be compared with`,
        'compare with a value, or another field',
      );
    }
    if (left.type !== type.type || left.isList !== type.isList) {
      const what = `${fieldText(comparison.left)} is ${describeType(left)} (${left.type})`;
      return faultOf(
        at,
        `${what}, and ${fieldText(right)} is ${describeType(type)} (${type.type})`,
        'compare fields of one type',
      );
    }
    return undefined;
  }

  #refusesField({ name, argument, call }: FieldExpression): boolean {
    const field = call === undefined ? compileField(name, argument, this.#source).field : undefined;
    return field?.row.refuses?.includes('field') ?? false;
  }
}

function eventTypeFault(comparison: Comparison): Fault | undefined {
  const { left, right, operator, modifier } = comparison;
  const isDeciding = modifier === undefined && DECIDING.includes(operator);
  if (!isTypeField(comparison) || !(isDeciding || operator === 'exists')) {
    return undefined;
  }
  const span = { at: left.fieldAt ?? left.at, length: left.name.length };
  if (left.transformers.length > 0) {
    return faultOf(
      span,
      `"${left.name}" cannot be put into a function: rules are sorted by it`,
      'compare it as it is',
    );
  }
  return right?.kind === 'field'
    ? faultOf(
        span,
        `"${left.name}" cannot be compared with another field: rules are sorted by it`,
        'compare it with names of event types',
      )
    : undefined;
}

function operatorFault({ left, operator }: Comparison, type: ValueType): Fault | undefined {
  if (operator === 'exists') {
    return undefined;
  }
  const row = TYPE_TABLE[type.type];
  const span = { at: left.at, length: fieldText(left).length - 2 };
  if (type.isList) {
    const isRight = LIST_OPERATORS.includes(operator) && row.isListComparable;
    const why = `${fieldText(left)} is ${describeType(type)}, which "${operator}" cannot compare`;
    return isRight ? undefined : faultOf(span, why, `use ${LIST_OPERATORS.join(', ')} or exists`);
  }
  return (
    specialFault({ left, operator }, span) ??
    (row.operators.includes(operator)
      ? undefined
      : faultOf(
          span,
          `${fieldText(left)} is ${row.words}, which "${operator}" cannot compare`,
          `use one of: ${row.operators.join(' ')} exists`,
        ))
  );
}

/** What two fields alone do not allow. */
function specialFault(
  { left, operator }: Pick<Comparison, 'left' | 'operator'>,
  span: Span,
): Fault | undefined {
  const raw = left.call === undefined ? /^evt\.rawarg\.(.*)$/s.exec(left.name)?.[1] : undefined;
  if (raw !== undefined && !isRawArgumentComparable(raw)) {
    return faultOf(
      span,
      `${fieldText(left)} is kept as bytes that no value is compared with`,
      `use evt.arg.${raw}, or exists`,
    );
  }
  if (left.name === 'evt.around' && operator !== '=' && operator !== '==') {
    return faultOf(
      span,
      `"evt.around" can only be compared with "="; found "${operator}"`,
      'write evt.around[TIME] = MILLISECONDS',
    );
  }
  return undefined;
}

/** Call `visit` once with every comparison of a condition, in the order in which they are written. */
export function eachComparison(condition: Resolved, visit: (comparison: Comparison) => void): void {
  const seen = new Set<Resolved>();
  const walk = (node: Resolved): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    if (node.kind === 'comparison') {
      visit(node);
    } else if (node.kind === 'not') {
      walk(node.child);
    } else {
      node.children.forEach(walk);
    }
  };
  walk(condition);
}

/** Whether a field of a Kubernetes or JSON event is compared with the text `<NA>`. */
export function comparesWithNa({ left, operator, right }: Comparison): boolean {
  if (!UNSAFE.test(left.name) || !NA_OPERATORS.includes(operator) || right === undefined) {
    return false;
  }
  const texts = right.kind === 'list' ? right.items : [right];
  return texts.some((text) => text.kind === 'literal' && text.text === '<NA>');
}
