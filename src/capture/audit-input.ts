/** Where the bytes of a log come from: inflated and in UTF-8, with what is known of the file they lie in. */
import type { Diagnostic } from '../diagnostics.js';
import type { TextEncoding } from './audit-encoding.js';
import type { EvidenceIdentity } from './reader.js';

/** A stream of inflated bytes. */
export interface AuditInput {
  /** Bytes read from disk so far, and the size of the file where it is known. */
  readonly bytesRead: number;
  readonly sizeBytes: number | undefined;
  /** Of the file; what is read is UTF-8. */
  readonly encoding: TextEncoding;
  /** Damage that inflating found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Read up to `end - start` bytes into `into` from index `start`; 0 at the end. Never rejects. */
  read(into: Buffer, start: number, end: number): Promise<number>;
  /** Drain what is left, close, and say what the file was. */
  close(): Promise<Omit<EvidenceIdentity, 'format'>>;
  /** Close without reading on. */
  abandon(): Omit<EvidenceIdentity, 'format'>;
}
