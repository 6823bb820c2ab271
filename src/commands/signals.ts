/**
 * Ctrl-C and SIGTERM: the first ends what is being done in good order, the second ends the program at once. Work that
 * only waits (for a pipe that nobody writes to or reads from, for a server) has no say in it: it is given up.
 */
import { interrupt, interruption } from '../interruption.js';
import { EXIT, type ExitCode } from './exit.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** So long a signalled program may do nothing but wait, and so long it may go on in all, unless output is being taken. */
const WAITING_MS = 120;
const ENDING_MS = 3000;
const LOOK_EVERY_MS = 20;

let stopListening: () => void = () => undefined;

/** From now on the first signal aborts {@link interruption}; if that does not end the program, it is ended here. */
export function endOnSignals(): void {
  const listener = (): void => {
    if (interruption.aborted) {
      leave(EXIT.INTERRUPTED);
    }
    interrupt();
    void leaveIfIdle();
  };
  SIGNALS.forEach((signal) => process.on(signal, listener));
  stopListening = () => {
    SIGNALS.forEach((signal) => process.off(signal, listener));
  };
}

/** For `record`, which ends in its own way. */
export function leaveSignalsTo(listener: () => void): void {
  stopListening();
  SIGNALS.forEach((signal) => process.on(signal, listener));
}

/** End the program. */
export function leave(code: ExitCode): never {
  // eslint-disable-next-line no-restricted-properties -- the one place; an unread stdin must not keep us
  process.exit(code);
}

/** End when nothing has happened for a while: neither was work done here, nor output taken. */
async function leaveIfIdle(): Promise<void> {
  const { undrainedBytes } = await import('../output/index.js'); // loaded already, as a rule
  const started = performance.now();
  let since = performance.eventLoopUtilization();
  let undrained = undrainedBytes();
  setInterval(() => {
    const left = undrainedBytes();
    if (left < undrained) {
      since = performance.eventLoopUtilization();
    }
    undrained = left;
    const waited = performance.eventLoopUtilization(since).idle;
    if (waited > WAITING_MS || (left === 0 && performance.now() - started > ENDING_MS)) {
      leave(EXIT.INTERRUPTED);
    }
  }, LOOK_EVERY_MS).unref();
}
