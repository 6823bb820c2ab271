/** Test reports as a JUnit file. */
import { basename } from 'node:path';
import { junitText, type JunitCase, type Sink } from '../../output/index.js';
import type { SnapshotReport, TestReport } from './test-report.js';

/** Write the reports to `sink`, and close it. */
export function writeJunit(sink: Sink, reports: readonly TestReport[]): void {
  sink.writeText(
    junitText(
      reports.map((report) => {
        const cases = casesOf(report);
        return { name: report.path, cases: cases.length > 0 ? cases : [CLEAN] };
      }),
    ),
  );
  sink.close();
}

/** For a test that expects no alerts, and got none: a suite without a case would count as no test. */
const CLEAN: JunitCase = {
  name: 'no alerts',
  outcome: 'passed',
  type: 'expectation',
  message: '',
  details: '',
};

function casesOf({ mistakes, verdicts, snapshot }: TestReport): JunitCase[] {
  return [
    ...mistakes.map(({ code, what, where, why, fix }) => ({
      name: where ?? what,
      outcome: 'error' as const,
      type: code,
      message: why,
      details: [what, fix ?? ''].filter((text) => text !== '').join('\n'),
    })),
    ...verdicts.map(({ rule, expected, found, outcome, came, nearMisses }) => ({
      name: `${rule}: ${expected}`,
      outcome,
      type: 'expectation',
      message: `expected ${expected}, found ${found}`,
      details: [
        ...came.map((line) => `came: ${line}`),
        ...nearMisses.map(
          ({ field, found: was, expected: wanted, alert }) =>
            `nearly: ${field} is ${was}, not ${wanted}: ${alert}`,
        ),
      ].join('\n'),
    })),
    ...(snapshot === undefined ? [] : [snapshotCase(snapshot)]),
  ];
}

function snapshotCase({ path, isMissing, hasFailed, differences }: SnapshotReport): JunitCase {
  return {
    name: `snapshot ${basename(path)}`,
    outcome: hasFailed ? 'failed' : 'passed',
    type: 'snapshot',
    message: isMissing ? 'there is no snapshot' : `${differences.length} lines differ`,
    details: differences.map(({ kind, line }) => `${kind}: ${line}`).join('\n'),
  };
}
