/**
 * Whether a resolved condition makes sense: fields exist, their types allow the operators, the texts are
 * values of those types. Comparisons that macros share are checked once.
 */
import {
  FIELDS,
  compileField,
  isRawArgumentComparable,
  type FieldType,
  type ValueType,
} from '../fields/index.js';
import { textOfBytes } from '../units.js';
import { LIST_OPERATORS, TYPE_TABLE } from './allowed-operators-table.js';
import type { Comparison, FieldExpression, Literal, Resolved } from './ast.js';
import { readLiteral } from './engine/literal.js';
import { DECIDING, EVENT_TYPE_NAMES, isTypeField } from './event-types.js';
import { isPlainRegex, regexProblem } from './regex-check.js';
import { didYouMean, type Fix } from './suggest.js';
import { describeType, fieldText, typeOf, type Fault } from './value-type.js';

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
    if (wrong !== undefined || right === undefined) {
      return wrong === undefined ? FINE : { fault: wrong, doubts: [] };
    }
    if (right.kind === 'field') {
      return { fault: this.#rightField(comparison, type, right), doubts: [] };
    }
    const doubts: Fault[] = [];
    for (const literal of right.kind === 'list' ? right.items : [right]) {
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

interface Span {
  readonly at: Fault['at'];
  readonly length: number;
}

function faultOf({ at, length }: Span, message: string, fix: Fix, isUnknown = false): Fault {
  return { message, at, length, fix, isUnknown };
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

const DOTTED_LABEL = /^((?:container|k8s\.\w+)\.label)\.(.+)$/s;
const EVENT_ARGUMENTS: readonly string[] = ['evt.arg', 'evt.rawarg'];

/** What this program would understand, and the reference does not: rules have to load in both. */
function spellingFault({ left, right }: Comparison, { type }: ValueType): Fault | undefined {
  const span = { at: left.fieldAt ?? left.at, length: fieldText(left).length - 2 };
  const { name, argument, call } = left;
  const [, label, key] = DOTTED_LABEL.exec(name) ?? [];
  if (call === undefined && label !== undefined && key !== undefined) {
    const fix = `write ${label}[${textOfBytes(key)}]`;
    return faultOf(span, `Falco takes the name of a label only in brackets, not "${name}"`, fix);
  }
  if (argument !== undefined && EVENT_ARGUMENTS.includes(name) && !/^\d+$/.test(argument)) {
    const text = textOfBytes(argument);
    const fix = `write ${name}.${text}`;
    return faultOf(span, `"${name}[${text}]" takes a number in brackets in Falco`, fix);
  }
  const isAddress = type === 'ipaddr' || type === 'ipnet';
  const literals = right?.kind === 'list' ? right.items : right === undefined ? [] : [right];
  const mapped = isAddress
    ? literals.find((each) => each.kind === 'literal' && /:.*\./s.test(each.text))
    : undefined;
  return mapped?.kind === 'literal'
    ? faultOf(
        { at: mapped.at, length: mapped.text.length },
        `Falco reads no IPv6 address with an IPv4 address in it, such as "${textOfBytes(mapped.text)}"`,
        'write the IPv4 address alone, or all of it in hexadecimal digits',
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

function literalFault(
  { left, operator }: Comparison,
  type: ValueType,
  literal: Literal,
): Fault | undefined {
  const text = textOfBytes(literal.text);
  const span = { at: literal.at, length: Math.max(1, text.length) };
  if (operator === 'bcontains' || operator === 'bstartswith') {
    return /^(?:[0-9a-fA-F]{2})*$/.test(text)
      ? undefined
      : faultOf(
          span,
          `"${operator}" takes bytes as hexadecimal digits, two each; found "${text}"`,
          `write the bytes as cafe01; for a text use "${operator.slice(1)}"`,
        );
  }
  if (left.name === 'evt.type' && left.call === undefined && !EVENT_TYPE_NAMES.has(literal.text)) {
    const fix = didYouMean(text, EVENT_TYPE_NAMES, '"tiercel list events" shows every type');
    return faultOf(span, `no event type is called "${text}"`, fix, true);
  }
  if (operator === 'regex') {
    const problem = regexProblem(literal.text);
    return problem === undefined
      ? undefined
      : faultOf(span, `the regular expression is wrong: ${problem.message}`, problem.fix);
  }
  const result = readLiteral(type.type, literal.text);
  return result.ok
    ? undefined
    : faultOf(
        span,
        `${fieldText(left)} is compared with ${result.expected}; found "${text}"`,
        literalFix(type.type, text),
      );
}

/** What was probably meant by a text that is no value of the field's type. */
function literalFix(type: FieldType, text: string): string {
  if (FIELDS.has(text)) {
    return `to compare with the field write val(${text})`;
  }
  switch (type) {
    case 'bool':
      return /^(?:y|yes|on|1|true)$/i.test(text) ? 'write true' : 'write true or false';
    case 'ipaddr':
      return text.includes('/')
        ? 'to compare with a network use a field such as fd.snet'
        : 'write the address in numbers';
    case 'ipnet':
      return readLiteral('ipaddr', text).ok
        ? `for this one address write ${text}/${text.includes(':') ? 128 : 32}`
        : 'write an address, "/" and the number of bits that count';
    case 'port':
      return /^\d+$/.test(text) ? 'write a number in that range' : 'write the number of the port';
    default:
      return /^[+-]?\d+$/.test(text) ? 'write a number in that range' : 'write digits only';
  }
}

function literalDoubts(
  { operator }: Comparison,
  literal: Literal,
  source: string,
): readonly Fault[] {
  const text = textOfBytes(literal.text);
  const span = { at: literal.at, length: Math.max(1, text.length) };
  const doubts: Fault[] = [];
  if (operator === 'regex' && isPlainRegex(literal.text)) {
    doubts.push(
      faultOf(
        span,
        `the regular expression "${text}" needs none`,
        'use "=", "contains", "startswith" or "endswith": they are faster',
      ),
    );
  }
  const dense = literal.text.replace(/\s/g, '');
  if (isField(dense, source)) {
    doubts.push(
      faultOf(
        span,
        `"${text}" is the name of a field, and is compared as a text here`,
        `to compare with the field write val(${text})`,
      ),
    );
  }
  const transformer = /^(val|tolower|toupper|b64|basename|len|join|concat|getopt)\(.*\)$/s.exec(
    dense,
  )?.[1];
  if (transformer !== undefined) {
    doubts.push(
      faultOf(
        span,
        `"${text}" looks like the function ${transformer}, and is compared as a text here`,
        'write it without quotes',
      ),
    );
  }
  return doubts;
}

/** Cheap for what is no field's name, which nearly every text is. */
function isField(text: string, source: string): boolean {
  const found = /^([a-z0-9_]+(?:\.[a-zA-Z0-9_]+)+)(?:\[([^\]]*)\])?$/.exec(text);
  const name = found?.[1];
  if (name === undefined) {
    return false;
  }
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    if (FIELDS.has(name.slice(0, end))) {
      return compileField(name, found?.[2], source).field !== undefined;
    }
  }
  return false;
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
