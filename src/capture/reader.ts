/**
 * What every kind of evidence offers to the conveyor: refill asynchronously, then step through what
 * is buffered without waiting. The inner loop of a replay is therefore synchronous.
 */
import type { Diagnostic } from '../diagnostics.js';
import type { Metadata } from './metadata.js';
import type { EventRecord } from './record.js';

/** What `next()` found. Numbers, because the answer is tested once per record. */
export const NEXT = {
  /** Nothing whole is buffered: call `fill()`. */
  NEED_MORE: 0,
  /** `record` holds the next event record. */
  EVENT: 1,
  /** `metadata` holds the content of a metadata block. */
  METADATA: 2,
  /** A section begins, the first one too: the machine's state starts anew. */
  SECTION: 3,
} as const;
export type Next = (typeof NEXT)[keyof typeof NEXT];

/** What is known about a piece of evidence when it has been read. */
export interface EvidenceIdentity {
  readonly path: string;
  /**
   * Lower-case hex SHA-256 of the file as it is on disk (compressed, if it is); `undefined` if nobody asked for it, or
   * the file is `incomplete`: the hash of a part never stands for the whole.
   */
  readonly sha256: string | undefined;
  /** Why this is not known of the file as a whole (a read error, an end that came early, a hash that was not made); `undefined` if it is. */
  readonly incomplete: string | undefined;
  /** Size on disk when it was opened, in bytes, also where not all of it was read; of a stream, what was read. */
  readonly sizeBytes: number;
  readonly format: 'scap' | 'k8s_audit' | 'cloudtrail';
  readonly compression: 'none' | 'gzip' | 'zstd';
}

/** A stream of records and metadata, from a file or stdin, in constant memory. */
export interface EvidenceReader {
  /** Reused for every record. */
  readonly record: EventRecord;
  /** The content of the metadata block that `next()` just announced. */
  readonly metadata: Metadata;
  /** Where the section begins that `next()` just announced, in the uncompressed evidence; logs have none. */
  readonly sectionOffset: number;
  /** Findings so far (damage, unknown blocks), in order of offset. */
  readonly diagnostics: readonly Diagnostic[];
  /** Bytes read from disk so far, and the size of the file where it is known: for progress. */
  readonly bytesRead: number;
  readonly sizeBytes: number | undefined;
  /** Load more; `false` at the end of the evidence. */
  fill(): Promise<boolean>;
  next(): Next;
  /** The whole block of what `next()` just found, for copying: a view, valid until the next call. */
  block(): Uint8Array;
  /** Drain what is left, close, and say what the evidence was. Can be called at any point. */
  close(): Promise<EvidenceIdentity>;
  /**
   * Close at once, also while `fill()` or `close()` is pending, and say what is known of the evidence: no SHA-256, and
   * the size that the file had when it was opened (of a stream: what was read of it).
   */
  abandon(): EvidenceIdentity;
}
