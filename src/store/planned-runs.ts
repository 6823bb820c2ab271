/**
 * Rows for runs that are yet to begin. They are made before the first of them begins, so that a case says which evidence an
 * analysis did not come to, however it ended: a signal, a kill, a full disk.
 */
import type { Diagnostic } from '../diagnostics.js';
import { caseError, type Case } from './case.js';
import { diagnosticRow, runRow } from './row-values.js';
import { RowWriter } from './row-writer.js';
import type { RunStart } from './run-start.js';

/**
 * Store a run for each path, incomplete, with `finding` as its only diagnostic; beginning it takes that back.
 *
 * @param target - The case.
 * @param start - What all of the runs share.
 * @param paths - Evidence as given; a path that stands there twice has one row.
 * @param finding - Why nothing of the evidence is in the case.
 * @returns Numbers of the runs, by path.
 * @throws {UserError} `CASE_FULL`, `CASE_UNUSABLE`; then none was stored.
 */
export function planRuns(
  target: Case,
  start: Omit<RunStart, 'path' | 'sizeBytes' | 'plannedId'>,
  paths: readonly string[],
  finding: Diagnostic,
): Map<string, bigint> {
  const rows = new RowWriter(target.database);
  const planned = new Map<string, bigint>();
  const plan = target.database.transaction(() => {
    for (const path of new Set(paths)) {
      rows.runId = rows.insert('runs', runRow({ ...start, path }));
      if (rows.runId !== null) {
        planned.set(path, rows.runId);
        rows.insert('diagnostics', diagnosticRow(finding, 1));
      }
    }
  });
  try {
    plan.immediate();
  } catch (error) {
    throw caseError(target.path, error);
  }
  return planned;
}
