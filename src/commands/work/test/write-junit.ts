/** Test reports as a JUnit file. */
import { junitText, openOutput } from '../../../output/index.js';
import type { TestReport } from './report.js';

/** Write the reports to `path`; an existing file is replaced only with `force`. */
export function writeJunit(path: string, force: boolean, reports: readonly TestReport[]): void {
  const sink = openOutput(path, force);
  sink.writeText(
    junitText(
      reports.map((report) => ({
        name: report.path,
        cases: [
          ...report.verdicts.map(({ rule, expected, found, outcome }) => ({
            name: `${rule}: ${expected}`,
            failure: outcome === 'failed' ? `expected ${expected}, found ${found}` : undefined,
          })),
          ...report.snapshot.map(({ kind, line }) => ({
            name: `snapshot: ${kind} alert`,
            failure: report.isRewritten ? undefined : line,
          })),
        ],
      })),
    ),
  );
  sink.close();
}
