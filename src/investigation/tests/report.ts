/** How tests fared, as text (with GitHub's annotations when run there) or JSON. */
import { basename } from 'node:path';
import type { Story } from '../../errors.js';
import type { SnapshotDifference, Verdict } from '../../expectations/index.js';
import {
  escapeJson,
  escapeText,
  isOnGithub,
  jsonWithoutCommands,
  openTable,
  withoutCommands,
  type RowSink,
} from '../../output/index.js';
import { annotations } from './annotations.js';
import type { SnapshotReport, TestReport } from './test-report.js';

export type TestFormat = 'text' | 'json';

const MARKS: Readonly<Record<Verdict['outcome'], string>> = {
  passed: 'ok  ',
  warned: 'warn',
  failed: 'FAIL',
};
const SIGNS: Readonly<Record<SnapshotDifference['kind'], string>> = {
  missing: '-',
  new: '+',
  moved: '~',
};
const MAX_SNAPSHOT_LINES = 40;

/** All reports in the form asked for; `columns` is the width of the terminal that shows them, if one does. */
export async function reportText(
  reports: readonly TestReport[],
  format: TestFormat,
  columns: number | undefined,
): Promise<string> {
  if (format === 'json') {
    const lines = reports.map((report) => escapeJson(JSON.stringify(jsonOf(report))));
    return lines.map((line) => `${jsonWithoutCommands(line)}\n`).join('');
  }
  const lines = [...reports.flatMap(fileLines), '', ...(await totals(reports, columns))];
  const shown = isOnGithub() ? [...lines.map(withoutCommands), ...annotations(reports)] : lines;
  return shown.map((line) => `${line}\n`).join('');
}

/** `ok`, `FAIL`, or `wrong` for a test that could not be run. */
function resultOf({ mistakes, hasPassed }: TestReport): string {
  return mistakes.length > 0 ? 'wrong' : hasPassed ? 'ok' : 'FAIL';
}

function fileLines(report: TestReport): string[] {
  const { mistakes, verdicts, snapshot, findings, disabled, alertCount } = report;
  const head = `${resultOf(report).padEnd(4)} ${escapeText(report.path)}`;
  return [
    mistakes.length > 0 ? head : `${head} (${plural(alertCount, 'alert')})`,
    ...mistakes.flatMap(mistakeLines),
    ...verdicts.flatMap((verdict) => verdictLines(verdict, disabled.has(verdict.rule))),
    ...(snapshot === undefined ? [] : snapshotLinesOf(snapshot)),
    ...findings.map(({ isLoss, text }) => `  ${isLoss ? 'damage' : 'notice'}: ${escapeText(text)}`),
  ];
}

function mistakeLines({ code, where, why, fix }: Story): string[] {
  const [first = ''] = why.split('\n');
  const place = where === undefined ? '' : `${escapeText(where)}: `;
  return [
    `  FAIL ${place}${escapeText(first)} (${code})`,
    ...(fix === undefined ? [] : [`       ${escapeText(fix)}`]),
  ];
}

function verdictLines(verdict: Verdict, isDisabled: boolean): string[] {
  const { outcome, rule, expected, found, ofRule, came, nearMisses } = verdict;
  const head = `  ${MARKS[outcome]} ${escapeText(rule)}: expected ${escapeText(expected)}`;
  const note = isDisabled ? ' (the rule is disabled)' : '';
  const others = ofRule > found ? ` of ${plural(ofRule, 'alert')} of the rule` : '';
  return [
    outcome === 'passed' ? `${head}${note}` : `${head}, found ${found}${others}${note}`,
    ...came.map((line) => `       came: ${escapeText(line)}`),
    ...(came.length > 0 && found > came.length ? [`       and ${found - came.length} more`] : []),
    ...nearMisses.flatMap((miss) => [
      `       nearly: ${escapeText(miss.field)} is ${escapeText(miss.found)}, not ${escapeText(miss.expected)}`,
      `         ${escapeText(miss.alert)}`,
    ]),
  ];
}

