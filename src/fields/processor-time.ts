/** Processor time that procinfo events report. */
import type { Moment } from '../state/index.js';
import { EVENT } from '../events/index.js';

const MOST = 100;

/** Time used since the thread's last procinfo event; absent for other events, 0 for a thread's first. */
export function processorShare(
  moment: Moment,
  withUser: boolean,
  withSystem: boolean,
): number | undefined {
  const { thread, event } = moment;
  if (thread === undefined || event.code !== EVENT.PROCINFO_E) {
    return undefined;
  }
  const sum = (user: number, system: number): number =>
    (withUser ? Math.max(user, 0) : 0) + (withSystem ? Math.max(system, 0) : 0);
  const before = sum(thread.previousCpuUser, thread.previousCpuSystem);
  const now = sum(thread.cpuUser, thread.cpuSystem);
  if (before === 0) {
    return 0;
  }
  return now < before ? MOST : Math.min(now - before, MOST);
}
