/**
 * How the program ends: after everything that it wrote has been taken, with the worst exit code that was noted. Only here
 * does the process exit, and where a signal came (signals.ts).
 */
import { EXIT, exitCodeOf, type ExitCode } from './exit.js';
import { wasInterrupted } from '../interruption.js';
import { leave } from './signals.js';
import { isAsking } from './usage.js';

/**
 * Do `work`, and exit as it noted (`process.exitCode`), or as it failed.
 *
 * @param work - Notes how it ends in `process.exitCode`.
 * @param explain - Makes the mistake of a user out of what `work` throws, where it is one.
 */
export async function runAndLeave(
  work: () => Promise<unknown>,
  explain: (error: unknown) => unknown = (error) => error,
): Promise<void> {
  let failing: Promise<never> | undefined; // stdout says only by and by that its disk is full
  process.on('uncaughtException', (error) => {
    failing ??= exitOf(error).then(leave);
  });
  process.exitCode = EXIT.DONE;
  try {
    await work();
    await drained();
    await failing;
    leave(wasInterrupted() ? EXIT.INTERRUPTED : (process.exitCode as ExitCode));
  } catch (error) {
    const code = isAsking(error) ? EXIT.DONE : await exitOf(await explain(error));
    await drained();
    await outputsDrained();
    await failing;
    leave(code);
  }
}

/** Report what went wrong, unless the user ended it; the code that reports is loaded only then. */
async function exitOf(error: unknown): Promise<ExitCode> {
  if (wasInterrupted()) {
    return EXIT.INTERRUPTED; // whatever came of that
  }
  if (isClosedPipe(error)) {
    return EXIT.DONE;
  }
  const { reportFailure } = await import('../investigation/failure.js');
  return exitCodeOf([reportFailure(error)]);
}

/** Whoever read our output has enough of it. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** Until stdout has handed over what oclif printed through it (help, versions). */
function drained(): Promise<void> {
  if (process.stdout.writableLength === 0) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    process.stdout.write('', () => {
      resolve();
    });
  });
}

/** Wait until outputs have drained. The room is loaded only here, so that `--version` does not pay for it. */
async function outputsDrained(): Promise<void> {
  const { drained: areDrained } = await import('../output/index.js');
  await areDrained();
}
