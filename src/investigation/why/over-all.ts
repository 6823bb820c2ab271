/** A rule over all of its evidence: replayed piece by piece, and explained. */
import { SYSCALL_SOURCE, VISIBILITY } from '../../events/index.js';
import { wasInterrupted } from '../../interruption.js';
import { say } from '../../output/index.js';
import type { Silence } from '../../rules/index.js';
import { SilenceWatch } from '../analysis/silence.js';
import { hasLoss, reportDamage } from '../evidence/damage.js';
import { replayEvidence } from '../evidence/open.js';
import { reportOthers, type Piece } from '../evidence/pieces.js';
import { shownMoments } from '../evidence/shown-moments.js';
import { reportFailure } from '../failure.js';
import type { Outcome } from '../outcome.js';
import { explanationOf, type Explanation } from './explanation.js';
import type { ExplainPlan } from './plan.js';
import { pseudoRule } from './pseudo-rule.js';
import { RuleWatch } from './watch.js';

/** What became of a plan. */
export interface Explained {
  readonly explanation: Explanation;
  readonly outcomes: readonly Outcome[];
}

/** Replay the evidence of a plan, and explain its rule. */
export async function explainOverAll(plan: ExplainPlan): Promise<Explained> {
  const watch = new RuleWatch(plan);
  const outcomes = [...reportOthers(plan.found, plan.allowsDamage)];
  const silences: (Silence | undefined)[] = [];
  let isDamaged = false;
  for (const piece of plan.found.pieces) {
    try {
      const { silence, isWhole, ended } = await watchPiece(plan, watch, piece);
      silences.push(silence);
      outcomes.push(...ended);
      isDamaged ||= !isWhole;
    } catch (error) {
      outcomes.push(reportFailure(error));
      silences.push(undefined);
      isDamaged = true;
    }
    if (wasInterrupted()) {
      break;
    }
  }
  if (isDamaged) {
    say(
      'Notice: not all of the evidence could be read; what happened in the rest is not explained',
    );
  }
  // a rule could not have fired only where it could not on any of the evidence
  const silence = silences.every((each) => each !== undefined) ? silences[0] : undefined;
  return { explanation: explanationOf({ plan, watch, silence, isDamaged }), outcomes };
}

interface Watched {
  readonly silence: Silence | undefined;
  /** Whether nothing of it was lost. */
  readonly isWhole: boolean;
  readonly ended: readonly Outcome[];
}

async function watchPiece(plan: ExplainPlan, watch: RuleWatch, piece: Piece): Promise<Watched> {
  const { trace } = watch;
  const { source } = plan.subject;
  const rule = plan.subject.rule ?? pseudoRule(plan.subject);
  const silence = new SilenceWatch([rule]);
  const isShown = await shownMoments(plan, piece);
  // kinds that the rule is not asked at are passed over, unless each event has to be looked at to be counted
  const isSkipping = plan.isWhole && source === SYSCALL_SOURCE;
  let delivered = 0;
  let others = 0;
  const before = trace.holdCount;
  watch.begin(piece.path);
  const result = await replayEvidence(piece, {
    isHashed: false,
    supplement: plan.metadata?.supplement(),
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
  const isSilent = trace.holdCount === before && result.isWhole;
  const [found] = isSilent ? silence.silent(result) : [];
  return {
    silence: found,
    isWhole: !hasLoss(result),
    ended: reportDamage(result, plan.allowsDamage),
  };
}
