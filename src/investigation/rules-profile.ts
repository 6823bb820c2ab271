/** The work of `rules profile`: what it costs to ask rules about evidence. */
import { DEFAULT_SETTINGS } from '../fields/index.js';
import { say } from '../output/index.js';
import { MatchProfile, selectRules } from '../rules/index.js';
import { piecesOf } from './evidence/pieces.js';
import { replayPieces } from './evidence/replay-pieces.js';
import { readMetadata, reportPassedOver } from './metadata/read.js';
import type { Outcome } from './outcome.js';
import { profileJson } from './profile/json.js';
import { profileReport, type ProfileReport } from './profile/report.js';
import { profileText } from './profile/text.js';
import { loadRuleFiles } from './rules/rule-files.js';
import { printJson, printText } from './words/answer.js';

/** The words of the command line. */
export interface ProfileRequest {
  readonly paths: readonly string[];
  readonly rules?: readonly string[] | undefined;
  readonly format: 'text' | 'json';
  readonly 'allow-damage': boolean;
  /** Files that name what captures do not. */
  readonly metadata?: readonly string[] | undefined;
}

/** Profile, and print. */
export async function profileRules(request: ProfileRequest): Promise<readonly Outcome[]> {
  const { report, outcomes } = await profileOver(request);
  if (request.format === 'json') {
    printJson(profileJson(report));
  } else {
    printText(profileText(report));
  }
  return outcomes;
}

/**
 * Replay the evidence.
 *
 * @throws {UserError} what is wrong with the rules
 */
export async function profileOver({
  paths,
  rules: rulePaths,
  'allow-damage': allowsDamage,
  metadata: metadataPaths,
}: Omit<ProfileRequest, 'format'>): Promise<{
  readonly report: ProfileReport;
  readonly outcomes: readonly Outcome[];
}> {
  const { ruleSet } = await loadRuleFiles(rulePaths, { isQuiet: true });
  const profile = new MatchProfile(selectRules(ruleSet, {}), DEFAULT_SETTINGS);
  const metadata = await readMetadata(metadataPaths);
  const found = await piecesOf(paths, false);
  reportPassedOver(metadata);
  const { outcomes, isWhole } = await replayPieces(
    found,
    { allowsDamage, metadata },
    {
      begin: () => {
        profile.begin();
      },
      look: (moment) => {
        profile.look(moment);
      },
    },
  );
  if (!isWhole) {
    say('Notice: not all of the evidence could be read; what the rest costs is not counted');
  }
  const evidence = found.pieces.map(({ path }) => path);
  return { report: profileReport(profile, ruleSet, evidence), outcomes };
}
