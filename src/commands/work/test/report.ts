/** How tests fared, as text (with GitHub's annotations when run there) or JSON. */
import type { SnapshotDifference, Verdict } from '../../../expectations/index.js';
import { escapeText } from '../../../output/index.js';

export type TestFormat = 'text' | 'json';

/** How one test file fared. */
export interface TestReport {
  /** Relative to the current folder. */
  readonly path: string;
  readonly alertCount: number;
  readonly verdicts: readonly Verdict[];
  readonly snapshot: readonly SnapshotDifference[];
  /** Whether the snapshot was rewritten, on request. */
  readonly isRewritten: boolean;
  readonly damage: readonly string[];
  readonly hasPassed: boolean;
}

const MARKS: Readonly<Record<Verdict['outcome'], string>> = {
  passed: 'ok  ',
  warned: 'warn',
  failed: 'FAIL',
};
const MAX_SNAPSHOT_LINES = 20;

/** All reports in the form asked for. */
export function reportText(reports: readonly TestReport[], format: TestFormat): string {
  if (format === 'json') {
    return reports.map((report) => `${JSON.stringify(report)}\n`).join('');
  }
  const annotations = process.env['GITHUB_ACTIONS'] === 'true' ? reports.flatMap(annotate) : [];
  const lines = [...reports.flatMap(fileLines), ...annotations, '', ...totals(reports)];
  return lines.map((line) => `${line}\n`).join('');
}

function fileLines(report: TestReport): string[] {
  return [
    `${report.hasPassed ? 'ok  ' : 'FAIL'} ${escapeText(report.path)} (${report.alertCount} alerts)`,
    ...report.verdicts.flatMap(verdictLines),
    ...snapshotLinesOf(report),
    ...report.damage.map((text) => `  damage: ${escapeText(text)}`),
  ];
}

function verdictLines(verdict: Verdict): string[] {
  const { outcome, rule, expected, found, nearMisses } = verdict;
  const head = `  ${MARKS[outcome]} ${escapeText(rule)}: expected ${escapeText(expected)}`;
  return [
    outcome === 'passed' ? head : `${head}, found ${found}`,
    ...nearMisses.flatMap((miss) => [
      `       nearly: ${miss.field} is ${escapeText(miss.found)}, not ${escapeText(miss.expected)}`,
      `         ${escapeText(miss.line)}`,
    ]),
  ];
}

function snapshotLinesOf({ snapshot, isRewritten }: TestReport): string[] {
  if (snapshot.length === 0) {
    return [];
  }
  const shown = snapshot
    .slice(0, MAX_SNAPSHOT_LINES)
    .map(({ kind, line }) => `       ${kind === 'missing' ? '-' : '+'} ${escapeText(line)}`);
  const more = snapshot.length - shown.length;
  return [
    `  ${isRewritten ? 'new ' : 'FAIL'} snapshot: ${snapshot.length} lines differ${isRewritten ? ', rewritten' : ' (--update accepts them)'}`,
    ...shown,
    ...(more > 0 ? [`       and ${more} more`] : []),
  ];
}

function totals(reports: readonly TestReport[]): string[] {
  const verdicts = reports.flatMap((report) => report.verdicts);
  const count = (outcome: Verdict['outcome']) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const failedFiles = reports.filter((report) => !report.hasPassed).length;
  return [
    `Test files    ${reports.length - failedFiles} passed, ${failedFiles} failed`,
    `Expectations  ${count('passed')} passed, ${count('warned')} warned, ${count('failed')} failed`,
  ];
}

/** GitHub shows these lines beside the test file. */
function annotate(report: TestReport): string[] {
  return report.verdicts
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ outcome, rule, expected, found, line }) => {
      const level = outcome === 'failed' ? 'error' : 'warning';
      const place = `file=${property(report.path)},line=${line ?? 1}`;
      return `::${level} ${place}::${data(`${rule}: expected ${expected}, found ${found}`)}`;
    });
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
