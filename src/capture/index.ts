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
export { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
export { EventRecord } from './record.js';
