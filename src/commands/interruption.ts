/** Ctrl-C and SIGTERM: the first ends what is being done in good order, the second ends the program at once. */

const controller = new AbortController();
let isListening = false;

/** What a signal aborts; listens for signals from the first call on. */
export function interruption(): AbortSignal {
  if (!isListening) {
    isListening = true;
    const interrupt = (): void => {
      controller.abort();
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  }
  return controller.signal;
}

/** Whether a signal came. */
export function wasInterrupted(): boolean {
  return controller.signal.aborted;
}
