/**
 * The way in: finds the command, runs it, and ends the program. Only here does the process exit, and only
 * after everything it wrote has been taken.
 */
import { run } from '@oclif/core/run';
import { fileURLToPath } from 'node:url';
import { compileLess } from './compiler.js';
import { EXIT, type ExitCode } from './exit.js';
import { isAsking, usageError } from './usage.js';

/** Run the command line `argv` (without node and script) and exit. */
export async function main(argv: readonly string[]): Promise<void> {
  compileLess();
  let failing: Promise<never> | undefined; // stdout says only by and by that its disk is full
  process.on('uncaughtException', (error) => {
    failing ??= exitOf(error).then(leave);
  });
  process.exitCode = EXIT.DONE;
  try {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    // no plugins: nobody's home folder is looked at, which may not even be readable
    await run(usualWords(argv), { root, userPlugins: false, devPlugins: false, jitPlugins: false });
    await drained();
    await failing;
    leave(process.exitCode as ExitCode);
  } catch (error) {
    const code = isAsking(error) ? EXIT.DONE : await exitOf(await usageError(error, argv));
    await drained();
    await failing;
    leave(code);
  }
}

/** Tell what went wrong, if that is anybody's concern. What tells it is loaded for that only. */
async function exitOf(error: unknown): Promise<ExitCode> {
  if (isClosedPipe(error)) {
    return EXIT.DONE;
  }
  const { reportFailure } = await import('./failure.js');
  return reportFailure(error);
}

/** Words that people try first: `help analyze`, `analyze -h`, `-v`. */
function usualWords(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  if (first === 'help') {
    return [...rest, '--help'];
  }
  if (first === '-v' || first === '-V') {
    return ['--version'];
  }
  return first === '-h' || argv.at(-1) === '-h' ? [...argv.slice(0, -1), '--help'] : [...argv];
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

function leave(code: ExitCode): never {
  // eslint-disable-next-line no-restricted-properties -- the one place; an unread stdin must not keep us
  process.exit(code);
}
