/** A rule at one event: the whole tree, true or false, with the value that every comparison saw. */
import { VISIBILITY } from '../../events/index.js';
import { UserError } from '../../errors.js';
import { escapeLine, escapeText, grouped, utcTime } from '../../output/index.js';
import { isAsking, type Sides, type TraceNode } from '../../rules/index.js';
import { reportDamage } from '../evidence/damage.js';
import { replayEvidence } from '../evidence/open.js';
import type { Piece } from '../evidence/pieces.js';
import type { Outcome } from '../outcome.js';
import { printJson, printText } from '../words/answer.js';
import { nodeText } from './explanation.js';
import { placeJson, sidesJson, sightJson } from './json.js';
import type { ExplainPlan } from './plan.js';
import { shortPlace } from './place.js';
import type { Sight } from './sight.js';
import { MAX_TREE, sawText } from './text.js';
import { RuleWatch } from './watch.js';

/** The rule at the event. */
interface EventView {
  readonly sight: Sight;
  /** Whether rules of this source and type are asked at it at all. */
  readonly isInDomain: boolean;
  readonly truth: Uint8Array;
  readonly sides: ReadonlyMap<TraceNode, Sides>;
}

/**
 * Explain one event.
 *
 * @throws {UserError} `EVENT_UNKNOWN`: no such record, half of a pair, or one that rules are not asked about
 */
export async function explainEvent(
  plan: ExplainPlan,
  piece: Piece,
  number: number,
): Promise<readonly Outcome[]> {
  const watch = new RuleWatch(plan);
  watch.begin(piece.path);
  let view: EventView | undefined;
  let isState = false;
  let half: { readonly tid: number; readonly code: number } | undefined;
  let whole: number | undefined;
  let last = 0;
  const result = await replayEvidence(piece, {
    isHashed: false,
    supplement: plan.metadata?.supplement(),
    onRecord: (record) => {
      last = record.number;
      if (record.number === number) {
        half = { tid: record.tid, code: record.code };
      }
    },
    onMoment: (moment, visibility) => {
      const { event } = moment;
      if (event.number === number) {
        isState = visibility === VISIBILITY.STATE;
        view = isState ? undefined : viewOf(watch, moment);
        return false;
      }
      if (half !== undefined && event.number > number && event.tid === half.tid) {
        whole = event.number;
        return false;
      }
      return undefined;
    },
  });
  if (view === undefined) {
    throw notAnEvent(number, { last, isState, isRecord: half !== undefined, whole });
  }
  print(plan, watch, view);
  return reportDamage(result, plan.allowsDamage).filter((outcome) => outcome !== 'damaged');
}

type Moment = Parameters<RuleWatch['sight']>[0];

function viewOf(watch: RuleWatch, moment: Moment): EventView {
  const { trace } = watch;
  const sides = new Map<TraceNode, Sides>();
  const isInSource = moment.source === trace.tree.source;
  for (const node of isInSource ? trace.tree.nodes : []) {
    if (isAsking(node)) {
      sides.set(node, watch.sides(node, moment));
    }
  }
  const isInDomain = trace.wants(moment);
  const truth = isInSource ? trace.truthAt(moment) : new Uint8Array(trace.tree.nodes.length);
  return { sight: watch.sight(moment), isInDomain, truth: truth.slice(), sides };
}

function notAnEvent(
  number: number,
  found: {
    readonly last: number;
    readonly isState: boolean;
    readonly isRecord: boolean;
    readonly whole: number | undefined;
  },
): UserError {
  const { last, isState, isRecord, whole } = found;
  const common = {
    code: 'EVENT_UNKNOWN',
    what: 'Cannot explain this event',
    where: `--event ${number}`,
  };
  if (!isRecord) {
    const why = `the evidence has ${last} records, and none of this number`;
    return new UserError({
      ...common,
      why,
      fix: 'run "tiercel events" to see the numbers of events',
    });
  }
  if (isState) {
    const why = 'it only describes the state of the machine; rules are not asked about it';
    return new UserError({
      ...common,
      why,
      fix: 'choose an event that "tiercel events" lists without --all',
    });
  }
  const why = 'it is the first half of a system call, which rules see as one event when it ends';
  const fix =
    whole === undefined
      ? 'that end was not recorded'
      : `its end is event ${whole}: --event ${whole}`;
  return new UserError({ ...common, why, fix });
}

function print(plan: ExplainPlan, watch: RuleWatch, view: EventView): void {
  if (plan.format === 'json') {
    printJson(eventJson(plan, watch, view));
  } else {
    printText(`${eventLines(plan, watch, view).join('\n')}\n`);
  }
}

function eventLines(
  { subject }: ExplainPlan,
  watch: RuleWatch,
  view: EventView,
): readonly string[] {
  const { sight, isInDomain, truth } = view;
  const holds = isInDomain && truth[0] === 1;
  const lines = [
    `"${escapeText(subject.name)}" is ${holds ? 'true' : 'not true'} at event ${sight.number}`,
    `  ${utcTime(sight.time)} ${escapeLine(sight.type)}: ${escapeLine(sight.who)}`,
    ...(isInDomain ? [] : ['  it is not asked there: the event has another source or type']),
    '',
  ];
  let left = MAX_TREE;
  const walk = (node: TraceNode, depth: number): void => {
    left -= 1;
    if (left < 0) {
      return;
    }
    const sides = node.kind === 'comparison' ? view.sides.get(node) : undefined;
    const saw = sides === undefined ? '' : `: ${sawText(sides)}`;
    const text = isConnective(node) ? node.kind : nodeText(node);
    const kind = node.kind === 'list' ? 'list ' : '';
    lines.push(
      `${truth[node.index] === 1 ? 'true ' : 'false'} ${'  '.repeat(Math.min(depth, 40))}${kind}${escapeText(text)}${saw}   ${shortPlace(node.at)}`,
    );
    node.children.forEach((child) => {
      walk(child, depth + 1);
    });
  };
  const { root, nodes } = watch.trace.tree;
  walk(root, 0);
  const hidden = nodes.length - MAX_TREE;
  return hidden > 0 ? [...lines, `and ${grouped(hidden)} more nodes; -f json has all`] : lines;
}

function isConnective({ kind }: TraceNode): boolean {
  return kind === 'and' || kind === 'or' || kind === 'not';
}

function eventJson({ subject }: ExplainPlan, watch: RuleWatch, view: EventView): object {
  const nodeJson = (node: TraceNode): object => ({
    kind: node.kind,
    text: isConnective(node) ? node.kind : nodeText(node),
    at: placeJson(node.at),
    through: node.through,
    is_true: view.truth[node.index] === 1,
    ...(node.kind === 'comparison' ? sidesJson(view.sides.get(node) ?? { left: undefined }) : {}),
    children: node.children.map(nodeJson),
  });
  return {
    rule: subject.name,
    source: subject.source,
    ...sightJson(view.sight),
    is_in_domain: view.isInDomain,
    is_true: view.isInDomain && view.truth[0] === 1,
    tree: nodeJson(watch.trace.tree.root),
  };
}
