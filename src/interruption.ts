/** What a signal ends: every wait and every long computation looks here. Who listens to signals is `commands/signals.ts`. */

/** Thrown by work that a signal ended; it is not reported. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const controller = new AbortController();

/** Aborted by the first signal, with {@link Interrupted} as its reason. */
export const interruption: AbortSignal = controller.signal;

/** Whether a signal came. */
export function wasInterrupted(): boolean {
  return interruption.aborted;
}

/** Abort {@link interruption}. */
export function interrupt(): void {
  controller.abort(new Interrupted());
}
