/** The work of `explain`: why a rule fired, or did not, at the events of some evidence. */
import { VISIBILITY } from '../events/index.js';
import { wasInterrupted } from '../interruption.js';
import { escapeText, openStdout, say } from '../output/index.js';
import type { IdleRule, Silence } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { textOfBytes } from '../units.js';
import { SilenceWatch } from './analysis/silence.js';
import { reportDamage } from './evidence/damage.js';
import { replayEvidence } from './evidence/open.js';
import { reportOthers, type Piece } from './evidence/pieces.js';
import { reportFailure } from './failure.js';
import type { Outcome } from './outcome.js';
import { explainEvent } from './why/one-event.js';
import { explanationOf, type Explanation } from './why/explanation.js';
import { explanationJson } from './why/json.js';
import { planExplanation, type ExplainPlan } from './why/plan.js';
import type { ExplainRequest } from './why/request.js';
import { pseudoRule } from './why/pseudo-rule.js';
import { explanationText } from './why/text.js';
import { RuleWatch } from './why/watch.js';

/** Explain a rule. */
export async function explain(request: ExplainRequest): Promise<readonly Outcome[]> {
  const plan = await planExplanation(request);
  if ('idle' in plan) {
    print(idleExplanation(plan.idle), plan.format);
    return [];
  }
  const [only] = plan.found.pieces;
  if (plan.event !== undefined && only !== undefined) {
    return explainEvent(plan, only, plan.event);
  }
  const watch = new RuleWatch(plan);
  const outcomes = [...reportOthers(plan.found, plan.allowsDamage)];
  const silences: (Silence | undefined)[] = [];
  for (const piece of plan.found.pieces) {
    try {
      const { silence, ended } = await watchPiece(plan, watch, piece);
      silences.push(silence);
      outcomes.push(...ended);
    } catch (error) {
      outcomes.push(reportFailure(error));
      silences.push(undefined);
    }
    if (wasInterrupted()) {
      break;
    }
  }
  if (outcomes.includes('damaged')) {
    say('Notice: parts of the evidence could not be read; what happened in them is not explained');
  }
  // a rule could not have fired only where it could not on any of the evidence
  const silence = silences.every((each) => each !== undefined) ? silences[0] : undefined;
  print(explanationOf({ plan, watch, silence }), plan.format);
  return outcomes;
}

async function watchPiece(
  plan: ExplainPlan,
  watch: RuleWatch,
  piece: Piece,
): Promise<{ silence: Silence | undefined; ended: readonly Outcome[] }> {
  const { trace } = watch;
  const { source } = plan.subject;
  const rule = plan.subject.rule ?? pseudoRule(plan.subject);
  const silence = new SilenceWatch([rule]);
  const isShown = await shownMoments(plan, piece);
  // kinds that the rule is not asked at are passed over, unless each event has to be looked at to be counted
  const isSkipping = plan.isWhole && source === 'syscall';
  let delivered = 0;
  let others = 0;
  let matched = trace.holdCount;
  watch.begin(piece.path);
  const result = await replayEvidence(piece, {
    isHashed: false,
    wants: (moment) => {
      silence.look(moment, isShown?.(moment) !== false);
      return !isSkipping || moment.source !== source || trace.wants(moment);
    },
    onMoment: (moment, visibility) => {
      if (visibility === VISIBILITY.STATE) {
        return undefined;
      }
      const isOffered = isShown?.(moment) !== false;
      silence.look(moment, isOffered);
      if (moment.source !== source) {
        others += 1;
      } else if (isOffered) {
        delivered += visibility === VISIBILITY.SHOWN && isSkipping ? 0 : 1;
        watch.look(moment);
      }
      return undefined;
    },
  });
  watch.offeredCount += delivered + (isSkipping ? result.eventCount - others : 0);
  watch.end(result.world);
  matched = trace.holdCount - matched;
  const [found] = matched === 0 && result.isWhole ? silence.silent(result.world) : [];
  return { silence: found, ended: reportDamage(result, plan.allowsDamage) };
}

async function shownMoments(
  { filter, rangeWithin }: ExplainPlan,
  piece: Piece,
): Promise<((moment: Moment) => boolean) | undefined> {
  const range = await rangeWithin(piece);
  if (range.isOpen) {
    return filter === undefined ? undefined : (moment) => filter.at(moment)(moment);
  }
  return (moment) =>
    range.contains(moment.event.timeHigh, moment.event.timeLow) &&
    (filter === undefined || filter.at(moment)(moment));
}

function print(explanation: Explanation, format: 'text' | 'json'): void {
  const sink = openStdout();
  if (format === 'json') {
    sink.writeJson(JSON.stringify(explanationJson(explanation), undefined, 2));
  } else {
    sink.writeText(explanationText(explanation));
  }
  sink.close();
}

/** Nothing is read for a rule whose source no evidence has. */
function idleExplanation({ name, source, at }: IdleRule): Explanation {
  const of = textOfBytes(source);
  const text = `no evidence has events of source "${escapeText(of)}"`;
  return {
    rule: textOfBytes(name),
    source: of,
    at,
    verdict: 'not-run',
    holdCount: 0,
    fired: undefined,
    evidence: [],
    eventCount: 0,
    domainCount: 0,
    domainTypes: [],
    funnels: [],
    reasons: [{ id: 'no-source', text, at }],
    misses: [],
    tree: undefined,
  };
}
