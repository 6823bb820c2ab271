/** What a run is about: known before its evidence is opened. */
import type { Rule } from '../rules/index.js';

/** A file that names what the capture does not. */
export interface MetadataFileOfRun {
  readonly path: string;
  readonly sha256: string;
  readonly kind: string;
  /** Whose accounts it holds; empty for the host's, and for other files. */
  readonly containerId: string;
  readonly entryCount: number;
}

/** What decides whether two runs are the same, beside the content of the evidence. */
export interface RunStart {
  /** Evidence as given. */
  readonly path: string;
  /** Size on disk, in bytes, where it is known before the evidence is read. */
  readonly sizeBytes?: number | undefined;
  readonly toolVersion: string;
  readonly ruleFiles: readonly { readonly path: string; readonly sha256: string }[];
  readonly rulesSha256: string;
  readonly metadataFiles?: readonly MetadataFileOfRun[] | undefined;
  /** Options that change results, as JSON with sorted keys. */
  readonly options: string;
  readonly rules: readonly Rule[];
  /** Its row, where `planRuns` made one. */
  readonly plannedId?: bigint | undefined;
}
