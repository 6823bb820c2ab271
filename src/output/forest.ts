/** Trees drawn with boxes, a line at a time, however many nodes they have and however deep they are. */

/** A line of a node: what stands before the boxes (as wide for every line), and what stands behind them. */
export interface NodeLine {
  readonly margin: string;
  readonly text: string;
}

/** How nodes are drawn. Texts are harmless lines; a node has at least one. */
export interface Drawing<Node> {
  readonly linesOf: (node: Node) => readonly NodeLine[];
  readonly childrenOf: (node: Node) => readonly Node[];
}

/** Deeper nodes are drawn at this depth, with the real one in front: a hostile capture may nest 10,000 processes. */
const MAX_DEPTH = 30;

/** The branch to a node, and what stands below it. */
const INNER = ['├─ ', '│  '] as const;
const LAST = ['└─ ', '   '] as const;

interface Place<Node> {
  readonly node: Node;
  readonly depth: number;
  /** Before the node's own branch. */
  readonly prefix: string;
  readonly isLast: boolean;
}

/**
 * Draw trees one below the other.
 *
 * @yields {string} A line, without its end.
 */
export function* drawForest<Node>(
  roots: readonly Node[],
  { linesOf, childrenOf }: Drawing<Node>,
): Generator<string> {
  const stack = placesOf(roots, 0, '');
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { node, depth, prefix, isLast } = place;
    const children = childrenOf(node);
    const [branch, below] = depth === 0 ? ['', ''] : isLast ? LAST : INNER;
    const mark = depth > MAX_DEPTH ? `(depth ${depth}) ` : '';
    const trunk = children.length > 0 && depth < MAX_DEPTH ? '│  ' : '   ';
    for (const [at, { margin, text }] of linesOf(node).entries()) {
      yield `${margin}${prefix}${at === 0 ? branch + mark : below + trunk}${text}`;
    }
    const inner = depth < MAX_DEPTH ? prefix + below : prefix;
    for (const child of placesOf(children, depth + 1, inner)) {
      stack.push(child);
    }
  }
}

/** Places of siblings, the first last: they are taken from a stack. */
function placesOf<Node>(nodes: readonly Node[], depth: number, prefix: string): Place<Node>[] {
  return nodes
    .map((node, at) => ({ node, depth, prefix, isLast: at === nodes.length - 1 }))
    .reverse();
}
