/**
 * The parts of a condition, and how many events pass them one behind the other. Parts are the operands of the outermost `and`
 * as written; exceptions are parts too; a condition that is one macro is opened; an outermost `or` makes a funnel of each operand.
 */
import type { TraceNode, TraceTree } from './tree.js';

/** A part of a funnel and what it was counted to. */
export interface Part {
  readonly node: TraceNode;
  /** Events that passed it and all before it. */
  left: number;
  /** Events at which all other parts of the funnel are true. */
  alone: number;
  /** One level of what it is made of. */
  readonly opened: readonly OpenedPart[];
}

/** An operand of a part. */
export interface OpenedPart {
  readonly node: TraceNode;
  /** Of an `and`: events that passed all before the part, it, and the operands before it. Else: those at which it is true. */
  left: number;
}

/** One way through a condition. */
export interface Funnel {
  readonly parts: readonly Part[];
}

/** The funnels of a tree, with nothing counted. */
export function funnelsOf({ root, exceptions }: TraceTree): readonly Funnel[] {
  const condition = exceptions.length === 0 ? root : (root.children[0] as TraceNode);
  const opened = openMacros(condition);
  const ways = opened.kind === 'or' ? opened.children.map(openMacros) : [opened];
  return ways.map((way) => {
    const parts = way.kind === 'and' ? way.children : [way];
    return { parts: [...parts, ...exceptions].map(newPart) };
  });
}

/** What a macro that is all of a condition stands for. */
function openMacros(node: TraceNode): TraceNode {
  let opened = node;
  while (opened.kind === 'macro') {
    opened = opened.children[0] as TraceNode;
  }
  return opened;
}

function newPart(node: TraceNode): Part {
  const inner = node.kind === 'exception' ? (node.children[0] as TraceNode) : openMacros(node);
  const operands = inner.kind === 'and' || inner.kind === 'or' ? inner.children : [];
  return { node, left: 0, alone: 0, opened: operands.map((each) => ({ node: each, left: 0 })) };
}

/** Count `count` events at which nodes were as `truth` says. */
export function countThrough({ parts }: Funnel, truth: Uint8Array, count: number): void {
  const failing = parts.filter(({ node }) => truth[node.index] === 0);
  if (failing.length <= 1) {
    const alone = failing.length === 0 ? parts : failing;
    alone.forEach((part) => {
      part.alone += count;
    });
  }
  for (const part of parts) {
    countOpened(part, truth, count);
    if (truth[part.node.index] === 0) {
      return;
    }
    part.left += count;
  }
}

function countOpened({ node, opened }: Part, truth: Uint8Array, count: number): void {
  const isAnd = node.kind !== 'exception' && openMacros(node).kind === 'and';
  for (const operand of opened) {
    if (truth[operand.node.index] === 1) {
      operand.left += count;
    } else if (isAnd) {
      return;
    }
  }
}

/** The first part that nothing passed; `undefined` where events passed all. */
export function decidingPart({ parts }: Funnel): Part | undefined {
  return parts.find(({ left }) => left === 0);
}
