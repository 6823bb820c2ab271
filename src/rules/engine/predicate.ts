/**
 * The leaves of conditions: a *column* is a value that somebody asks about, a *predicate* one question
 * about it. Equal questions of all rules are one predicate. What a predicate depends on (its subject) says
 * how long its answer may be kept.
 */
import type { FieldSettings, FieldType, Scalar, Subject, Value } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { CallArgument, Comparison, FieldExpression, Operand, Operator } from '../ast.js';
import { readerOf, weaker, type FieldScope, type Reader } from './expression.js';
import { beginningOfGlob } from './glob.js';
import { readLiteral, type Literal } from './literal.js';
import { compileTest, membersOf, type ValueKey, type ValueTest } from './operators.js';

/** Items of a list that are looked up together with those of other lists; longer ones are kept once, however many rules use them. */
const MAX_LOOKED_UP = 4096;

/** What stands on the left of comparisons, read once for all of them. */
export interface Column {
  /** Equal for columns of one value, whatever set of rules they belong to. */
  readonly key: string;
  readonly reader: Reader;
  /** The value, where the reader may have it from an earlier question of the same moment. */
  readonly readAnew: Reader['value'];
  /** Its predicates, in the order of their first use. */
  readonly predicates: Predicate[];
}

/** Questions that a lookup answers, for all predicates of a column together. */
export type Form =
  /** Is the value (or one of several, where a field has candidates) one of these, as `keyOf` spells them? */
  | { readonly kind: 'members'; readonly members: ReadonlySet<ValueKey> }
  /** Does the text begin with this, end with it, or contain it? */
  | { readonly kind: 'prefix' | 'suffix' | 'part'; readonly text: string }
  /** Does the text match a pattern that begins with this? Only then the pattern must be asked. */
  | { readonly kind: 'pattern'; readonly beginning: string }
  /** Does one of these paths lie at or above the path? */
  | { readonly kind: 'paths'; readonly paths: readonly string[] };

/** One question: does a value stand in this relation to that right side? */
export interface Predicate {
  readonly id: number;
  readonly subject: Subject;
  /** What it asks, where many questions of that form are answered at once. */
  readonly form: Form | undefined;
  /** The answer for a value of its column; never true for an absent one. */
  readonly accepts: (value: Value) => boolean;
  /** The answer at a moment. */
  readonly holds: (moment: Moment) => boolean;
}

/** All columns and predicates of a set of rules, each once. */
export class Questions {
  readonly predicates: Predicate[] = [];
  readonly #columns = new Map<string, Column>();
  readonly #byKey = new Map<string, Predicate>();
  readonly #settings: FieldSettings;
  /** Moments that were asked about so far. */
  #now = 0;

  constructor(settings: FieldSettings) {
    this.#settings = settings;
  }

  /** To be called before predicates are asked about another moment. */
  nextMoment(): void {
    this.#now += 1;
  }

  /** Columns about which at least one question can be answered from their value alone. */
  get columns(): Column[] {
    return [...this.#columns.values()].filter((column) => column.predicates.length > 0);
  }

  /** The predicate of a comparison in rules of `source`: an existing one where the question is the same. */
  predicate(comparison: Comparison, source: string): Predicate {
    const key = JSON.stringify([source, spellComparison(comparison)]);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      return known;
    }
    const predicate = this.#newPredicate(comparison, source);
    this.predicates.push(predicate);
    this.#byKey.set(key, predicate);
    return predicate;
  }

  #newPredicate(comparison: Comparison, source: string): Predicate {
    const id = this.predicates.length;
    const column = this.#column(comparison.left, source);
    const { right } = comparison;
    if (right?.kind === 'field') {
      return againstField(id, comparison, column.reader, readerOf(right, this.#scope(source)));
    }
    const predicate = againstLiterals(id, comparison, column.reader);
    column.predicates.push(predicate);
    return predicate;
  }

  #scope(source: string): FieldScope {
    return { source, settings: this.#settings };
  }

  #column(expression: FieldExpression, source: string): Column {
    const key = JSON.stringify([source, spellExpression(expression)]);
    const known = this.#columns.get(key);
    if (known !== undefined) {
      return known;
    }
    const reader = readerOf(expression, this.#scope(source));
    const isAskedEachTime = reader.subject === 'shape' || reader.subject === 'event';
    const value = isAskedEachTime ? this.#readOnce(reader.value) : reader.value;
    const column = { key, reader: { ...reader, value }, readAnew: reader.value, predicates: [] };
    this.#columns.set(key, column);
    return column;
  }

  /** Several questions about a value follow each other at one moment (six about the request of a ptrace). */
  #readOnce(read: Reader['value']): Reader['value'] {
    let readAt = -1;
    let value: Value;
    return (moment) => {
      if (readAt !== this.#now) {
        value = read(moment);
        readAt = this.#now;
      }
      return value;
    };
  }
}

