/**
 * Every way an analysis can be less than complete. One row each; ids are stable. A diagnostic is a
 * value, never an exception: analysis goes on, and the summary says what was not seen.
 */

interface DiagnosticRow {
  /** `data-loss`: something in the evidence was not seen; `notice`: seen, and worth telling. */
  readonly severity: 'data-loss' | 'notice';
  readonly doc: string;
}

// prettier-ignore
export const DIAGNOSTICS = {
  'audit/broken-json': {
    severity: 'data-loss',
    doc: 'A line (or a record) of the log is not JSON, so whatever it told was not seen; reading went on behind it. Usual cause: two writers on one file, or a full disk.',
  },
  'audit/truncated-log': {
    severity: 'data-loss',
    doc: 'The log ends inside a record. Usual cause: it was copied while it was being written. Copy it again, or treat the end time as a lower bound.',
  },
  'audit/oversized-event': {
    severity: 'data-loss',
    doc: 'A record is longer than 16 MiB and was not read: an API server truncates its events to far less. Memory stays bounded however long a line is.',
  },
  'audit/no-time': {
    severity: 'data-loss',
    doc: 'An audit event has no usable time (stageTimestamp, or eventTime in CloudTrail), so it has no place among the others and was not seen.',
  },
  'audit/other-json': {
    severity: 'notice',
    doc: 'JSON between the events that is no audit event; passed over. In a folder: a file that holds no audit events.',
  },
  'audit/insight': {
    severity: 'notice',
    doc: 'CloudTrail Insights records are statistics about calls, not calls; passed over, as the reference does.',
  },
  'audit/metadata-level': {
    severity: 'notice',
    doc: 'The audit policy recorded changes without their request: what a pod or a role would be is not known, so rules about it cannot fire. Ask for level Request or RequestResponse.',
  },
  'audit/truncated-by-server': {
    severity: 'data-loss',
    doc: 'The API server cut request and response out of an event because it was too large (--audit-log-truncate-enabled), so fields about them are missing.',
  },
  'capture/truncated-block': {
    severity: 'data-loss',
    doc: 'The file ends inside a block, so events after this offset were never read. Usual cause: the recorder was killed. Re-copy the file, or treat the end time as a lower bound.',
  },
  'events/unknown-code': {
    severity: 'data-loss',
    doc: 'The capture holds events with numbers beyond the event table: a newer recorder wrote it. They were skipped and counted; nothing of them was seen.',
  },
  'events/params-beyond-record': {
    severity: 'data-loss',
    doc: 'An event claims more parameter bytes than its record has. The parameters that reach beyond it are treated as absent; the rest of the event was used.',
  },
} as const satisfies Record<string, DiagnosticRow>;

export type DiagnosticId = keyof typeof DIAGNOSTICS;

/** One finding about the evidence. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  /** Offset in the uncompressed evidence, in bytes. */
  readonly offset?: number | undefined;
  /** What was found there, in one sentence. */
  readonly detail: string;
}
