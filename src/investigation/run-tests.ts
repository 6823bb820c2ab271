/**
 * `tiercel test`: finds tests, replays each capture once with each set of rules, judges, and reports. Two runs
 * print the same bytes, on whatever machine.
 */
import { UserError } from '../errors.js';
import { compareSnapshot, judge, type SeenAlert } from '../expectations/index.js';
import { openOutput, openStdout, sayAsIs, type Sink } from '../output/index.js';
import { when, type Outcome } from './outcome.js';
import { reportFailure } from './failure.js';
import { refuseEvidence } from './evidence/guard.js';
import { readMetadata, reportPassedOver } from './metadata/read.js';
import { findTestFiles, shownPath } from './tests/find-files.js';
import { planTests, type Plan, type PlannedTest } from './tests/plan.js';
import { runJobs, type JobOutcome } from './tests/pool.js';
import { reportText, type TestFormat } from './tests/report.js';
import type { SnapshotReport, TestReport } from './tests/test-report.js';
import { writeSnapshot } from './tests/snapshot-file.js';
import { writeJunit } from './tests/write-junit.js';

/** The words of the command line. */
export interface TestRequest {
  readonly paths: readonly string[];
  readonly update: boolean;
  readonly junit?: string | undefined;
  readonly force: boolean;
  readonly format: TestFormat;
  /** Files that name what captures do not: paths, or `ID=PATH`. */
  readonly metadata?: readonly string[] | undefined;
}

/** Run the tests; says how to exit. */
export async function runTests(request: TestRequest): Promise<readonly Outcome[]> {
  const paths = findTestFiles(request.paths);
  const metadata = await readMetadata(request.metadata);
  reportPassedOver(metadata);
  const plan = await planTests(paths, metadata?.descriptions);
  const junit = openJunit(request, paths, plan);
  const replayed = await runJobs(plan.jobs);
  const reports = plan.tests.map((test) => reportOn(test, replayed, request.update));
  const outcomes: Outcome[] = [];
  for (const { mistakes, hasPassed } of reports) {
    outcomes.push(...reported(mistakes), ...when(!hasPassed, 'findings'));
  }
  if (junit !== undefined) {
    writeJunit(junit, reports);
  }
  const out = openStdout();
  if (request.junit === '-') {
    const text = await reportText(reports, request.format, undefined);
    sayAsIs(text.trimEnd()); // stdout is the report, and nothing else
  } else {
    out.writeText(await reportText(reports, request.format, out.columns));
  }
  out.close();
  return outcomes;
}

const alreadyTold = new Set<string>();

/** Report each mistake once: many tests may have the same rules. */
function reported(mistakes: TestReport['mistakes']): Outcome[] {
  return mistakes.map((story) => {
    const key = JSON.stringify(story);
    if (!alreadyTold.has(key)) {
      alreadyTold.add(key);
      reportFailure(new UserError(story));
    }
    return 'mistake';
  });
}

/** Before anything is replayed: a report that cannot be written is reported at once. */
function openJunit(
  { junit, force }: TestRequest,
  tests: readonly string[],
  { jobs }: Plan,
): Sink | undefined {
  if (junit === undefined) {
    return undefined;
  }
  const read = [...tests, ...jobs.flatMap(({ capture, rules }) => [capture, ...rules])];
  refuseEvidence(junit, read, '--junit');
  return openOutput(junit, force);
}

function reportOn(
  { path, test, mistakes, jobs, snapshot, disabled }: PlannedTest,
  outcomes: readonly JobOutcome[],
  isUpdate: boolean,
): TestReport {
  const mine = jobs.map((job) => outcomes[job]);
  const results = mine.flatMap((each) => (each === undefined || 'story' in each ? [] : [each]));
  const all = [...mistakes, ...mine.flatMap((each) => each !== undefined && 'story' in each ? [each.story] : [])]; // prettier-ignore
  const nothing = { path, disabled, alertCount: 0, verdicts: [], findings: [] };
  if (test === undefined || all.length > 0) {
    return { ...nothing, mistakes: all, snapshot: undefined, hasPassed: false };
  }
  const seen: readonly SeenAlert[] = results
    .flatMap(({ alerts }) => alerts)
    .filter(({ isFirst }) => test.match === 'all' || isFirst);
  const verdicts = judge(test, seen);
  const compared =
    test.snapshot === undefined
      ? undefined
      : compare(test.snapshot, snapshot, seen.map(({ line }) => line), isUpdate); // prettier-ignore
  return {
    ...nothing,
    alertCount: seen.length,
    verdicts,
    mistakes: [],
    snapshot: compared,
    findings: results.flatMap(({ capture, findings }) =>
      findings.map(({ isLoss, text }) => ({ isLoss, text: `${capture}: ${text}` })),
    ),
    hasPassed:
      verdicts.every(({ outcome }) => outcome !== 'failed') && compared?.hasFailed !== true,
  };
}

/** Hold alerts against a snapshot; rewrite it, if that is wanted and needed. */
function compare(
  path: string,
  expected: readonly string[] | undefined,
  found: readonly string[],
  isUpdate: boolean,
): SnapshotReport {
  const differences = compareSnapshot(expected ?? [], found);
  const isMissing = expected === undefined;
  const isDifferent = isMissing || differences.length > 0;
  if (isUpdate && isDifferent) {
    writeSnapshot(path, found);
  }
  return {
    path: shownPath(path),
    isMissing,
    differences,
    isRewritten: isUpdate && isDifferent,
    hasFailed: isDifferent && !isUpdate,
  };
}
