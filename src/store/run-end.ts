/** What the writer of a run is given of its alerts, and at its end. */
import type { EvidenceIdentity, MachineMetadata, Section } from '../capture/index.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Rule } from '../rules/index.js';
import type { Grouping } from './incident-rows.js';

/** A rule that could not fire on the evidence of a run. */
export interface SilentRule {
  readonly rule: Rule;
  /** A stable word. */
  readonly reason: string;
  /** One sentence. */
  readonly detail: string;
}

/** What a replay counted in its evidence. */
export interface EvidenceCounts {
  readonly machine: MachineMetadata | undefined;
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  readonly recordCount: number;
  readonly eventCount: number;
}

/** What is known at the end of a run. */
export interface RunEnd extends EvidenceCounts {
  /** Its SHA-256 is known only if the evidence was read to its end; without one no run is complete. */
  readonly identity: EvidenceIdentity;
  readonly diagnostics: readonly Diagnostic[];
  /** Rules that could not fire; the others could have. */
  readonly silent?: readonly SilentRule[];
  readonly isComplete: boolean;
  /** Spans in which the recorder lost events. */
  readonly drops?: readonly Drop[];
  /** Captures in the file. */
  readonly sections?: readonly Section[];
}

/** A span in which events were lost: ends that the recorder does not report are `undefined`. */
export interface Drop {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
  /** How many such spans it stands for. */
  readonly times: number;
  readonly eventNumber: number;
  readonly offset: number;
}

/** What became of a run, and what of it the case could not take. */
export interface RunOutcome {
  /** `known`: the same run is there, complete, and this one was taken back. */
  readonly fate: 'added' | 'known' | 'incomplete';
  readonly losses: readonly Diagnostic[];
}

/** What an alert belongs to, and the process of its lineage where that begins. */
export interface AlertGroup {
  readonly grouping: Grouping;
  readonly rootPid: number | undefined;
}
