/** What somebody asked of a hunt, in words. */
import type { Selection } from '../rules/selection.js';

/** Where a hunt's results are. */
export interface ResultsRequest {
  readonly results: string;
}

/** What is submitted. */
export interface SubmitRequest extends ResultsRequest, Selection {
  readonly folder: string;
  readonly rules?: readonly string[] | undefined;
  readonly match?: 'first' | 'all' | undefined;
}

/** How work is done. */
export interface WorkRequest extends ResultsRequest {
  /** Workers side by side; as many as there are processors where nothing is said. */
  readonly concurrency?: number | undefined;
  /** `I/N`: the I-th of N parts of the jobs. */
  readonly shard?: string | undefined;
}