function snapshotLinesOf({ path, isMissing, differences, isRewritten }: SnapshotReport): string[] {
  const name = escapeText(basename(path));
  if (isMissing) {
    return [
      isRewritten
        ? `  new  snapshot ${name}: ${plural(differences.length, 'alert')} written`
        : `  FAIL snapshot ${name} is not there (--update writes it)`,
    ];
  }
  if (differences.length === 0) {
    return [`  ok   snapshot ${name}`];
  }
  const shown = differences
    .slice(0, MAX_SNAPSHOT_LINES)
    .map(({ kind, line }) => `       ${SIGNS[kind]} ${escapeText(line)}`);
  const more = differences.length - shown.length;
  const what = `${plural(differences.length, 'line')} ${differences.length === 1 ? 'differs' : 'differ'}`;
  return [
    `  ${isRewritten ? 'new ' : 'FAIL'} snapshot ${name}: ${what}${isRewritten ? ', rewritten' : ' (--update accepts them)'}`,
    ...shown,
    ...(more > 0 ? [`       and ${more} more`] : []),
  ];
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function countOf({ verdicts, snapshot }: TestReport, outcome: Verdict['outcome']): number {
  const ofSnapshot = snapshot !== undefined && (snapshot.hasFailed ? 'failed' : 'passed');
  const ofVerdicts = verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return ofVerdicts + Number(ofSnapshot === outcome);
}

/** The table at the end, and its sums. */
async function totals(
  reports: readonly TestReport[],
  columns: number | undefined,
): Promise<string[]> {
  const outcomes = ['passed', 'warned', 'failed'] as const;
  const rows = reports.map((report) => [
    report.path,
    String(report.alertCount),
    ...outcomes.map((outcome) => String(countOf(report, outcome))),
    resultOf(report),
  ]);
  const sums = outcomes.map((outcome) =>
    reports.reduce((sum, report) => sum + countOf(report, outcome), 0),
  );
  const results = ['ok', 'FAIL', 'wrong'].map(
    (result) => reports.filter((report) => resultOf(report) === result).length,
  );
  return [
    ...(await tableLines(['test file', 'alerts', ...outcomes, 'result'], rows, columns)),
    `Test files    ${results.map((count, at) => `${count} ${['passed', 'failed', 'wrong'][at] ?? ''}`).join(', ')}`,
    `Expectations  ${sums.map((count, at) => `${count} ${outcomes[at] ?? ''}`).join(', ')}`,
  ];
}

async function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): Promise<string[]> {
  const table = await openTable(head);
  let text = '';
  const sink: RowSink = {
    columns,
    writeText: (more) => {
      text += more;
    },
  };
  rows.forEach((row) => {
    table.row(sink, row);
  });
  table.end(sink);
  return text.trimEnd().split('\n');
}

/** The same for machines; the documented names of the members. */
function jsonOf(report: TestReport) {
  const { path, alertCount, verdicts, mistakes, snapshot, findings } = report;
  return {
    test: path,
    result: { ok: 'passed', FAIL: 'failed' }[resultOf(report)] ?? 'wrong',
    alert_count: alertCount,
    expectations: verdicts.map(({ line, rule, outcome, expected, found, came, nearMisses }) => ({
      rule,
      outcome,
      expected,
      found,
      line: line ?? null,
      came,
      near_misses: nearMisses,
    })),
    snapshot:
      snapshot === undefined
        ? null
        : {
            path: snapshot.path,
            is_missing: snapshot.isMissing,
            is_rewritten: snapshot.isRewritten,
            differences: snapshot.differences.map(({ kind, lineNumber, line }) => ({
              kind,
              line_number: lineNumber,
              line,
            })),
          },
    mistakes: mistakes.map(({ code, what, where, why, fix }) => ({ code, what, where, why, fix })),
    damage: findings.filter(({ isLoss }) => isLoss).map(({ text }) => text),
    notices: findings.filter(({ isLoss }) => !isLoss).map(({ text }) => text),
  };
}
