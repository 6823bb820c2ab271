/** How a test file fared, as data. */
import type { Story } from '../../errors.js';
import type { SnapshotDifference, Verdict } from '../../expectations/index.js';
import type { Finding } from './replay-job.js';

/** How the snapshot of a test fared. */
export interface SnapshotReport {
  /** Relative to the current folder. */
  readonly path: string;
  /** None was there. */
  readonly isMissing: boolean;
  readonly differences: readonly SnapshotDifference[];
  /** Whether it was rewritten, on request. */
  readonly isRewritten: boolean;
  readonly hasFailed: boolean;
}

/** How one test file fared. */
export interface TestReport {
  /** Relative to the current folder. */
  readonly path: string;
  readonly alertCount: number;
  readonly verdicts: readonly Verdict[];
  /** What is wrong with the test, its rules or its captures; then nothing was judged. */
  readonly mistakes: readonly Story[];
  readonly snapshot: SnapshotReport | undefined;
  /** What was odd about its captures. */
  readonly findings: readonly Finding[];
  /** Rules that no event can fire. */
  readonly disabled: ReadonlySet<string>;
  readonly hasPassed: boolean;
}
