/**
 * Comparisons as the reference makes them: one row per operator, each compiling its right side once into
 * a test of one value. Numbers may be `number` or `bigint` on either side.
 */
import { RE2JS } from 're2js';
import type { Scalar } from '../../fields/index.js';
import type { Operator } from '../ast.js';
import { compileGlob, lowerAscii } from './glob.js';
import { plainNumber, readLiteral, type Literal, type Network } from './literal.js';
import { compilePathPrefixes } from './path-prefixes.js';

/** Whether one value (never an absent one) stands in the operator's relation to the right side. */
export type ValueTest = (value: Scalar) => boolean;

/** Operators whose right side is one value. */
const SINGLE: Readonly<
  Record<
    Exclude<Operator, 'exists' | 'in' | 'intersects' | 'pmatch'>,
    (right: Literal) => ValueTest
  >
> = {
  '=': equalTo,
  '==': equalTo,
  '!=': (right) => not(equalTo(right)),
  '<': (right) => ordered(right, (sign) => sign < 0),
  '<=': (right) => ordered(right, (sign) => sign <= 0),
  '>': (right) => ordered(right, (sign) => sign > 0),
  '>=': (right) => ordered(right, (sign) => sign >= 0),
  contains: (right) => onText(right, (text, part) => text.includes(part)),
  icontains: (right) => {
    const part = lowerAscii(asText(right));
    return (value) => lowerAscii(asText(value)).includes(part);
  },
  bcontains: (right) => {
    const part = bytesOfHex(asText(right));
    return (value) => asText(value).includes(part);
  },
  startswith: (right) => onText(right, (text, part) => text.startsWith(part)),
  bstartswith: (right) => {
    const part = bytesOfHex(asText(right));
    return (value) => asText(value).startsWith(part);
  },
  endswith: (right) => onText(right, (text, part) => text.endsWith(part)),
  glob: (right) => globTest(right, false),
  iglob: (right) => globTest(right, true),
  regex: (right) => {
    // the reference compiles POSIX syntax, in which ^ and $ also match at line ends
    const pattern = RE2JS.compile(asText(right), RE2JS.MULTILINE);
    return (value) => pattern.matches(asText(value));
  },
};

/** Compile an operator and its right side (several values where the operator or a modifier takes a list). */
export function compileTest(
  operator: Operator,
  modifier: 'oneof' | 'allof' | 'anyof' | undefined,
  right: readonly Literal[],
): ValueTest {
  if (operator === 'exists') {
    return () => true;
  }
  if (operator === 'in' || operator === 'intersects') {
    return memberOf(right);
  }
  if (operator === 'pmatch') {
    const isBelow = compilePathPrefixes(right.map(asText));
    return (value) => isBelow(asText(value));
  }
  const tests = right.map(SINGLE[operator]);
  switch (modifier) {
    case 'oneof':
      return (value) => tests.filter((test) => test(value)).length === 1;
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'allof':
      return (value) => tests.length > 0 && tests.every((test) => test(value));
    case undefined:
      return tests[0] ?? (() => false);
  }
}

/** What is in a list: values that a set can hold, one spelling each, and networks, which are compared in turn. */
export interface Members {
  readonly members: ReadonlySet<ValueKey>;
  readonly networks: readonly ValueTest[];
}

/** Made once for a list, which many rules may compare with: a set of 500,000 texts takes 20 MB. */
const MEMBERS = new WeakMap<readonly Literal[], Members>();

/** The members of a list, which is not changed any more. */
export function membersOf(list: readonly Literal[]): Members {
  let known = MEMBERS.get(list);
  if (known === undefined) {
    known = {
      members: new Set(list.flatMap((literal) => (isNetwork(literal) ? [] : [keyOf(literal)]))),
      networks: list.filter(isNetwork).map(inNetwork),
    };
    MEMBERS.set(list, known);
  }
  return known;
}

function memberOf(right: readonly Literal[]): ValueTest {
  const { members, networks } = membersOf(right);
  return networks.length === 0
    ? (value) => members.has(keyOf(value))
    : (value) => members.has(keyOf(value)) || networks.some((test) => test(value));
}

/** What {@link keyOf} gives. */
export type ValueKey = string | number | bigint | boolean;

/** One spelling of each value, fit for sets and maps: addresses as byte strings, exact numbers. */
export function keyOf(value: Scalar): ValueKey {
  if (typeof value === 'bigint') {
    return plainNumber(value);
  }
  return value instanceof Uint8Array ? asText(value) : value;
}

function equalTo(right: Literal): ValueTest {
  if (isNetwork(right)) {
    return inNetwork(right);
  }
  const key = keyOf(right);
  // evt.rawarg has no type until an event is there: its literal is still text
  const number = typeof right === 'string' ? numberIn(right) : undefined;
  return (value) =>
    number !== undefined && (typeof value === 'number' || typeof value === 'bigint')
      ? keyOf(value) === number
      : keyOf(value) === key;
}

function not(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

function ordered(right: Literal, holds: (sign: number) => boolean): ValueTest {
  if (typeof right === 'string') {
    const number = numberIn(right);
    return (value) =>
      typeof value === 'string'
        ? holds(value < right ? -1 : value > right ? 1 : 0)
        : number !== undefined && isNumber(value) && holds(signOf(value, number));
  }
  return (value) => isNumber(right) && isNumber(value) && holds(signOf(value, right));
}

function signOf(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isNumber(value: Literal): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function numberIn(text: string): number | bigint | undefined {
  const literal = readLiteral('int64', text);
  return literal.ok && isNumber(literal.value) ? literal.value : undefined;
}

function onText(right: Literal, test: (text: string, part: string) => boolean): ValueTest {
  const part = asText(right);
  return (value) => test(asText(value), part);
}

function globTest(right: Literal, ignoreCase: boolean): ValueTest {
  const matches = compileGlob(asText(right), ignoreCase);
  return (value) => matches(asText(value));
}

/** Whether a literal is a range of addresses. */
export function isNetwork(literal: Literal): literal is Network {
  return typeof literal === 'object' && !(literal instanceof Uint8Array);
}

/** An address of the other family is in no network. */
function inNetwork(network: Network): ValueTest {
  const whole = network.bits >> 3;
  const mask = (0xff00 >> (network.bits & 7)) & 0xff;
  return (value) => {
    if (!(value instanceof Uint8Array) || value.length !== network.address.length) {
      return false;
    }
    for (let i = 0; i < whole; i += 1) {
      if (value[i] !== network.address[i]) {
        return false;
      }
    }
    return mask === 0 || (((value[whole] ?? 0) ^ (network.address[whole] ?? 0)) & mask) === 0;
  };
}

/** Text as it is; anything else as its plain spelling (only text reaches the text operators). */
function asText(value: Literal): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).latin1Slice();
  }
  return typeof value === 'object' ? '' : value.toString();
}

function bytesOfHex(text: string): string {
  return Buffer.from(text, 'hex').latin1Slice();
}
