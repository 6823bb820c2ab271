/** Which items of a list ever matched: asked of each value for which the comparison with the list holds. */
import type { FieldSettings, Scalar, Value } from '../../fields/index.js';
import type { Comparison, Literal, Operand } from '../ast.js';
import { readerOf } from '../engine/expression.js';
import { readLiteral } from '../engine/literal.js';
import { isNetwork, keyOf, type ValueKey } from '../engine/operators.js';
import { Questions, spellingOf, type Predicate } from '../engine/predicate.js';
import type { AskingNode } from './tree.js';

/** Items that are no plain members of a set (paths, networks), each of which has to be asked. */
const MAX_ASKED = 2000;

const SETS: ReadonlySet<string> = new Set(['in', 'intersects']);

/** What became of the items of one comparison's list. */
export class ItemWatch {
  /** In the order written, without names of lists. */
  readonly items: readonly Literal[];
  /** 1 for each that matched, by index; of what could not be watched too. */
  readonly hits: Uint8Array;
  readonly #byKey = new Map<ValueKey, number[]>();
  #asked: { readonly at: number; readonly predicate: Predicate }[] = [];

  /** @param comparison - One with a list on its right side, names of lists replaced. */
  constructor(comparison: Comparison, source: string, settings: FieldSettings) {
    this.items = literalsIn(comparison.right);
    this.hits = new Uint8Array(this.items.length);
    const { type, isRaw } = readerOf(comparison.left, { source, settings });
    const isSet = SETS.has(comparison.operator) && type !== 'dyn' && isRaw !== true;
    const questions = new Questions(settings);
    this.items.forEach((item, at) => {
      const literal = isSet ? readLiteral(type, item.text) : undefined;
      if (literal?.ok === true && !isNetwork(literal.value)) {
        const key = keyOf(literal.value);
        this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), at]);
      } else if (this.#asked.length < MAX_ASKED) {
        const right = { kind: 'list', items: [item], at: item.at } as const;
        const predicate = questions.predicate({ ...comparison, right }, source);
        this.#asked.push({ at, predicate });
      } else {
        this.hits[at] = 1; // nobody knows, so nothing is said
      }
    });
  }

  /** To be called with each value for which the comparison holds. */
  note(value: Value): void {
    for (const each of Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]) {
      for (const at of this.#byKey.get(keyOf(each)) ?? []) {
        this.hits[at] = 1;
      }
    }
    if (this.#asked.length > 0) {
      this.#asked = this.#asked.filter(({ at, predicate }) => {
        const holds = predicate.accepts(value);
        this.hits[at] = holds ? 1 : 0;
        return !holds;
      });
    }
  }
}

function literalsIn(operand: Operand | undefined): readonly Literal[] {
  switch (operand?.kind) {
    case 'literal':
      return [operand];
    case 'list':
      return operand.items.flatMap(literalsIn);
    default:
      return [];
  }
}

/** The watches of some traces: equal comparisons of all their rules have one. */
export class ItemWatches {
  readonly #bySpelling = new Map<string, ItemWatch>();

  /** The watches of comparisons with lists among these, by predicate. */
  of(
    nodes: readonly AskingNode[],
    source: string,
    settings: FieldSettings,
  ): ReadonlyMap<number, ItemWatch> {
    const found = new Map<number, ItemWatch>();
    for (const node of nodes) {
      const { comparison, predicate } = node;
      if (isWatched(node) && !found.has(predicate.id)) {
        const key = JSON.stringify([source, spellingOf(comparison)]);
        const watch = this.#bySpelling.get(key) ?? new ItemWatch(comparison, source, settings);
        this.#bySpelling.set(key, watch);
        found.set(predicate.id, watch);
      }
    }
    return found;
  }

  /** That of a comparison with a list, once the traces are made. */
  watchOf({ comparison }: AskingNode, source: string): ItemWatch | undefined {
    return this.#bySpelling.get(JSON.stringify([source, spellingOf(comparison)]));
  }
}

/** Lists that conditions name are part of the comparison, which is watched as a whole. */
function isWatched({ kind, comparison }: AskingNode): boolean {
  return kind === 'comparison' && comparison.right?.kind === 'list';
}
