/**
 * A tree over the answers of one event: what each node comes to, and the smallest set of comparisons whose opposite answers
 * would make the whole true. Two-valued, without short cuts.
 */
import { ANSWER } from './columns.js';
import type { AskingNode, TraceNode, TraceTree } from './tree.js';

/** Flipping it is out of the question: the type of the event decides it. */
const IMPOSSIBLE = Infinity;

/** Evaluates one tree; its arrays are reused. */
export class Evaluator {
  /** 1 where a node is true, by index; valid until the next evaluation. */
  readonly truth: Uint8Array;
  readonly #tree: TraceTree;
  /** Comparisons to flip so that a node turns over. */
  readonly #cost: Float64Array;

  constructor(tree: TraceTree) {
    this.#tree = tree;
    this.truth = new Uint8Array(tree.nodes.length);
    this.#cost = new Float64Array(tree.nodes.length);
  }

  /** What the whole comes to, for answers by predicate. */
  evaluate(answers: Uint8Array): boolean {
    const { nodes } = this.#tree;
    const { truth } = this;
    for (let index = nodes.length - 1; index >= 0; index -= 1) {
      const node = nodes[index] as TraceNode;
      truth[index] = isAsking(node)
        ? Number(answers[node.predicate.id] === ANSWER.TRUE)
        : Number(this.#joined(node));
    }
    return truth[0] === 1;
  }

  #joined({ kind, children }: Exclude<TraceNode, AskingNode>): boolean {
    const { truth } = this;
    switch (kind) {
      case 'and':
        return children.every(({ index }) => truth[index] === 1);
      case 'or':
        return children.some(({ index }) => truth[index] === 1);
      case 'macro':
        return truth[(children[0] as TraceNode).index] === 1;
      case 'not':
      case 'exception':
        return truth[(children[0] as TraceNode).index] === 0;
    }
  }

  /**
   * The smallest set of comparisons whose flip turns the whole over, after an evaluation: the first written one of equal sets.
   *
   * @returns In the order written; `undefined` where none can, since the type of the event decides.
   */
  nearest(): readonly AskingNode[] | undefined {
    const { nodes, root } = this.#tree;
    for (let index = nodes.length - 1; index >= 0; index -= 1) {
      this.#cost[index] = this.#costOf(nodes[index] as TraceNode);
    }
    if (this.#cost[root.index] === IMPOSSIBLE) {
      return undefined;
    }
    const flipped: AskingNode[] = [];
    this.#collect(root, flipped);
    return flipped;
  }

  #costOf(node: TraceNode): number {
    if (isAsking(node)) {
      return node.isFixed ? IMPOSSIBLE : 1;
    }
    const cost = this.#cost;
    if (!this.#needsAll(node)) {
      return node.children.reduce(
        (least, { index }) => Math.min(least, cost[index] as number),
        IMPOSSIBLE,
      );
    }
    let sum = 0;
    for (const { index } of node.children) {
      sum += this.truth[index] === this.truth[node.index] ? (cost[index] as number) : 0;
    }
    return sum;
  }

  /** Whether a connective turns over only when every child that is as it is does: a false `and`, a true `or`. */
  #needsAll({ kind, index }: TraceNode): boolean {
    return (
      (kind === 'and' && this.truth[index] === 0) || (kind === 'or' && this.truth[index] === 1)
    );
  }

  #collect(node: TraceNode, into: AskingNode[]): void {
    if (isAsking(node)) {
      into.push(node);
      return;
    }
    if (this.#needsAll(node)) {
      for (const child of node.children) {
        if (this.truth[child.index] === this.truth[node.index]) {
          this.#collect(child, into);
        }
      }
      return;
    }
    const cost = this.#cost[node.index];
    const first = node.children.find(({ index }) => this.#cost[index] === cost);
    this.#collect(first as TraceNode, into);
  }
}

/** Whether a node has an answer of its own. */
export function isAsking(node: TraceNode): node is AskingNode {
  return node.kind === 'comparison' || node.kind === 'list';
}

/** 1: a node can be true; 2: it can be false. */
const CAN = { HOLD: 1, FAIL: 2, BOTH: 3 } as const;

/**
 * What each node can come to where only some answers are known: `known` gives them, or `undefined` where one is open.
 *
 * @returns By index, the sum of 1 (it can be true) and 2 (it can be false).
 */
export function possibilities(
  { nodes }: TraceTree,
  known: (node: AskingNode) => boolean | undefined,
): Uint8Array {
  const can = new Uint8Array(nodes.length);
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    const node = nodes[index] as TraceNode;
    if (isAsking(node)) {
      const answer = known(node);
      can[index] = answer === undefined ? CAN.BOTH : answer ? CAN.HOLD : CAN.FAIL;
    } else {
      const children = node.children.map((child) => can[child.index] as number);
      can[index] = joinedPossibilities(node.kind, children);
    }
  }
  return can;
}

function joinedPossibilities(
  kind: Exclude<TraceNode, AskingNode>['kind'],
  children: readonly number[],
): number {
  const [first = 0] = children;
  switch (kind) {
    case 'macro':
      return first;
    case 'not':
    case 'exception':
      return ((first & CAN.HOLD) << 1) | ((first & CAN.FAIL) >> 1);
    default: {
      const [every, some] = kind === 'and' ? [CAN.HOLD, CAN.FAIL] : [CAN.FAIL, CAN.HOLD];
      const all = children.every((can) => (can & every) !== 0);
      const any = children.some((can) => (can & some) !== 0);
      return (all ? every : 0) | (any ? some : 0);
    }
  }
}
