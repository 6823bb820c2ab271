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
