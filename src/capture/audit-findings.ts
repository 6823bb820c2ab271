/**
 * What a log's reader has to report. A hostile log can be nothing but broken lines, so each kind of finding is
 * reported in full a few times and counted from then on.
 */
import type { Diagnostic, DiagnosticId } from '../diagnostics.js';

/** Findings of one kind that are reported one by one. */
const REPORTED_IN_FULL = 10;

/** Findings that only have a count: they concern events that were seen, or things that are no events. */
// prettier-ignore
const COUNTED: Readonly<Partial<Record<DiagnosticId, (count: number, name: string) => string>>> = {
  'audit/metadata-level': (count) => `${count} changes whose request was not recorded (level Metadata)`,
  'audit/truncated-by-server': (count) => `${count} events from which the API server cut request and response`,
  'audit/insight': (count) => `${count} CloudTrail Insights records passed over`,
  'audit/wrapped': (count, name) => `${plural(count, 'event')} taken out of ${name}`,
  'audit/other-text': (count, name) => `${count} ${name} passed over`,
  'audit/old-time': (count) => `${plural(count, 'event')} without stageTimestamp; their time is that of timestamp`,
  'audit/rebuilt': (count) => `${plural(count, 'event')} rebuilt from Cloud Audit Logs of GKE: groups and impersonated users are not known, the status of calls that succeeded is inferred`,
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Diagnostics of one log, bounded in number. */
export class AuditFindings {
  readonly diagnostics: Diagnostic[] = [];
  /** By kind, then by name: texts put together as keys would be hashed anew for each event. */
  readonly #counts = new Map<DiagnosticId, Map<string, number>>();
  #isFinished = false;

  /** Report something at `offset`; `detail` without a full stop. */
  add(id: DiagnosticId, offset: number | undefined, detail: string): void {
    if (this.count(id) <= REPORTED_IN_FULL) {
      this.diagnostics.push({ id, offset, detail });
    }
  }

  /** Count something that needs no report one by one; `name` says what, by the words of a table of ours, never of a log. */
  count(id: DiagnosticId, name = ''): number {
    let counts = this.#counts.get(id);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(id, counts);
    }
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  }

  /** Whether there was any of this kind. */
  has(id: DiagnosticId): boolean {
    return this.#counts.has(id);
  }

  /** The log has been read, as far as it is: report the totals, once. */
  finish(): void {
    if (this.#isFinished) {
      return;
    }
    this.#isFinished = true;
    for (const [id, counts] of this.#counts) {
      counts.forEach((count, name) => {
        this.#finishKind(id, name, count);
      });
    }
  }

  #finishKind(id: DiagnosticId, name: string, count: number): void {
    const totals = COUNTED[id];
    if (totals !== undefined) {
      this.diagnostics.push({ id, detail: totals(count, name) });
    } else if (count > REPORTED_IN_FULL) {
      this.diagnostics.push({
        id,
        detail: `${count} of these in all; the first ${REPORTED_IN_FULL} are reported one by one`,
      });
    }
  }
}
