/** Many captures -> Parquet results, and questions to them. See README.md. */
export { compact, type Compaction } from './compaction.js';
export { ResultsDatabase, type HuntAnswer, type HuntTable } from './database.js';
export { Layout, newWriter } from './layout.js';
export {
  frozenRules,
  jobsOf,
  newestManifest,
  submit,
  type EvidenceFile,
  type HuntedEvidence,
  type HuntOptions,
  type Job,
  type Manifest,
} from './manifest.js';
export { parquetWriter, type ParquetColumn, type WriteParquet } from './parquet.js';
export { Results, type Failure, type Progress } from './results.js';
