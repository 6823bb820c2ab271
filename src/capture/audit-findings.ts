/**
 * What a log's reader has to tell. A hostile log can be nothing but broken lines, so each kind of finding is
 * told in full a few times and counted from then on.
 */
import type { Diagnostic, DiagnosticId } from '../diagnostics.js';

/** Findings of one kind that are told one by one. */
const TOLD_IN_FULL = 10;

/** Findings that only have a count: they concern events that were seen. */
const COUNTED: Readonly<Partial<Record<DiagnosticId, string>>> = {
  'audit/metadata-level': 'changes whose request was not recorded (level Metadata)',
  'audit/truncated-by-server': 'events from which the API server cut request and response',
  'audit/insight': 'CloudTrail Insights records passed over',
};

/** Diagnostics of one log, bounded in number. */
export class AuditFindings {
  readonly diagnostics: Diagnostic[] = [];
  readonly #counts = new Map<DiagnosticId, number>();
  #isFinished = false;

  /** Tell of something at `offset`; `detail` without a full stop. */
  add(id: DiagnosticId, offset: number | undefined, detail: string): void {
    if (this.count(id) <= TOLD_IN_FULL) {
      this.diagnostics.push({ id, offset, detail });
    }
  }

  /** Count something that needs no telling one by one. */
  count(id: DiagnosticId): number {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count;
  }

  /** Whether there was any of this kind. */
  has(id: DiagnosticId): boolean {
    return this.#counts.has(id);
  }

  /** The log has been read: tell the totals, once. */
  finish(): void {
    if (this.#isFinished) {
      return;
    }
    this.#isFinished = true;
    for (const [id, count] of this.#counts) {
      const what = COUNTED[id];
      if (what !== undefined) {
        this.diagnostics.push({ id, detail: `${count} ${what}` });
      } else if (count > TOLD_IN_FULL) {
        this.diagnostics.push({
          id,
          detail: `${count} of these in all; the first ${TOLD_IN_FULL} are told one by one`,
        });
      }
    }
  }
}
