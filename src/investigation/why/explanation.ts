/** An explanation: what is printed as text, and as JSON. Texts are text; bytes that are no UTF-8 are replaced in JSON alone. */
import {
  decidingPart,
  isAsking,
  shortCondition,
  type Funnel,
  type Miss,
  type Position,
  type Sides,
  type TraceNode,
} from '../../rules/index.js';
import type { Facts, Reason } from './facts.js';
import { reasonsOf } from './reasons.js';
import type { Sight } from './sight.js';
import type { MissSight, RuleWatch, Tally } from './watch.js';

/** What became of the rule; ids do not change. */
export type Verdict = 'fired' | 'never' | 'shadowed' | 'not-run';

/** A part, or an operand of one. */
export interface ShownPart {
  readonly text: string;
  readonly at: Position;
  readonly left: number;
}

/** A part of a funnel. */
export interface ShownMainPart extends ShownPart {
  readonly alone: number;
  readonly isDeciding: boolean;
  readonly opened: readonly ShownPart[];
}

/** A comparison that was not as it had to be. */
export interface ShownWrong {
  readonly text: string;
  readonly at: Position;
  readonly through: readonly string[];
  /** What it had to be. */
  readonly wanted: boolean;
  readonly saw: Sides;
}

/** A nearest miss. */
export interface ShownMiss {
  readonly event: Sight;
  readonly count: number;
  readonly isContradictory: boolean;
  readonly wrong: readonly ShownWrong[];
}

/** A node of the whole tree. */
export interface ShownNode {
  readonly kind: TraceNode['kind'];
  readonly text: string;
  readonly at: Position;
  readonly through: readonly string[];
  readonly isFixed: boolean;
  readonly holds: number;
  readonly missing: number;
  readonly children: readonly ShownNode[];
}

/** Everything that is known. */
export interface Explanation {
  readonly rule: string;
  readonly source: string;
  readonly at: Position | undefined;
  readonly verdict: Verdict;
  /** Events at which the condition was true, an alert or not. */
  readonly holdCount: number;
  readonly fired: Tally | undefined;
  readonly evidence: readonly string[];
  readonly eventCount: number;
  readonly domainCount: number;
  readonly domainTypes: readonly { readonly name: string; readonly count: number }[];
  readonly funnels: readonly (readonly ShownMainPart[])[];
  readonly reasons: readonly Reason[];
  readonly misses: readonly ShownMiss[];
  readonly tree: ShownNode | undefined;
}

/** Parts of a condition are shown this long; the places are there for the rest. */
const MAX_TEXT = 72;
/** Operands of a deciding part, and parts of a funnel, that are shown. */
export const MAX_OPENED = 8;

/** Put the facts together. */
export function explanationOf(facts: Omit<Facts, 'deciding'>): Explanation {
  const { plan, watch } = facts;
  const { subject, fate, found } = plan;
  const { trace } = watch;
  trace.settle();
  const deciding = trace.funnels.map((funnel) => ({ funnel, node: decidingNode(watch, funnel) }));
  return {
    rule: subject.name,
    source: subject.source,
    at: subject.at,
    verdict:
      fate !== undefined
        ? 'not-run'
        : watch.fired !== undefined
          ? 'fired'
          : watch.shadows.size > 0
            ? 'shadowed'
            : 'never',
    holdCount: trace.holdCount,
    fired: watch.fired,
    evidence: found.pieces.map(({ path }) => path),
    eventCount: watch.offeredCount,
    domainCount: trace.domainCount,
    domainTypes: trace.domainTypes(),
    funnels: deciding.map(({ funnel, node }) => shownFunnel(funnel, node)),
    reasons: reasonsOf({ ...facts, deciding }),
    misses: watch.misses.ranked.map(shownMiss),
    tree: plan.hasTree ? shownNode(watch, trace.tree.root) : undefined,
  };
}

function decidingNode({ trace }: RuleWatch, funnel: Funnel): TraceNode | undefined {
  return trace.domainCount === 0
    ? funnel.parts[trace.closedPart(funnel)]?.node
    : decidingPart(funnel)?.node;
}

/** A node on one line, as written. */
export function nodeText(node: TraceNode, limit = MAX_TEXT): string {
  switch (node.kind) {
    case 'exception':
      return `not ${node.name}`;
    case 'list':
      return node.name;
    default:
      return shortCondition(node.written, limit);
  }
}

function shownFunnel({ parts }: Funnel, deciding: TraceNode | undefined): readonly ShownMainPart[] {
  return parts.map(({ node, left, alone, opened }) => ({
    text: nodeText(node),
    at: node.at,
    left,
    alone,
    isDeciding: node === deciding,
    opened:
      node === deciding
        ? opened.map((each) => ({
            text: nodeText(each.node),
            at: each.node.at,
            left: each.left,
          }))
        : [],
  }));
}

function shownMiss({ nodes, first, count, isContradictory }: Miss<MissSight>): ShownMiss {
  const { saw, ...event } = first;
  return {
    event,
    count,
    isContradictory,
    wrong: nodes.map((node, index) => ({
      text: nodeText(node),
      at: node.at,
      through: node.through,
      wanted: first.wanted[index] === true,
      saw: saw[index] ?? { left: undefined },
    })),
  };
}

function shownNode(watch: RuleWatch, node: TraceNode): ShownNode {
  return {
    kind: node.kind,
    text:
      node.kind === 'and' || node.kind === 'or' || node.kind === 'not' ? node.kind : nodeText(node),
    at: node.at,
    through: node.through,
    isFixed: isAsking(node) && node.isFixed,
    ...watch.trace.countsOf(node),
    children: node.children.map((child) => shownNode(watch, child)),
  };
}