function againstLiterals(id: number, comparison: Comparison, reader: Reader): Predicate {
  const { modifier, right } = comparison;
  const isWithin = reader.equalsUpTo === true && comparison.operator.startsWith('=');
  const operator = isWithin ? '<=' : comparison.operator;
  const literals = literalsOf(right, reader.type);
  const test = testOf(operator, modifier, reader, literals);
  const accepts = acceptance(comparison, reader, test);
  const { subject, value } = reader;
  const isSimple = !isWithin && modifier === undefined && isPlainMembership(operator, reader);
  const form = isSimple ? formOf(operator, reader, literals) : undefined;
  return { id, subject, form, accepts, holds: (moment) => accepts(value(moment)) };
}

const SETS: ReadonlySet<Operator> = new Set(['in', 'intersects']);

/** Whether `in` is membership in a set, and not the special case of {@link testOf}. */
function isPlainMembership(operator: Operator, { isRaw }: Reader): boolean {
  return !SETS.has(operator) || isRaw !== true;
}

/**
 * The test of one value. Where the reference compares several values in turn (`proc.aname`, `fd.net`), and for raw
 * arguments, it knows of a list after a modifier only its first item; numbers of raw arguments are in no list; and networks
 * are never members of a set, which `= anyof` and `!= allof` ask. `fd.ip in` and `fd.net in` ask for each item here: there,
 * the first never holds, and the second knows one network, so that somebody who looks for addresses gets none.
 */
function testOf(
  operator: Operator,
  modifier: Comparison['modifier'],
  { hasCandidates, type, isRaw }: Reader,
  literals: readonly Literal[],
): ValueTest {
  if (modifier !== undefined && (hasCandidates || isRaw === true)) {
    return compileTest(operator, undefined, literals);
  }
  const asksForMember = modifier === (operator === '!=' ? 'allof' : 'anyof');
  if (asksForMember && type === 'ipnet' && literals.length > 0) {
    return () => operator === '!=';
  }
  if (SETS.has(operator) && isRaw === true && type !== 'charbuf') {
    return () => false;
  }
  return compileTest(operator, modifier, literals);
}

const MEMBERSHIPS: ReadonlySet<Operator> = new Set(['=', '==', 'in', 'intersects']);

const TEXT_FORMS: Partial<Record<Operator, 'prefix' | 'suffix' | 'part'>> = {
  startswith: 'prefix',
  endswith: 'suffix',
  contains: 'part',
};

function formOf(
  operator: Operator,
  { hasCandidates, isList, isNeverKnown, type }: Reader,
  literals: readonly Literal[],
): Form | undefined {
  if (isList || isNeverKnown === true || type === 'dyn') {
    return undefined;
  }
  if (MEMBERSHIPS.has(operator)) {
    const { members, networks } = membersOf(literals);
    // a long list is asked in itself, where looking its items up together with others would take a copy
    const isLookedUp = networks.length === 0 && members.size <= MAX_LOOKED_UP;
    return isLookedUp ? { kind: 'members', members } : undefined;
  }
  return hasCandidates || type !== 'charbuf' ? undefined : textForm(operator, literals);
}

function textForm(operator: Operator, literals: readonly Literal[]): Form | undefined {
  const texts = literals.filter((literal) => typeof literal === 'string');
  if (operator === 'pmatch') {
    return { kind: 'paths', paths: texts };
  }
  const [text] = texts;
  if (text === undefined) {
    return undefined;
  }
  if (operator === 'glob') {
    const beginning = beginningOfGlob(text);
    return beginning === '' ? undefined : { kind: 'pattern', beginning };
  }
  const kind = TEXT_FORMS[operator];
  return kind === undefined ? undefined : { kind, text };
}

