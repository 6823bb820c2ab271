/** What reasons are found in, and how they speak of it. */
import { escapeLine } from '../../output/index.js';
import type { Funnel, Position, Silence, TraceNode } from '../../rules/index.js';
import type { ExplainPlan } from './plan.js';
import type { RuleWatch } from './watch.js';

/** One reason. */
export interface Reason {
  readonly id: string;
  /** One sentence, safe to show. */
  readonly text: string;
  /** What it is about, where that was written. */
  readonly at?: Position | undefined;
}

/** What reasons are found in. */
export interface Facts {
  readonly plan: ExplainPlan;
  readonly watch: RuleWatch;
  /** Why it could not have fired on this evidence. */
  readonly silence: Silence | undefined;
  /** Whether something of the evidence could not be read. */
  readonly isDamaged: boolean;
  /** The part of each funnel that nothing passed. */
  readonly deciding: readonly { readonly funnel: Funnel; readonly node: TraceNode | undefined }[];
}

const MAX_TEXT = 80;

/** A byte string in quotes, cut where it is long. */
export function quoted(bytes: string): string {
  return `"${escapeLine(bytes.length > MAX_TEXT ? `${bytes.slice(0, MAX_TEXT)}...` : bytes)}"`;
}
