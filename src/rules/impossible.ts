/**
 * Conditions that contradict themselves: `a and not a`, `proc.name = a and proc.name = b`. What a conjunction asks of
 * one field is put together; alternatives are impossible if each of them is. What is not recognised counts as possible.
 */
import { compileField, FIELDS, type FieldType } from '../fields/index.js';
import type { Comparison, FieldExpression, Resolved } from './ast.js';
import { isNetwork, keyOf, type ValueKey } from './engine/operators.js';
import { readLiteral } from './engine/literal.js';
import { spellingOf } from './engine/predicate.js';

/** Comparisons of one conjunction that are put together; a longer one counts as possible. */
const MAX_PARTS = 2_000;
/** Comparisons of alternatives that are held against one conjunction, times what it asks of their fields. */
const MAX_HELD_AGAINST = 20_000;

/** Macros are shared by rules: answers about their nodes are kept. A comparison means the same in every source. */
const known = {
  plain: new WeakMap<Resolved, boolean>(),
  negated: new WeakMap<Resolved, boolean>(),
};

/** Whether no event can meet a condition, by its own words. */
export function isImpossible(condition: Resolved, source: string): boolean {
  return isNodeImpossible(condition, false, source);
}

function isNodeImpossible(node: Resolved, isNegated: boolean, source: string): boolean {
  const answers = known[isNegated ? 'negated' : 'plain'];
  let answer = answers.get(node);
  if (answer === undefined) {
    answer = askNode(node, isNegated, source);
    answers.set(node, answer);
  }
  return answer;
}

function askNode(node: Resolved, isNegated: boolean, source: string): boolean {
  switch (node.kind) {
    case 'comparison':
      return false;
    case 'not':
      return isNodeImpossible(node.child, !isNegated, source);
    default: {
      if (isAlternative(node, isNegated)) {
        return node.children.every((child) => isNodeImpossible(child, isNegated, source));
      }
      const conjunction = new Conjunction(source);
      conjunction.collect(node, isNegated);
      return (
        conjunction.contradicts() ||
        conjunction.alternatives.some(([each, isEachNegated]) =>
          isNodeImpossible(each, isEachNegated, source),
        )
      );
    }
  }
}

type Connective = Resolved & { readonly kind: 'and' | 'or' };

/** `a or b`, or `not (a and b)`. */
function isAlternative(node: Connective, isNegated: boolean): boolean {
  return (node.kind === 'or') !== isNegated;
}

/** What a conjunction asks of one field: what must hold, and what must not. */
interface Asked {
  readonly plain: readonly Comparison[];
  readonly negated: readonly Comparison[];
}

const NOTHING: Asked = { plain: [], negated: [] };

/** What must hold, and must not, for a conjunction to hold. */
class Conjunction {
  /** Alternatives in it, each with whether it is negated. */
  readonly alternatives: (readonly [Connective, boolean])[] = [];
  readonly #source: string;
  readonly #byField = new Map<string, { plain: Comparison[]; negated: Comparison[] }>();
  readonly #walked = { plain: new Set<Resolved>(), negated: new Set<Resolved>() };
  #parts = 0;
  #heldAgainst = 0;

  constructor(source: string) {
    this.#source = source;
  }

  collect(node: Resolved, isNegated: boolean): void {
    const walked = this.#walked[isNegated ? 'negated' : 'plain'];
    if (this.#parts > MAX_PARTS || walked.has(node)) {
      return;
    }
    walked.add(node);
    this.#parts += 1;
    switch (node.kind) {
      case 'comparison': {
        const { name } = node.left;
        const asked = this.#byField.get(name) ?? { plain: [], negated: [] };
        asked[isNegated ? 'negated' : 'plain'].push(node);
        this.#byField.set(name, asked);
        return;
      }
      case 'not':
        this.collect(node.child, !isNegated);
        return;
      default:
        if (isAlternative(node, isNegated)) {
          this.alternatives.push([node, isNegated]);
        } else {
          node.children.forEach((child) => {
            this.collect(child, isNegated);
          });
        }
    }
  }

