/** The work of `rules coverage`: what tests, or some evidence, show of rules. */
import { openOutput, say, type Sink } from '../output/index.js';
import { coverageLayer, coverageLcov, coverageSarif } from './coverage/files.js';
import { coverageJson } from './coverage/json.js';
import { planCoverage, type CoveragePlan, type CoverageRequest } from './coverage/plan.js';
import { replaySets } from './coverage/replay.js';
import { coverageReport, type CoverageReport } from './coverage/report.js';
import { coverageText } from './coverage/text.js';
import { refuseEvidence } from './evidence/guard.js';
import { readMetadata, reportPassedOver } from './metadata/read.js';
import { when, type Outcome } from './outcome.js';
import { printJson, printJsonText, printText } from './words/answer.js';
import { percentOf, percentText } from './words/columns.js';

/** Replay, and print what was covered. */
export async function coverRules(request: CoverageRequest): Promise<readonly Outcome[]> {
  const metadata = await readMetadata(request.metadata);
  const plan = await planCoverage(request);
  reportPassedOver(metadata);
  const lcov = openReport(request, plan, 'lcov');
  const navigator = openReport(request, plan, 'navigator');
  const { book, evidence, outcomes, isWhole } = await replaySets(plan.sets, {
    allowsDamage: request['allow-damage'],
    metadata,
  });
  if (!isWhole || plan.outcomes.length > 0) {
    say('Notice: not all of it could be read; what the rest covers is not counted');
  }
  const report = coverageReport(book, evidence);
  lcov?.writeText(coverageLcov(report));
  lcov?.close();
  navigator?.writeJson(coverageLayer(report));
  navigator?.close();
  if (request.lcov !== '-' && request.navigator !== '-') {
    print(report, request.format);
  }
  return [...plan.outcomes, ...outcomes, ...belowMinimum(report, request)];
}

/** Before anything is replayed: a report that cannot be written is reported at once. */
function openReport(
  request: CoverageRequest,
  { sets, tests }: CoveragePlan,
  flag: 'lcov' | 'navigator',
): Sink | undefined {
  const path = request[flag];
  if (path === undefined) {
    return undefined;
  }
  const read = sets.flatMap(({ rules, found }) => [
    ...rules,
    ...found.pieces.flatMap(({ files }) => files),
  ]);
  refuseEvidence(path, [...tests, ...read], `--${flag}`);
  return openOutput(path, request.force);
}

function print(report: CoverageReport, format: CoverageRequest['format']): void {
  switch (format) {
    case 'json':
      printJson(coverageJson(report));
      break;
    case 'sarif':
      printJsonText(coverageSarif(report));
      break;
    case 'text':
      printText(coverageText(report));
  }
}

/** What is less than the user wants. */
function belowMinimum(
  { firedCount, enabledCount, outcomes }: CoverageReport,
  { min, 'min-branches': minBranches }: CoverageRequest,
): readonly Outcome[] {
  const short = [
    { part: firedCount, whole: enabledCount, least: min, what: 'enabled rules fired', flag: 'min' },
    {
      ...{ part: outcomes.seen, whole: outcomes.all, least: minBranches },
      ...{ what: 'outcomes were seen', flag: 'min-branches' },
    },
  ].filter(({ part, whole, least }) => least !== undefined && percentOf(part, whole) < least);
  for (const { part, whole, least, what, flag } of short) {
    say(
      `Below --${flag}: ${percentText(part, whole)} of ${what}, and ${String(least)} % are wanted`,
    );
  }
  return when(short.length > 0, 'findings');
}
