/** The events at which a rule was nearest to being true: the smallest sets of comparisons that kept it from it. */
import type { Moment } from '../../state/index.js';
import { ANSWER } from './columns.js';
import type { Group, Nearest, RuleTrace } from './trace.js';
import type { AskingNode } from './tree.js';

/** Sets that are kept. */
const MOST = 5;

/** A set of comparisons, and the first event at which it was what was missing. */
export interface Miss<Sight> extends Nearest {
  readonly first: Sight;
  /** Events at which exactly this set was missing. */
  count: number;
}

/** Notes an event while it can be read: the comparisons that are missing, and what each had to be. */
type See<Sight> = (
  moment: Moment,
  nodes: readonly AskingNode[],
  wanted: readonly boolean[],
) => Sight;

/**
 * The nearest misses, ranked by size, then by event. What is pushed out of the first five never comes back: ranks only
 * get worse.
 */
export class NearestMisses<Sight> {
  readonly #trace: RuleTrace;
  readonly #see: See<Sight>;
  readonly #byGroup = new WeakMap<Group, Miss<Sight> | 'far'>();
  readonly #byKey = new Map<string, Miss<Sight>>();
  #ranked: Miss<Sight>[] = [];

  constructor(trace: RuleTrace, see: See<Sight>) {
    this.#trace = trace;
    this.#see = see;
  }

  get ranked(): readonly Miss<Sight>[] {
    return this.#ranked;
  }

  /** To be called at each event of the domain at which the rule is not true, in order. */
  note(group: Group, moment: Moment): void {
    let miss = this.#byGroup.get(group);
    if (miss === undefined) {
      miss = this.#place(group, moment);
      this.#byGroup.set(group, miss);
    }
    if (miss !== 'far') {
      miss.count += 1;
    }
  }

  #place(group: Group, moment: Moment): Miss<Sight> | 'far' {
    const nearest = this.#trace.nearest(group);
    const worst = this.#ranked.at(-1);
    if (nearest === undefined) {
      return 'far';
    }
    const key = nearest.nodes.map(({ index }) => index).join();
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      return known;
    }
    const { length } = nearest.nodes;
    if (this.#ranked.length >= MOST && worst !== undefined && worst.nodes.length <= length) {
      return 'far';
    }
    const wanted = nearest.nodes.map(
      ({ predicate }) => group.answers[predicate.id] !== ANSWER.TRUE,
    );
    const miss = { ...nearest, first: this.#see(moment, nearest.nodes, wanted), count: 0 };
    const at = this.#ranked.findIndex(({ nodes }) => nodes.length > length);
    this.#ranked.splice(at === -1 ? this.#ranked.length : at, 0, miss);
    this.#ranked = this.#ranked.slice(0, MOST);
    this.#byKey.set(key, miss);
    return miss;
  }
}
