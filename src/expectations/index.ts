/** Alerts against what a test file expects. See README.md. */
export { fieldsAskedFor, judge, type NearMiss, type SeenAlert, type Verdict } from './judge.js';
export {
  compareSnapshot,
  snapshotLines,
  snapshotText,
  type SnapshotDifference,
} from './snapshot.js';
export { testFileText, type NewTest } from './write-test-file.js';
export {
  parseTestFile,
  readTestFile,
  type ReadTestFile,
  type Expectation,
  type TestFile,
} from './test-file.js';