  contradicts(): boolean {
    return (
      [...this.#byField.values()].some((asked) => isContradiction(asked, this.#source)) ||
      this.alternatives.some(([node, isNegated]) =>
        node.children.every((child) => this.#excludes(child, isNegated)),
      )
    );
  }

  /** Whether an alternative cannot hold beside what the conjunction asks of the same fields. */
  #excludes(node: Resolved, isNegated: boolean): boolean {
    switch (node.kind) {
      case 'not':
        return this.#excludes(node.child, !isNegated);
      case 'comparison': {
        const { plain, negated } = this.#byField.get(node.left.name) ?? NOTHING;
        this.#heldAgainst += 1 + plain.length + negated.length;
        const together = isNegated
          ? { plain, negated: [...negated, node] }
          : { plain: [...plain, node], negated };
        return this.#heldAgainst <= MAX_HELD_AGAINST && isContradiction(together, this.#source);
      }
      default:
        return (
          !isAlternative(node, isNegated) &&
          this.#heldAgainst <= MAX_HELD_AGAINST &&
          node.children.some((child) => this.#excludes(child, isNegated))
        );
    }
  }
}

/**
 * Whether one field is asked for what cannot be: a comparison both ways, or no value that all equalities leave.
 * Nearly all conjunctions ask one thing of a field, or only what it must not be, and cost nothing here.
 */
function isContradiction({ plain, negated }: Asked, source: string): boolean {
  if (plain.length === 0 || plain.length + negated.length < 2) {
    return false;
  }
  const operators = new Set(plain.map(({ operator }) => operator));
  const keys = new Set(
    negated.filter(({ operator }) => operators.has(operator)).map((each) => keyFor(each)),
  );
  return (
    (keys.size > 0 && plain.some((each) => keys.has(keyFor(each)))) ||
    isNothingLeft({ plain, negated }, source)
  );
}

/** Whether the equalities leave a field no value. */
function isNothingLeft({ plain, negated }: Asked, source: string): boolean {
  const left = new Map<string, Set<ValueKey>>();
  for (const comparison of plain) {
    const values = valuesFor(comparison, source);
    if (values !== undefined) {
      const argument = comparison.left.argument ?? '';
      const before = left.get(argument);
      left.set(argument, new Set([...values].filter((value) => before?.has(value) ?? true)));
    }
  }
  for (const comparison of left.size === 0 ? [] : negated) {
    const remaining = left.get(comparison.left.argument ?? '');
    if (remaining !== undefined) {
      valuesFor(comparison, source)?.forEach((value) => remaining.delete(value));
    }
  }
  return [...left.values()].some(({ size }) => size === 0);
}

const keys = new WeakMap<Comparison, string>();
const valueSets = new WeakMap<Comparison, ReadonlySet<ValueKey> | 'other'>();

/** What a comparison asks, in a form that can be looked up. */
function keyFor(comparison: Comparison): string {
  const key = keys.get(comparison) ?? spellingOf(comparison);
  keys.set(comparison, key);
  return key;
}

function valuesFor(comparison: Comparison, source: string): ReadonlySet<ValueKey> | undefined {
  const values = valueSets.get(comparison) ?? valuesOf(comparison, source) ?? 'other';
  valueSets.set(comparison, values);
  return values === 'other' ? undefined : values;
}

const EQUALITIES: readonly string[] = ['=', '==', 'in'];

/** The type of a field that has one value, which is compared as it is; `undefined` for others. */
function typeOfSingle(
  { name, argument, call, transformers }: FieldExpression,
  source: string,
): FieldType | undefined {
  const row = FIELDS.get(name)?.row;
  if (row === undefined || call !== undefined || transformers.length > 0) {
    return undefined;
  }
  const isSeveral = row.isList === true || row.filter !== undefined;
  const isCompared = row.equalsUpTo !== true && row.render === undefined;
  return isSeveral || !isCompared
    ? undefined
    : (compileField(name, argument, source).field?.type ?? row.type);
}

/** The values of which a field with one value must have one; `undefined` where the comparison asks something else. */
function valuesOf(
  { left, operator, modifier, right }: Comparison,
  source: string,
): ReadonlySet<ValueKey> | undefined {
  const isEquality = EQUALITIES.includes(operator) && modifier === undefined;
  const type = isEquality ? typeOfSingle(left, source) : undefined;
  if (type === undefined || right === undefined) {
    return undefined;
  }
  const values = new Set<ValueKey>();
  for (const item of right.kind === 'list' ? right.items : [right]) {
    const literal = item.kind === 'literal' ? readLiteral(type, item.text) : undefined;
    if (literal?.ok !== true || isNetwork(literal.value)) {
      return undefined;
    }
    values.add(keyOf(literal.value));
  }
  return values;
}
