/** GitHub's workflow commands, by which failures are shown beside the test file. */
import type { Story } from '../../errors.js';
import type { Verdict } from '../../expectations/index.js';
import { annotate } from '../words/annotate.js';
import type { TestReport } from './test-report.js';

/** A command for everything that went wrong. */
export function annotations(reports: readonly TestReport[]): string[] {
  return reports.flatMap((report) => [
    ...report.mistakes.map((story) => annotateMistake(report.path, story)),
    ...report.verdicts
      .filter(({ outcome }) => outcome !== 'passed')
      .map((verdict) =>
        annotate(
          verdict.outcome === 'failed' ? 'error' : 'warning',
          { path: report.path, line: verdict.line ?? 1 },
          verdictText(verdict),
        ),
      ),
    ...(report.snapshot?.hasFailed === true
      ? [annotate('error', { path: report.path, line: 1 }, snapshotText(report.snapshot))]
      : []),
  ]);
}

/** What was expected, what came, and of what came or nearly came the first. */
function verdictText({ rule, expected, found, came, nearMisses }: Verdict): string {
  const [miss] = nearMisses;
  return [
    `${rule}: expected ${expected}, found ${found}`,
    ...came.slice(0, 1).map((alert) => `came: ${alert}`),
    ...(miss === undefined
      ? []
      : [`nearly: ${miss.field} is ${miss.found}, not ${miss.expected}: ${miss.alert}`]),
  ].join('\n');
}

function snapshotText({
  path,
  isMissing,
  differences,
}: NonNullable<TestReport['snapshot']>): string {
  return isMissing ? `${path} is not there` : `${path}: ${differences.length} lines differ`;
}

const PLACE = /^(.+?):(\d+)(?::\d+)?$/;

/** A mistake may be in another file than the test: in its rules. */
function annotateMistake(test: string, { what, where, why, fix }: Story): string {
  const [, path = test, line = '1'] = PLACE.exec(where ?? '') ?? [];
  const text = [`${what}: ${why}`, ...(fix === undefined ? [] : [fix])].join('\n');
  return annotate('error', { path, line: Number(line) }, text);
}
