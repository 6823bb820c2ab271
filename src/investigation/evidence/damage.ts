/** What damage in the evidence means for the exit code. */
import { DIAGNOSTICS } from '../../diagnostics.js';
import type { ReplayResult } from '../../pipeline.js';
import { escapeText, evidenceName, say } from '../../output/index.js';
import { when, type Outcome } from '../outcome.js';
import { wasInterrupted } from '../../interruption.js';

/** Report what could not be read; damaged if anything was lost, unless that is allowed. */
export function reportDamage(result: ReplayResult, isAllowed: boolean): readonly Outcome[] {
  for (const { id, offset, detail } of result.diagnostics) {
    const label = DIAGNOSTICS[id].severity === 'data-loss' ? 'Damage' : 'Notice';
    const where = offset === undefined ? '' : ` at ${placeOf(offset, result)}`;
    say(`${label}: ${evidenceName(result.identity.path)}${where}: ${escapeText(detail)} (${id})`);
  }
  const isDamaged = hasLoss(result);
  return [...when(isDamaged && !isAllowed, 'damaged'), ...when(wasInterrupted(), 'interrupted')];
}

/** `byte 5`; in compressed evidence this is no byte of the file. */
export function placeOf(offset: number, { identity }: ReplayResult): string {
  return identity.compression === 'none' ? `byte ${offset}` : `uncompressed byte ${offset}`;
}

/** Whether something in the evidence was not seen. */
export function hasLoss(result: ReplayResult): boolean {
  return result.diagnostics.some(({ id }) => DIAGNOSTICS[id].severity === 'data-loss');
}
