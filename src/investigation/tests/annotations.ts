/** GitHub's workflow commands, by which failures are shown beside the test file. */
import { relative, resolve } from 'node:path';
import type { Story } from '../../errors.js';
import type { Verdict } from '../../expectations/index.js';
import { escapeText } from '../../output/index.js';
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

function annotate(
  level: 'error' | 'warning',
  { path, line }: { readonly path: string; readonly line: number },
  text: string,
): string {
  const shown = text.split('\n').map(escapeText).join('\n');
  return `::${level} file=${property(inRepository(path))},line=${line}::${data(shown)}`;
}

/** GitHub wants paths from the top of the repository, and the step may run in a folder of it. */
function inRepository(path: string): string {
  const top = process.env['GITHUB_WORKSPACE'];
  const inside = top === undefined || top === '' ? path : relative(top, resolve(path));
  return escapeText(inside.startsWith('..') ? path : inside);
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
