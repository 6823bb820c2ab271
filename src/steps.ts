/**
 * Long computations in small steps. Without a pause the event loop would never turn, and signals, timers and other
 * streams would wait until the work is done. Reading evidence is such work too: one long chain of promises that are
 * fulfilled at once.
 */

/** Signals are to be answered within 200 ms; a turn costs some microseconds. */
const TURN_EVERY_MS = 20;

/** Work that may be paused wherever it yields: every millisecond or so. */
export type Steps<T> = Generator<undefined, T, undefined>;

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

/** Do all of the work without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/**
 * Do the work, and let the event loop turn in between.
 *
 * @param steps - The work.
 * @param signal - Gives the work up when it is aborted; the promise is rejected with its reason.
 */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    if (isTurnDue()) {
      await turn();
      signal?.throwIfAborted();
    }
  }
}