/** A field against a field: the right side is read, and compiled, at each moment. */
function againstField(id: number, comparison: Comparison, left: Reader, right: Reader): Predicate {
  return {
    id,
    subject: weaker(left.subject, right.subject),
    form: undefined,
    accepts: () => false,
    holds: (moment) => {
      const other = right.value(moment);
      if (other === undefined) {
        return false;
      }
      const literals = Array.isArray(other) ? (other as Scalar[]) : [other as Scalar];
      const test = compileTest(comparison.operator, comparison.modifier, literals);
      return acceptance(comparison, left, test)(left.value(moment));
    },
  };
}

/** An absent value satisfies nothing, not even `!=`. */
function acceptance(
  { operator }: Comparison,
  reader: Reader,
  test: ValueTest,
): (value: Value) => boolean {
  if (operator === 'exists') {
    // no ancestor at all is no "proc.aname"; a descriptor without ends has an "fd.ip" all the same
    return reader.hasCandidates && !reader.isNotEqualToAll ? hasItems : isPresent;
  }
  if (reader.isNeverKnown === true) {
    return operator === '!=' ? hasItems : () => false;
  }
  if (!reader.hasCandidates && !reader.isList) {
    return (value) => value !== undefined && test(value as Scalar);
  }
  return mustAllHold(operator, reader)
    ? (value) => value !== undefined && holdsForAll(value as Scalar[], test, reader)
    : (value) => value !== undefined && (value as Scalar[]).some(test);
}

/** Whether a comparison with several values holds only if it holds for each of them. */
function mustAllHold(operator: Operator, reader: Reader): boolean {
  return operator === 'in'
    ? reader.isList
    : operator === '!=' && reader.hasCandidates && reader.isNotEqualToAll;
}

function isPresent(value: Value): boolean {
  return value !== undefined;
}

function hasItems(value: Value): boolean {
  return value !== undefined && (value as readonly Scalar[]).length > 0;
}

/** A descriptor without ends is not "unequal" to an address; a list without items is "in" every list. */
function holdsForAll(values: readonly Scalar[], test: ValueTest, reader: Reader): boolean {
  return values.every(test) && (values.length > 0 || !reader.hasCandidates);
}

/** The literals of long lists by type: many rules may compare with one. */
const LONG_LISTS = new WeakMap<readonly Operand[], Map<FieldType, readonly Literal[]>>();

function longListOf(items: readonly Operand[], type: FieldType): readonly Literal[] {
  let byType = LONG_LISTS.get(items);
  if (byType === undefined) {
    byType = new Map();
    LONG_LISTS.set(items, byType);
  }
  let literals = byType.get(type);
  if (literals === undefined) {
    literals = items.flatMap((item) => literalsOf(item, type));
    byType.set(type, literals);
  }
  return literals;
}

function literalsOf(right: Operand | undefined, type: FieldType): readonly Literal[] {
  switch (right?.kind) {
    case 'literal': {
      const literal = readLiteral(type, right.text);
      return literal.ok ? [literal.value] : [];
    }
    case 'list':
      return right.items.length > MAX_LOOKED_UP
        ? longListOf(right.items, type)
        : right.items.flatMap((item) => literalsOf(item, type));
    default:
      return [];
  }
}

/** Equal for comparisons that ask the same, wherever they are written. */
export function spellingOf(comparison: Comparison): string {
  return JSON.stringify(spellComparison(comparison));
}

function spellComparison({ left, operator, modifier, right }: Comparison): unknown {
  return [spellExpression(left), operator, modifier, right === undefined ? null : spell(right)];
}

function spellExpression({ name, argument, transformers, call }: FieldExpression): unknown {
  return [name, argument ?? null, transformers, call?.function, call?.arguments.map(spell)];
}

/** Long lists are distinguished by what they are, not by what they hold: such a spelling would take as much as the list. */
const LIST_NUMBERS = new WeakMap<readonly Operand[], number>();
let lastListNumber = 0;

function listNumber(items: readonly Operand[]): number {
  let number = LIST_NUMBERS.get(items);
  if (number === undefined) {
    lastListNumber += 1;
    number = lastListNumber;
    LIST_NUMBERS.set(items, number);
  }
  return number;
}

/** A spelling of an operand that is equal for equal operands, whatever their positions. */
function spell(operand: Operand | CallArgument): unknown {
  switch (operand.kind) {
    case 'literal':
      return operand.text;
    case 'list':
      return operand.items.length > MAX_LOOKED_UP
        ? { list: listNumber(operand.items) }
        : operand.items.map(spell);
    case 'field':
      return { field: spellExpression(operand) };
  }
}
