/** The work of `rules diff`: what two sets of rules say of the same evidence. */
import { UserError } from '../errors.js';
import { isOnGithub, say, sayAsIs } from '../output/index.js';
import { selectRules } from '../rules/index.js';
import { Comparison } from './difference/compare.js';
import { differenceJson } from './difference/json.js';
import { differenceMarkdown } from './difference/markdown.js';
import { differenceNotices } from './difference/notices.js';
import type { DifferenceReport } from './difference/report.js';
import { ruleChanges } from './difference/rule-changes.js';
import { KINDS, type Kind } from './difference/tally.js';
import { differenceText } from './difference/text.js';
import { piecesOf } from './evidence/pieces.js';
import { replayPieces } from './evidence/replay-pieces.js';
import { readMetadata, reportPassedOver } from './metadata/read.js';
import { when, type Outcome } from './outcome.js';
import { loadRuleFiles } from './rules/rule-files.js';
import { printJson, printText } from './words/answer.js';

/** The words of the command line. */
export interface DiffRequest {
  /** The old rules, the new rules, then evidence. */
  readonly words: readonly string[];
  readonly format: 'text' | 'json' | 'markdown';
  readonly 'fail-on'?: 'gained' | 'lost' | 'any' | undefined;
  readonly 'allow-damage': boolean;
  /** Files that name what captures do not. */
  readonly metadata?: readonly string[] | undefined;
}

/** What came of the replays. */
export interface Differed {
  readonly report: DifferenceReport;
  readonly outcomes: readonly Outcome[];
}

/** Compare, and print. */
export async function diffRules(request: DiffRequest): Promise<readonly Outcome[]> {
  const { report, outcomes } = await compareRules(request);
  switch (request.format) {
    case 'json':
      printJson(differenceJson(report));
      break;
    case 'markdown':
      printText(differenceMarkdown(report));
      break;
    case 'text':
      printText(differenceText(report));
  }
  if (isOnGithub()) {
    differenceNotices(report).forEach(sayAsIs);
  }
  return [...outcomes, ...when(isFailure(report, request['fail-on']), 'findings')];
}

/**
 * Replay the evidence once for both.
 *
 * @throws {UserError} `EVIDENCE_MISSING`, and what is wrong with rules
 */
export async function compareRules({
  words,
  'allow-damage': allowsDamage,
  metadata: metadataPaths,
}: Pick<DiffRequest, 'words' | 'allow-damage' | 'metadata'>): Promise<Differed> {
  const [oldPath = '', newPath = '', ...paths] = words;
  if (paths.length === 0) {
    throw new UserError({
      code: 'EVIDENCE_MISSING',
      what: 'Cannot compare rules without evidence',
      where: `rules diff ${words.join(' ')}`,
      why: 'the old rules, the new rules and at least one piece of evidence are expected',
      fix: 'write rules diff OLD NEW EVIDENCE, such as rules diff old.yaml new.yaml capture.scap',
    });
  }
  const old = (await loadRuleFiles([oldPath], { isQuiet: true })).ruleSet;
  const now = (await loadRuleFiles([newPath], { isQuiet: true })).ruleSet;
  const metadata = await readMetadata(metadataPaths);
  const found = await piecesOf(paths, false);
  reportPassedOver(metadata);
  const rules = ruleChanges(old, now);
  const [oldRules, newRules] = [selectRules(old, {}), selectRules(now, {})];
  const comparison = new Comparison(oldRules, newRules, rules);
  const { outcomes, isWhole } = await replayPieces(
    found,
    { allowsDamage, metadata },
    {
      begin: ({ path }) => {
        comparison.begin(path);
      },
      wants: (moment) => comparison.wants(moment),
      look: (moment) => {
        comparison.look(moment);
      },
    },
  );
  if (!isWhole) {
    say('Notice: not all of the evidence could be read; differences in the rest are not counted');
  }
  const report = {
    old: oldPath,
    now: newPath,
    oldCount: oldRules.length,
    newCount: newRules.length,
    evidence: found.pieces.map(({ path }) => path),
    rules,
    modes: comparison.results(),
  };
  return { report, outcomes };
}

/** Whether differences of the kind that fails are there. */
function isFailure({ modes }: DifferenceReport, kind: DiffRequest['fail-on']): boolean {
  if (kind === undefined) {
    return false;
  }
  const kinds: readonly Kind[] = kind === 'any' ? KINDS : [kind];
  return modes.some(({ counts }) => kinds.some((each) => counts[each] > 0));
}
