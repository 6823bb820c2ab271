/** Matches -> alerts: templates, times, context. See README.md. */
export {
  AlertBuilder,
  type Alert,
  type AlertOptions,
  type ExtraField,
  type TimeFormat,
} from './alert.js';
export { isRoutine, snapshotAudit, type AuditSnapshot } from './audit-snapshot.js';
export { compileTemplate, type Column, type OutputField, type Template } from './template.js';
export { containerAt, type ContainerSnapshot, type Owner } from './container-snapshot.js';
export { writeJson, type JsonObject, type JsonValue } from './json.js';
export { snapshotLineage, type ProcessSnapshot } from './process-snapshot.js';
export { compileWords, templateOfWords } from './words.js';
