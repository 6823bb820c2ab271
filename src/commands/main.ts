/** The way in: finds the command and runs it. */
import { fileURLToPath } from 'node:url';
import { runAndLeave } from './ending.js';
import { usageError } from './usage.js';

/** Run the command line `argv` (without node and script) and exit. */
export async function main(argv: readonly string[]): Promise<void> {
  const words = usualWords(argv);
  await runAndLeave(
    () => runWords(words),
    (error) => usageError(error, argv),
  );
}

async function runWords(words: string[]): Promise<void> {
  if (words[0] === '--version') {
    const { toolVersion } = await import('../version.js');
    const { platform, arch, version } = process;
    process.stdout.write(`tiercel/${toolVersion()} ${platform}-${arch} node-${version}\n`);
    return;
  }
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { plainRun } = await import('./dispatch.js');
  const runPlainly = plainRun(words, root);
  if (runPlainly !== undefined) {
    await runPlainly();
    return;
  }
  const { run } = await import('@oclif/core/run');
  // no plugins: nobody's home folder is looked at, which may not even be readable
  await run(words, { root, userPlugins: false, devPlugins: false, jitPlugins: false });
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
