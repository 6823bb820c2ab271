/** Replays the evidence of sets of rules, traced, and books what was covered. */
import { DEFAULT_SETTINGS } from '../../fields/index.js';
import { wasInterrupted } from '../../interruption.js';
import { RuleTraces, selectRules, type Rule, type WrittenRule } from '../../rules/index.js';
import { replayPieces, type Looked, type ReplayRequest } from '../evidence/replay-pieces.js';
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
  request: ReplayRequest,
): Promise<Replayed> {
  const book = new CoverageBook();
  const evidence = new Set<string>();
  const outcomes: Outcome[] = [];
  let isWhole = true;
  for (const set of sets) {
    const looked = await replaySet(set, book, request).catch((error: unknown) => ({
      outcomes: [reportFailure(error)],
      isWhole: false,
    }));
    set.found.pieces.forEach(({ path }) => evidence.add(path));
    outcomes.push(...looked.outcomes);
    isWhole &&= looked.isWhole;
    if (wasInterrupted()) {
      break;
    }
  }
  return { book, evidence: [...evidence], outcomes, isWhole };
}

async function replaySet(
  { rules: paths, found }: CoverageSet,
  book: CoverageBook,
  request: ReplayRequest,
): Promise<Looked> {
  const loaded = await loadWritten(paths, true);
  const rules = selectRules(loaded.ruleSet, {});
  const traced = new RuleTraces(
    rules.map((rule) => ({ written: writtenOf(rule, loaded.written.rules), source: rule.source })),
    loaded,
    DEFAULT_SETTINGS,
  );
  const looked = await replayPieces(found, request, {
    wants: (moment) => traced.wants(moment),
    look: (moment) => {
      traced.look(moment);
    },
  });
  traced.settle();
  book.addSet(loaded.ruleSet, rules, traced);
  return looked;
}

function writtenOf({ name }: Rule, written: ReadonlyMap<string, WrittenRule>): WrittenRule {
  const found = written.get(name);
  if (found === undefined) {
    throw new Error(`the rule ${name} was not kept as written`);
  }
  return found;
}
