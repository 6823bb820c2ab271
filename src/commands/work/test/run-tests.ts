/**
 * `tiercel test`: finds tests, replays each capture once with each set of rules, judges, and tells. Two runs
 * print the same bytes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { UserError } from '../../../errors.js';
import {
  compareSnapshot,
  fieldsAskedFor,
  judge,
  parseTestFile,
  snapshotLines,
  snapshotText,
  type SeenAlert,
  type TestFile,
} from '../../../expectations/index.js';
import { nearestNames } from '../../../fields/index.js';
import { openStdout } from '../../../output/index.js';
import { EXIT, reportFailure, type ExitCode } from '../../failure.js';
import { expandCapture, findTestFiles } from './find-files.js';
import { runJobs, type JobOutcome } from './pool.js';
import type { ReplayJob } from './replay-job.js';
import { reportText, type TestFormat, type TestReport } from './report.js';
import { writeJunit } from './write-junit.js';

/** The words of the command line. */
export interface TestRequest {
  readonly paths: readonly string[];
  readonly update: boolean;
  readonly junit?: string | undefined;
  readonly force: boolean;
  readonly format: TestFormat;
}

/** Run the tests; says how to exit. */
export async function runTests(request: TestRequest): Promise<readonly ExitCode[]> {
  const codes: ExitCode[] = [];
  const tests: TestFile[] = [];
  const jobs = new Map<string, ReplayJob>();
  const jobOf = new Map<TestFile, string>();
  for (const path of findTestFiles(request.paths)) {
    try {
      const test = parseTestFile(path, readFileSync(path, 'utf8'));
      const captures = test.captures.flatMap((capture) => expandCapture(capture, path));
      const key = JSON.stringify([captures, test.rules]);
      const fields = fieldsAskedFor([test]);
      const known = jobs.get(key);
      const all = known === undefined ? fields : [...new Set([...known.fields, ...fields])];
      jobs.set(key, { captures, rules: test.rules, fields: all });
      jobOf.set(test, key);
      tests.push(test);
    } catch (error) {
      codes.push(reportFailure(error));
    }
  }
  const keys = [...jobs.keys()];
  const outcomes = await runJobs([...jobs.values()]);
  const reports: TestReport[] = [];
  for (const test of tests) {
    const outcome = outcomes[keys.indexOf(jobOf.get(test) ?? '')];
    if (outcome === undefined || outcome instanceof UserError) {
      codes.push(reportFailure(outcome ?? new Error('a replay gave no answer')));
    } else {
      codes.push(...unknownRules(test, outcome.rules));
      reports.push(reportOn(test, outcome, request.update));
    }
  }
  if (request.junit !== undefined) {
    writeJunit(request.junit, request.force, reports);
  }
  const out = openStdout();
  out.writeText(reportText(reports, request.format));
  out.close();
  return reports.some((report) => !report.hasPassed) ? [...codes, EXIT.FINDINGS] : codes;
}

/** A misspelt rule that must not fire would pass for ever: it is a mistake. */
function unknownRules(test: TestFile, rules: readonly string[]): ExitCode[] {
  return test.expectations
    .filter(({ rule }) => !rules.includes(rule))
    .map(({ rule, line }) => {
      const [nearest] = nearestNames(rule, rules, 1);
      return reportFailure(
        new UserError({
          code: 'TEST_UNKNOWN_RULE',
          what: 'A test names a rule that its rules files do not have',
          where: `${test.path}:${line}`,
          why: `no rule is called "${rule}"`,
          fix: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        }),
      );
    });
}

function reportOn(
  test: TestFile,
  { alerts, damage }: Exclude<JobOutcome, UserError>,
  isUpdate: boolean,
): TestReport {
  const seen: readonly SeenAlert[] = alerts.filter(
    ({ isFirst }) => test.match === 'all' || isFirst,
  );
  const verdicts = judge(test, seen);
  const lines = seen.map(({ line }) => line);
  const snapshot = test.snapshot === undefined ? [] : differences(test.snapshot, lines);
  let isRewritten = false;
  if (isUpdate && test.snapshot !== undefined && snapshot.length > 0) {
    writeFileSync(test.snapshot, snapshotText(lines), { mode: 0o600 });
    isRewritten = true;
  }
  return {
    path: relative(process.cwd(), test.path),
    alertCount: seen.length,
    verdicts,
    snapshot,
    isRewritten,
    damage,
    hasPassed:
      verdicts.every(({ outcome }) => outcome !== 'failed') &&
      (snapshot.length === 0 || isRewritten),
  };
}

function differences(path: string, lines: readonly string[]) {
  const expected = existsSync(path) ? snapshotLines(readFileSync(path, 'utf8')) : [];
  return compareSnapshot(expected, lines);
}
