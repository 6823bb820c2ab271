/**
 * Reading evidence is one long chain of promises that are fulfilled at once: without a pause the event loop would never
 * turn, and signals, timers and other streams would wait until the evidence is read.
 */

/** Signals are to be answered within 200 ms; a turn costs some microseconds. */
const TURN_EVERY_MS = 20;

let lastTurn = 0;

/** Whether the event loop has not turned for a while. */
export function isTurnDue(): boolean {
  return performance.now() - lastTurn > TURN_EVERY_MS;
}

/** Let the event loop turn once. */
export async function turn(): Promise<void> {
  await new Promise(setImmediate);
  lastTurn = performance.now();
}
