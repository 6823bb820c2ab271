/** Bytes <-> blocks. See README.md. */
export type {
  Metadata,
  MachineMetadata,
  ProcessEntry,
  FdEntry,
  InterfaceEntry,
  UserEntry,
  GroupEntry,
} from './metadata.js';
export { createCapture, type CaptureWriter, type EventFacts } from './capture-writer.js';
export type { CaptureOptions } from './capture-file.js';
export { encode, type EndPoint } from './encode.js';
export { openEvidence, surveyFolder } from './open.js';
export { isFolder } from './folder.js';
export { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
export { EventRecord } from './record.js';
export { isObject, parseJson, type JsonObject } from './audit-json.js';
export { AuditReader } from './audit-reader.js';
export {
  compactJson,
  findJson,
  indentJson,
  indexOf,
  type JsonPath,
  type JsonSpan,
} from './json-text.js';
export { Sections, type Section } from './sections.js';
