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
import { nearestValue, type Compared, type NearKind, type NearValue } from './near-values.js';
import { quoted, type Facts, type Reason } from './facts.js';
import { counted } from '../words/counted.js';
import { isAboutName, type RuleWatch } from './watch.js';

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

/** Each part was true at some event, and never all of them. */
function togetherReasons({ deciding, watch }: Facts): readonly Reason[] {
  return deciding.flatMap(({ node }) => {
    if (node === undefined) {
      return [];
    }
    const { holds } = watch.trace.countsOf(node);
    const text = shortCondition(node.written, MAX_TEXT);
    return [
      {
        id: 'never-together',
        text: `${escapeText(text)} was true at ${counted(holds, 'event')}, none of which passed the parts before it`,
        at: node.at,
      },
    ];
  });
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

const RELATIONS: Readonly<Record<string, Compared['relation']>> = {
  '=': 'whole',
  '==': 'whole',
  in: 'whole',
  intersects: 'whole',
  startswith: 'beginning',
  pmatch: 'beginning',
  endswith: 'end',
  contains: 'part',
};

const WORDS: Readonly<Record<NearKind, (near: NearValue) => string>> = {
  'script-name': ({ seen, count }) =>
    `a script of that name ran (${counted(count, 'event')}), but a process is called as its interpreter; ask proc.cmdline contains ${quoted(seen)}`,
  'comm-length': ({ seen, count }) =>
    `the kernel keeps 15 bytes of a name: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  case: ({ seen, count }) =>
    `in another case ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'trailing-slash': ({ seen, count }) =>
    `with a slash more or less ${quoted(seen)} was seen (${counted(count, 'event')})`,
  symlink: ({ seen, count }) =>
    `that path is usually a link: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'relative-path': ({ seen, count }) =>
    `one path is relative and the other is not: ${quoted(seen)} was seen (${counted(count, 'event')})`,
  'other-directory': ({ seen, count }) =>
    `elsewhere ${quoted(seen)} was seen (${counted(count, 'event')})`,
};

function nearValue({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const relation = RELATIONS[node.comparison.operator];
  const seen = watch.trace.seenBy(node);
  if (!wanted || relation === undefined || seen === undefined) {
    return undefined;
  }
  const near = nearestValue({
    asked: textsIn(node.comparison.right),
    seen,
    relation,
    isProcessName: isAboutName(node),
    scripts: watch.scripts,
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

/** What a descriptor was is known only of calls that gave one. */
function failedCalls({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const { domainCount } = watch.trace;
  return wanted && node.comparison.left.name.startsWith('fd.') && watch.failedCount === domainCount
    ? {
        id: 'failed-calls',
        text: `${textOf({ node, wanted })}: all of ${counted(domainCount, 'event')} are system calls that failed, which give no descriptor`,
      }
    : undefined;
}

/** Values that stand for what the capture does not say. */
const UNKNOWN_TEXTS: readonly string[] = ['<NA>', ''];

/** Why a field of a class has no value; the first whose fields fit, and which is true, counts. */
const CAUSES: readonly {
  readonly id: string;
  readonly fields: RegExp;
  readonly isTrue: (watch: RuleWatch) => boolean;
  readonly why: string;
}[] = [
  {
    id: 'no-container',
    fields: /^(?:container|k8s)\./,
    isTrue: ({ knowledge }) => !knowledge.hasContainers,
    why: 'no container was recorded',
  },
  {
    id: 'no-container-metadata',
    fields: /^(?:container|k8s)\./,
    isTrue: ({ knowledge }) => !knowledge.hasContainerMetadata,
    why: 'the evidence has no container metadata',
  },
  {
    id: 'no-user-list',
    fields: /^(?:user|group)\./,
    isTrue: ({ knowledge }) => !knowledge.hasUsers,
    why: 'the evidence has no list of users',
  },
  {
    id: 'old-layout',
    fields: /^evt\.(?:arg|rawarg|args)/,
    isTrue: ({ oldLayoutCount }) => oldLayoutCount > 0,
    why: 'the events are of an older layout, without that parameter',
  },
  {
    id: 'no-descriptor',
    fields: /^fd\./,
    isTrue: () => true,
    why: 'the events are about no such descriptor, or it was opened before the recording',
  },
  {
    id: 'unknown-process',
    fields: /^(?:proc|thread)\./,
    isTrue: () => true,
    why: 'the capture does not describe those processes so far',
  },
  { id: 'missing-value', fields: /^/, isTrue: () => true, why: 'these events have none' },
];

function missing({ node, wanted }: Culprit, { watch }: Facts): ReturnType<Explain> {
  const { trace } = watch;
  const seen = trace.seenBy(node);
  const unknown = UNKNOWN_TEXTS.reduce((sum, text) => sum + (seen?.get(text) ?? 0), 0);
  const count = trace.countsOf(node).missing + unknown;
  if (!wanted || count === 0) {
    return undefined;
  }
  const { name } = node.comparison.left;
  const cause = CAUSES.find(({ fields, isTrue }) => fields.test(name) && isTrue(watch));
  const share = Math.floor((100 * count) / trace.domainCount);
  const isNotEqual = node.comparison.operator === '!=';
  const rule = isNotEqual ? '; without a value no comparison holds, not even !=' : '';
  return {
    id: cause?.id ?? 'missing-value',
    text: `${textOf({ node, wanted })}: ${escapeText(name)} was missing at ${grouped(count)} of ${counted(trace.domainCount, 'event')} (${share} %), since ${cause?.why ?? ''}${rule}`,
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
  const seen = [...(watch.trace.seenBy(culprit.node) ?? [])].sort(([, a], [, b]) => b - a);
  if (seen.length === 0) {
    return undefined;
  }
  const shown = seen
    .slice(0, MAX_SEEN)
    .map(([text, count]) => `${quoted(text)} (${grouped(count)})`);
  const more = seen.length > MAX_SEEN ? ` and ${grouped(seen.length - MAX_SEEN)} more` : '';
  return {
    id: 'value-never-seen',
    text: `${textOf(culprit)} was never true; seen were ${shown.join(', ')}${more}`,
  };
}
