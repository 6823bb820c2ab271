/** The way in: finds the command and runs it. */
import { run } from '@oclif/core/run';
import { fileURLToPath } from 'node:url';
import { compileLess } from './compiler.js';
import { runAndLeave } from './ending.js';
import { usageError } from './usage.js';

/** Run the command line `argv` (without node and script) and exit. */
export async function main(argv: readonly string[]): Promise<void> {
  compileLess();
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await runAndLeave(
    // no plugins: nobody's home folder is looked at, which may not even be readable
    () => run(usualWords(argv), { root, userPlugins: false, devPlugins: false, jitPlugins: false }),
    (error) => usageError(error, argv),
  );
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
