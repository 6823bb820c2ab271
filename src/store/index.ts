/** Alerts and context -> the SQLite case, and questions to it. See README.md. */
export { openCase, type Case } from './case.js';
export { dumpCase } from './dump.js';
export { planRuns } from './planned-runs.js';
export { queryCase, readCase, type Answer, type SqlValue } from './query.js';
export type { RunStart } from './run-start.js';
export { RunWriter, type RunEnd, type RunOutcome, type SilentRule } from './run-writer.js';
export { describeSchema } from './schema.js';
export { ALL_TABLES } from './tables-table.js';
export { VIEWS } from './views-table.js';
export { verifyCase, type RunCheck, type Verification } from './verify.js';
