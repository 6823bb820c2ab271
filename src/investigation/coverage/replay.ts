/** Replays the evidence of sets of rules, traced, and books what was covered. */
import { VISIBILITY } from '../../events/index.js';
import { DEFAULT_SETTINGS } from '../../fields/index.js';
import { wasInterrupted } from '../../interruption.js';
import { RuleTraces, selectRules, type Rule, type WrittenRule } from '../../rules/index.js';
import { hasLoss, reportDamage } from '../evidence/damage.js';
import { replayEvidence } from '../evidence/open.js';
import { reportOthers, type Piece } from '../evidence/pieces.js';
import { reportFailure } from '../failure.js';
import type { Outcome } from '../outcome.js';
import { loadWritten } from '../rules/rule-files.js';
import { CoverageBook } from './book.js';
import type { CoverageSet } from './plan.js';

/** What came of the replays. */
export interface Replayed {
  readonly book: CoverageBook;
  readonly evidence: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Whether all of the evidence was read. */
  readonly isWhole: boolean;
}

/** Replay all sets, one after the other. */
export async function replaySets(
  sets: readonly CoverageSet[],
  allowsDamage: boolean,
): Promise<Replayed> {
  const book = new CoverageBook();
  const evidence = new Set<string>();
  const outcomes: Outcome[] = [];
  let isWhole = true;
  for (const set of sets) {
    const came = await replaySet(set, book, allowsDamage).catch((error: unknown) => ({
      outcomes: [reportFailure(error)],
      isWhole: false,
    }));
    set.found.pieces.forEach(({ path }) => evidence.add(path));
    outcomes.push(...came.outcomes);
    isWhole &&= came.isWhole;
    if (wasInterrupted()) {
      break;
    }
  }
  return { book, evidence: [...evidence], outcomes, isWhole };
}

type Came = Pick<Replayed, 'outcomes' | 'isWhole'>;

async function replaySet(
  { rules: paths, found }: CoverageSet,
  book: CoverageBook,
  allowsDamage: boolean,
): Promise<Came> {
  const loaded = await loadWritten(paths, true);
  const rules = selectRules(loaded.ruleSet, {});
  const traced = new RuleTraces(
    rules.map((rule) => ({ written: writtenOf(rule, loaded.written.rules), source: rule.source })),
    loaded,
    DEFAULT_SETTINGS,
  );
  const outcomes = [...reportOthers(found, allowsDamage)];
  let isWhole = true;
  for (const piece of found.pieces) {
    const came = await replayPiece(piece, traced, allowsDamage);
    outcomes.push(...came.outcomes);
    isWhole &&= came.isWhole;
    if (wasInterrupted()) {
      break;
    }
  }
  traced.settle();
  book.addSet(loaded.ruleSet, rules, traced);
  return { outcomes, isWhole };
}

function writtenOf({ name }: Rule, written: ReadonlyMap<string, WrittenRule>): WrittenRule {
  const found = written.get(name);
  if (found === undefined) {
    throw new Error(`the rule ${name} was not kept as written`);
  }
  return found;
}

async function replayPiece(piece: Piece, traced: RuleTraces, allowsDamage: boolean): Promise<Came> {
  try {
    const result = await replayEvidence(piece, {
      isHashed: false,
      wants: (moment) => traced.wants(moment),
      onMoment: (moment, visibility) => {
        if (visibility !== VISIBILITY.STATE) {
          traced.look(moment);
        }
        return undefined;
      },
    });
    return {
      outcomes: reportDamage(result, allowsDamage),
      isWhole: !hasLoss(result) && result.isWhole,
    };
  } catch (error) {
    return { outcomes: [reportFailure(error)], isWhole: false };
  }
}
