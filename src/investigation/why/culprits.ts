/**
 * The comparisons that kept a rule from being true at every event, and why: there was no value, the value was nearly the one that was
 * asked for, or another one altogether.
 */
import { escapeText, grouped } from '../../output/index.js';
import {
  isAsking,
  shortCondition,
  type AskingNode,
  type Operand,
  type TraceNode,
} from '../../rules/index.js';
import { counted } from '../words/counted.js';
import { quoted, type Facts, type Reason } from './facts.js';
import { causeOf, OF_CONTAINERS, OF_LAYOUT, UNKNOWN_TEXTS, withoutValueText } from './missing.js';
import { nearestValue, type NearKind, type NearValue } from './near-values.js';
import { togetherReasons } from './together.js';
import { isAboutFailure, subjectOf, type RuleWatch } from './watch.js';

/** Comparisons that are explained. */
const MAX_CULPRITS = 5;
const MAX_TEXT = 100;
/** Values that are listed where none is near. */
const MAX_SEEN = 3;

/** A comparison that was never what it had to be. */
interface Culprit {
  readonly node: AskingNode;
  /** What it had to be. */
  readonly wanted: boolean;
}

/** Reasons of the parts that were never true; of rules that fired, or had no event to look at, none. */
export function culpritReasons(facts: Facts): readonly Reason[] {
  const { watch, deciding } = facts;
  const { holdCount, domainCount } = watch.trace;
  if (holdCount > 0 || domainCount === 0) {
    return [];
  }
  const culprits: Culprit[] = [];
  for (const { funnel } of deciding) {
    for (const { node } of funnel.parts) {
      culprits.push(...culpritsBelow(watch, node, true));
    }
  }
  const unique = [...new Map(culprits.map((each) => [each.node.index, each])).values()];
  const reasons = unique.slice(0, MAX_CULPRITS).map((culprit) => reasonOf(culprit, facts));
  return reasons.length > 0 ? reasons : togetherReasons(facts);
}

/** Nodes that were never `wanted`, followed down to comparisons. */
function culpritsBelow(watch: RuleWatch, node: TraceNode, wanted: boolean): readonly Culprit[] {
  const { holds } = watch.trace.countsOf(node);
  if ((wanted ? holds : watch.trace.domainCount - holds) > 0 || node.kind === 'list') {
    return [];
  }
  if (isAsking(node)) {
    return [{ node, wanted }];
  }
  const isTurned = node.kind === 'not' || node.kind === 'exception';
  return node.children.flatMap((child) => culpritsBelow(watch, child, isTurned ? !wanted : wanted));
}

/** Explains one comparison; the first that knows something counts. */
type Explain = (culprit: Culprit, facts: Facts) => Omit<Reason, 'at'> | undefined;

function reasonOf(culprit: Culprit, facts: Facts): Reason {
  const found = EXPLAINERS.map((explain) => explain(culprit, facts)).find(
    (each) => each !== undefined,
  );
  const text = `${textOf(culprit)} was never ${String(culprit.wanted)}`;
  return { ...(found ?? { id: 'value-never-seen', text }), at: culprit.node.at };
}

const EXPLAINERS: readonly Explain[] = [
  withoutContainers,
  alwaysThere,
  wrongDirection,
  nearValue,
  failedCalls,
  missing,
  alwaysTrue,
  otherValues,
];

function textOf({ node, wanted }: Culprit): string {
  const text = escapeText(shortCondition(node.written, MAX_TEXT));
  return wanted ? text : `not ${text}`;
}

/** On a host alone, whatever is asked of containers has one answer. */
function withoutContainers(culprit: Culprit, { watch }: Facts): ReturnType<Explain> {
  const { name } = culprit.node.comparison.left;
  return OF_CONTAINERS.test(name) && !watch.knowledge.hasContainers
    ? { id: 'no-container', text: `${textOf(culprit)}: no container was recorded` }
    : undefined;
}

