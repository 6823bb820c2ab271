/**
 * Parts that were each true at some event, and never together: which of them was false whenever another one was true, as the
 * groups of events show.
 */
import { escapeText } from '../../output/index.js';
import { ANSWER, isAsking, shortCondition, type TraceNode } from '../../rules/index.js';
import { counted } from '../words/counted.js';
import type { Facts, Reason } from './facts.js';
import { causeOf, withoutValueText } from './missing.js';
import { isAboutFailure, type RuleWatch } from './watch.js';

const MAX_TEXT = 100;

/** A reason for each way through a condition that no event passed. */
export function togetherReasons({ deciding, watch }: Facts): readonly Reason[] {
  return deciding.flatMap(({ funnel, node }) =>
    node === undefined
      ? []
      : [
          reasonAmong(
            funnel.parts.map((part) => part.node),
            watch,
          ),
        ],
  );
}

/** Why these nodes, which stand in an `and`, were never true at one event. */
function reasonAmong(nodes: readonly TraceNode[], watch: RuleWatch): Reason {
  const truths = [...watch.groups].map(([group, failed]): Seen => {
    const truth = watch.trace.truthOf(group).slice();
    return { truth, answers: group.answers, count: group.count, failed };
  });
  let passing = truths;
  for (const [at, node] of nodes.entries()) {
    const before = passing;
    passing = passing.filter(({ truth }) => truth[node.index] === 1);
    if (passing.length === 0 && before.length > 0) {
      const inner = operandsOf(node);
      const holding = truths.filter(({ truth }) => truth[node.index] === 1);
      if (holding.length === 0 && inner.length > 1) {
        return reasonAmong(inner, watch);
      }
      const blocking = nodes
        .slice(0, at)
        .find((each) => holding.every(({ truth }) => truth[each.index] === 0));
      return reasonOf({ node, blocking, holding }, watch);
    }
  }
  const last = nodes.at(-1) as TraceNode;
  return reasonOf({ node: last, blocking: undefined, holding: [] }, watch);
}

/** Those that must all be true for a node to be. */
function operandsOf(node: TraceNode): readonly TraceNode[] {
  const [first] = node.children;
  if (node.kind === 'macro' && first !== undefined) {
    return operandsOf(first);
  }
  return node.kind === 'and' ? node.children : [];
}

interface Apart {
  readonly node: TraceNode;
  /** What was false wherever the node was true; `undefined` where it takes several. */
  readonly blocking: TraceNode | undefined;
  /** The events at which the node was true, as far as they are known one by one. */
  readonly holding: readonly Pick<Seen, 'answers' | 'count' | 'failed'>[];
}

/** Events that answer all questions alike. */
interface Seen {
  /** By predicate. */
  readonly answers: Uint8Array;
  /** By node. */
  readonly truth: Uint8Array;
  readonly count: number;
  readonly failed: number;
}

function reasonOf({ node, blocking, holding }: Apart, watch: RuleWatch): Reason {
  const { holds } = watch.trace.countsOf(node);
  const text = `${textOf(node)} was true at ${counted(holds, 'event')}`;
  if (blocking === undefined) {
    return {
      id: 'never-together',
      text: `${text}, none of which passed the parts before it`,
      at: node.at,
    };
  }
  const apart = `${text}, and ${textOf(blocking)} at none of them`;
  const isMissing =
    isAsking(blocking) &&
    holding.every(({ answers }) => answers[blocking.predicate.id] === ANSWER.MISSING);
  if (isMissing) {
    const { id, why } = causeOf(blocking, watch);
    const name = escapeText(blocking.comparison.left.name);
    return {
      id,
      text: `${apart}: ${name} was missing there, since ${why}${withoutValueText(blocking)}`,
      at: blocking.at,
    };
  }
  const hasFailed = holding.every(({ count, failed }) => count === failed);
  return hasFailed && asksResult(blocking)
    ? {
        id: 'failed-calls',
        text: `${apart}: these are system calls that failed, which give no descriptor`,
        at: blocking.at,
      }
    : { id: 'never-together', text: apart, at: node.at };
}

function asksResult(node: TraceNode): boolean {
  return isAsking(node) ? isAboutFailure(node) : node.children.some(asksResult);
}

function textOf(node: TraceNode): string {
  return escapeText(
    node.kind === 'exception' ? `not ${node.name}` : shortCondition(node.written, MAX_TEXT),
  );
}
