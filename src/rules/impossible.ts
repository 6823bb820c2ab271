/**
 * Conditions that contradict themselves: `a and not a`, `proc.name = a and proc.name = b`. What a conjunction asks of
 * one field is put together; alternatives are impossible if each of them is. What is not recognised counts as possible.
 */
import { compileField, FIELDS } from '../fields/index.js';
import type { Comparison, Resolved } from './ast.js';
import { isNetwork, keyOf, type ValueKey } from './engine/operators.js';
import { readLiteral } from './engine/literal.js';
import { spellingOf } from './engine/predicate.js';

/** Comparisons of one conjunction that are put together; a longer one counts as possible. */
const MAX_PARTS = 2_000;

/** Whether no event can meet a condition, by its own words. */
export function isImpossible(condition: Resolved, source: string): boolean {
  return new Search(source).isImpossible(condition, false);
}

class Search {
  readonly #source: string;
  readonly #known = { plain: new Map<Resolved, boolean>(), negated: new Map<Resolved, boolean>() };

  constructor(source: string) {
    this.#source = source;
  }

  isImpossible(node: Resolved, isNegated: boolean): boolean {
    const known = this.#known[isNegated ? 'negated' : 'plain'];
    let answer = known.get(node);
    if (answer === undefined) {
      answer = this.#ask(node, isNegated);
      known.set(node, answer);
    }
    return answer;
  }

  #ask(node: Resolved, isNegated: boolean): boolean {
    switch (node.kind) {
      case 'comparison':
        return false;
      case 'not':
        return this.isImpossible(node.child, !isNegated);
      default:
        return (node.kind === 'or') !== isNegated
          ? node.children.every((child) => this.isImpossible(child, isNegated))
          : this.#isConjunctionImpossible(node, isNegated);
    }
  }

  #isConjunctionImpossible(node: Resolved, isNegated: boolean): boolean {
    const conjunction = new Conjunction(this.#source);
    return (
      conjunction.contradicts(node, isNegated) ||
      conjunction.alternatives.some(([each, isEachNegated]) =>
        this.isImpossible(each, isEachNegated),
      )
    );
  }
}

/** What must hold, and must not, for a conjunction to hold. */
class Conjunction {
  /** Alternatives in it, each with whether it is negated. */
  readonly alternatives: (readonly [Resolved, boolean])[] = [];
  readonly #source: string;
  readonly #asked = new Map<string, boolean>();
  readonly #allowed = new Map<string, ReadonlySet<ValueKey>>();
  readonly #excluded = new Map<string, Set<ValueKey>>();
  readonly #walked = { plain: new Set<Resolved>(), negated: new Set<Resolved>() };
  #parts = 0;

  constructor(source: string) {
    this.#source = source;
  }

  contradicts(node: Resolved, isNegated: boolean): boolean {
    return this.#collect(node, isNegated) || this.#isNothingAllowed();
  }

  /** Returns `true` at the first comparison that is asked for both ways. */
  #collect(node: Resolved, isNegated: boolean): boolean {
    const walked = this.#walked[isNegated ? 'negated' : 'plain'];
    if (this.#parts > MAX_PARTS || walked.has(node)) {
      return false;
    }
    walked.add(node);
    this.#parts += 1;
    switch (node.kind) {
      case 'comparison':
        return this.#add(node, isNegated);
      case 'not':
        return this.#collect(node.child, !isNegated);
      default:
        if ((node.kind === 'or') !== isNegated) {
          this.alternatives.push([node, isNegated]);
          return false;
        }
        return node.children.some((child) => this.#collect(child, isNegated));
    }
  }

  #add(comparison: Comparison, isNegated: boolean): boolean {
    const { key, values } = questionOf(comparison, this.#source);
    const before = this.#asked.get(key);
    this.#asked.set(key, isNegated);
    if (before !== undefined && before !== isNegated) {
      return true;
    }
    if (values !== undefined) {
      const { name, argument } = comparison.left;
      const field = JSON.stringify([name, argument]);
      if (isNegated) {
        const excluded = this.#excluded.get(field) ?? new Set();
        values.forEach((value) => excluded.add(value));
        this.#excluded.set(field, excluded);
      } else {
        const allowed = this.#allowed.get(field);
        const both = new Set([...values].filter((value) => allowed?.has(value) ?? true));
        this.#allowed.set(field, both);
      }
    }
    return false;
  }

  #isNothingAllowed(): boolean {
    return [...this.#allowed].some(([field, values]) => {
      const excluded = this.#excluded.get(field);
      return [...values].every((value) => excluded?.has(value) === true);
    });
  }
}

/** What a comparison asks, in forms that can be looked up. */
interface Question {
  readonly key: string;
  readonly values: ReadonlySet<ValueKey> | undefined;
}

/** Macros share comparisons; a field and an operator mean the same in every source that has them. */
const questions = new WeakMap<Comparison, Question>();

function questionOf(comparison: Comparison, source: string): Question {
  let question = questions.get(comparison);
  if (question === undefined) {
    question = { key: spellingOf(comparison), values: valuesOf(comparison, source) };
    questions.set(comparison, question);
  }
  return question;
}

const EQUALITIES: readonly string[] = ['=', '==', 'in'];

/** The values of which a field with one value must have one; `undefined` where the comparison asks something else. */
function valuesOf(
  { left, operator, modifier, right }: Comparison,
  source: string,
): ReadonlySet<ValueKey> | undefined {
  const row = FIELDS.get(left.name)?.row;
  const isSingle =
    row !== undefined &&
    row.isList !== true &&
    row.filter === undefined &&
    row.equalsUpTo !== true &&
    row.render === undefined &&
    left.call === undefined &&
    left.transformers.length === 0;
  if (
    !isSingle ||
    modifier !== undefined ||
    !EQUALITIES.includes(operator) ||
    right === undefined
  ) {
    return undefined;
  }
  const type = compileField(left.name, left.argument, source).field?.type ?? row.type;
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