function alwaysThere({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  return wanted || node.comparison.operator !== 'exists'
    ? undefined
    : {
        id: 'never-missing',
        text: `${textOf({ node, wanted })}: ${node.comparison.left.name} had a value at each of ${counted(watch.trace.domainCount, 'event')}`,
      };
}

function wrongDirection({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  if (node.comparison.left.name !== 'evt.dir') {
    return undefined;
  }
  const types = watch.trace.domainTypes().slice(0, MAX_SEEN).map(({ name }) => name); // prettier-ignore
  const seen = [...(watch.trace.seenBy(node)?.keys() ?? [])].map(quoted).join(', ');
  return {
    id: 'direction',
    text: `${textOf({ node, wanted })}: a system call is one event, its exit, so evt.dir of ${escapeText(types.join(', '))} was always ${seen}`,
  };
}

const WORDS: Readonly<Record<NearKind, (near: NearValue) => string>> = {
  'script-name': ({ seen, count }) =>
    `a script of that name ran (${counted(count, 'event')}), and its process is that of the interpreter; ask proc.cmdline contains ${quoted(seen)}`,
  'comm-length': ({ seen, count }) =>
    `the kernel keeps 15 bytes of a name: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  case: ({ seen, count }) =>
    `in another case ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'trailing-slash': ({ seen, count }) =>
    `with a slash more or less ${quoted(seen)} was seen (${counted(count, 'event')})`,
  symlink: ({ seen, count }) =>
    `that path is usually a link: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'relative-path': ({ asked, seen, count }) =>
    `${/^[~$]/.test(asked) ? 'paths are compared as they are, and only a shell replaces that' : 'one path is relative and the other is not'}: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'other-directory': ({ seen, count }) =>
    `elsewhere ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'part-of-value': ({ seen, count }) =>
    `only as a part of ${quoted(seen)} (${counted(count, 'event')})`,
};

function nearValue({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const seen = watch.trace.seenBy(node);
  if (!wanted || seen === undefined) {
    return undefined;
  }
  const { operator, right } = node.comparison;
  const near = nearestValue({
    asked: textsIn(right),
    seen,
    operator,
    subject: subjectOf(node),
    programs: watch.programs,
  });
  return (
    near && {
      id: near.kind,
      text: `${textOf({ node, wanted })}: ${quoted(near.asked)} never; ${WORDS[near.kind](near)}`,
    }
  );
}

function textsIn(operand: Operand | undefined): readonly string[] {
  switch (operand?.kind) {
    case 'literal':
      return [operand.text];
    case 'list':
      return operand.items.flatMap(textsIn);
    default:
      return [];
  }
}

/** What a call gave is known only of calls that succeeded. */
function failedCalls({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const { domainCount } = watch.trace;
  return isAboutFailure(node) && watch.failedCount === domainCount
    ? {
        id: 'failed-calls',
        text: `${textOf({ node, wanted })}: all of ${counted(domainCount, 'event')} are system calls that failed, which give no descriptor`,
      }
    : undefined;
}

function missing({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const { trace } = watch;
  const seen = trace.seenBy(node);
  const unknown = UNKNOWN_TEXTS.reduce((sum, text) => sum + (seen?.get(text) ?? 0), 0);
  const count = trace.countsOf(node).missing + unknown;
  if (!wanted || count === 0) {
    return undefined;
  }
  const name = escapeText(node.comparison.left.name);
  const { id, why } = causeOf(node, watch);
  const share = Math.floor((100 * count) / trace.domainCount);
  const others = count < trace.domainCount ? seenText(node, watch, UNKNOWN_TEXTS) : undefined;
  const rest = others === undefined ? '' : `; else it was ${others}`;
  return {
    id,
    text: `${textOf({ node, wanted })}: ${name} was missing at ${grouped(count)} of ${counted(trace.domainCount, 'event')} (${share} %), since ${why}${withoutValueText(node)}${rest}`,
  };
}

function alwaysTrue(culprit: Culprit, { watch }: Facts): ReturnType<Explain> {
  return culprit.wanted
    ? undefined
    : {
        id: 'always-true',
        text: `${textOf(culprit)}: without the "not" it was true at all of ${counted(watch.trace.domainCount, 'event')}`,
      };
}

function otherValues(culprit: Culprit, { watch }: Facts): ReturnType<Explain> {
  const shown = seenText(culprit.node, watch);
  if (shown === undefined) {
    return undefined;
  }
  const text = `${textOf(culprit)} was never true; seen were ${shown}`;
  const { name } = culprit.node.comparison.left;
  const isOld = OF_LAYOUT.test(name) && watch.oldLayoutCount === watch.trace.domainCount;
  return isOld
    ? { id: 'old-layout', text: `${text}; the events are of an older layout, which may lack it` }
    : { id: 'value-never-seen', text };
}

/** `"a" (3), "b" (1) and 2 more`: the values that a comparison saw, but for some; `undefined` where none were kept. */
function seenText(
  node: AskingNode,
  { trace }: RuleWatch,
  without: readonly string[] = [],
): string | undefined {
  const seen = [...(trace.seenBy(node) ?? [])]
    .filter(([text]) => !without.includes(text))
    .sort(([, a], [, b]) => b - a);
  const shown = seen
    .slice(0, MAX_SEEN)
    .map(([text, count]) => `${quoted(text)} (${grouped(count)})`);
  const more = seen.length > MAX_SEEN ? ` and ${grouped(seen.length - MAX_SEEN)} more` : '';
  return seen.length === 0 ? undefined : `${shown.join(', ')}${more}`;
}
