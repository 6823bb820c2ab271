/** Alerts and context -> the SQLite case, and questions to it. See README.md. */
export type { ConnectionActivity, ConnectionEnd, Direction, FileActivity } from './activity.js';
export { openCase, type Case } from './case.js';
export { copyCase } from './copy.js';
export { readColumns, type TableColumns } from './columns.js';
export {
  CaseReader,
  type AlertFacts,
  type ConnectionFacts,
  type FileFacts,
  type IncidentFacts,
  type ProcessFacts,
  type RequestFacts,
  type RunFacts,
} from './case-reader.js';
export { dumpCase } from './dump.js';
export { FINDINGS_SQL, timelineSql } from './exports-table.js';
export { FLAT_TABLES, flatRows, type FlatColumn, type FlatTable } from './flat-tables.js';
export type { Grouping } from './incident-rows.js';
export { planRuns } from './planned-runs.js';
export { QUESTIONS, type Question } from './questions-table.js';
export { isTimeColumn, queryCase, type Answer, type AnswerColumn, type SqlValue } from './query.js';
export { readCase, statementsOf } from './reading.js';
export type { RunStart } from './run-start.js';
export type { AlertGroup, Drop, RunEnd, RunOutcome, SilentRule } from './run-end.js';
export { RunWriter } from './run-writer.js';
export { describeSchema } from './schema.js';
export { ALL_TABLES } from './tables-table.js';
export { VIEWS } from './views-table.js';
export { verifyCase, type RunCheck, type Verification } from './verify.js';
