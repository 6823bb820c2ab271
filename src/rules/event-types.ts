/**
 * Which event types a condition can hold at. What compares `evt.type` or `syscall.type` decides; anything else may
 * hold at every type. Sets of event codes are the bits of a bigint.
 */
import { EVENT_TABLE, SYSCALL_TABLE } from '../events/index.js';
import type { Comparison, Operand, Resolved } from './ast.js';

/** More event types than this make a rule expensive. */
const MANY = 100;

const ALL = (1n << BigInt(EVENT_TABLE.length)) - 1n;
/** System calls that have no event of their own come as these two. */
const GENERIC = 3n;
/** Asynchronous events have a name of their own, and share one code. */
const ASYNC_NAMES = ['container', 'container_removed'];
const TYPE_FIELDS = ['evt.type', 'syscall.type'];
/** Operators by which rules are sorted. */
export const DECIDING: readonly string[] = ['=', '==', '!=', 'in'];

const codesByName = new Map<string, bigint>();
for (const { code, name } of EVENT_TABLE) {
  if (code >= 2) {
    codesByName.set(name, (codesByName.get(name) ?? 0n) | (1n << BigInt(code)));
  }
}
const syscallNames = new Set(SYSCALL_TABLE.map((row) => row.name));

/** Names that `evt.type` may be compared with. */
export const EVENT_TYPE_NAMES: ReadonlySet<string> = new Set([
  ...EVENT_TABLE.map((row) => row.name),
  ...syscallNames,
  ...ASYNC_NAMES,
  // codes that are no longer used have no name
  '',
]);

/** Answers for conditions that were asked about already: macros are shared. */
const asked = { plain: new WeakMap<Resolved, bigint>(), negated: new WeakMap<Resolved, bigint>() };

/** Whether a condition holds at no event type, or at so many that it is asked at nearly every event. */
export function isAboutTooMuch(condition: Resolved): boolean {
  const count = bitCount(eventTypes(condition, false));
  return count === 0 || count > MANY;
}

/** Names of the event types that a condition can hold at, sorted; `undefined`: it does not say. */
export function eventTypeNames(condition: Resolved): readonly string[] | undefined {
  const codes = eventTypes(condition, false);
  if (codes === ALL) {
    return undefined;
  }
  const names = EVENT_TABLE.filter(({ code }) => (codes >> BigInt(code)) & 1n).map(
    ({ name }) => name,
  );
  return [...new Set(names)].sort();
}

function eventTypes(condition: Resolved, isNegated: boolean): bigint {
  const known = asked[isNegated ? 'negated' : 'plain'];
  let codes = known.get(condition);
  if (codes === undefined) {
    codes = computeEventTypes(condition, isNegated);
    known.set(condition, codes);
  }
  return codes;
}

function computeEventTypes(condition: Resolved, isNegated: boolean): bigint {
  switch (condition.kind) {
    case 'not':
      return eventTypes(condition.child, !isNegated);
    case 'comparison':
      return comparisonTypes(condition, isNegated);
    default: {
      const isUnion = (condition.kind === 'or') !== isNegated;
      return condition.children.reduce(
        (codes, child) =>
          isUnion ? codes | eventTypes(child, isNegated) : codes & eventTypes(child, isNegated),
        isUnion ? 0n : ALL,
      );
    }
  }
}

function comparisonTypes(comparison: Comparison, isNegated: boolean): bigint {
  const { left, operator, right, modifier } = comparison;
  if (!isTypeField(comparison) || left.transformers.length > 0) {
    return ALL;
  }
  if (operator === 'exists') {
    return isNegated ? 0n : ALL;
  }
  if (!DECIDING.includes(operator) || modifier !== undefined || right === undefined) {
    return ALL;
  }
  const codes = codesNamed(right.kind === 'list' ? right.items : [right]);
  return isNegated !== (operator === '!=') ? ALL & ~codes : codes;
}

function codesNamed(texts: readonly Operand[]): bigint {
  let codes = 0n;
  for (const text of texts) {
    const name = text.kind === 'literal' ? text.text : '';
    codes |= codesByName.get(name) ?? (syscallNames.has(name) ? GENERIC : 0n);
  }
  return codes;
}

/** Whether system calls of this name come as generic events, which share their layout. */
export function isGenericName(name: string): boolean {
  return syscallNames.has(name) && !codesByName.has(name);
}

/** Whether this compares the type of the event itself. */
export function isTypeField({ left }: Comparison): boolean {
  return left.call === undefined && left.argument === undefined && TYPE_FIELDS.includes(left.name);
}

function bitCount(bits: bigint): number {
  let count = 0;
  for (const digit of bits.toString(16)) {
    count += [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4][Number.parseInt(digit, 16)] as number;
  }
  return count;
}
