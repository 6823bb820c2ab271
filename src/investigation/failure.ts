/**
 * What is printed about what went wrong. The user's mistakes are reported as what, where, why and what to do; our
 * own as a stack.
 */
import { reasonOf, type Story, UserError } from '../errors.js';
import { escapeText, evidenceName, say } from '../output/index.js';
import type { Outcome } from './outcome.js';
import { Interrupted } from '../interruption.js';

/** Print what went wrong; says what to exit with. */
export function reportFailure(error: unknown): Outcome {
  if (error instanceof Interrupted) {
    return 'interrupted';
  }
  const story = storyOf(error);
  if (story !== undefined) {
    say(tell(story));
    return 'mistake';
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  say('This is a bug in tiercel, not in your evidence or rules; the lines above say where.');
  return 'bug';
}

/** The story of an error that the user can mend; `undefined` for a bug. */
export function storyOf(error: unknown): Story | undefined {
  if (error instanceof UserError) {
    return error.story;
  }
  if (error instanceof Error && isUnloadable(error)) {
    return rebuildStory(error.message);
  }
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    return environmentStory(error as NodeJS.ErrnoException);
  }
  return undefined;
}

/** Its native module is not there, or is one of another Node.js or machine. */
function isUnloadable(error: Error): boolean {
  const isForAnother = 'code' in error && error.code === 'ERR_DLOPEN_FAILED';
  return (
    isForAnother ||
    error.message.startsWith(NOT_BUILT) ||
    error.message.includes('NODE_MODULE_VERSION')
  );
}

/** As the package `bindings` says it. */
const NOT_BUILT = 'Could not locate the bindings file';
const PACKAGES = /(\/[^'"\n]*?)\/node_modules\/better-sqlite3\//;

/** Native modules are built for one version of Node.js; after an update the old build is still there. */
function rebuildStory(message: string): Story {
  const [, folder] = PACKAGES.exec(message) ?? [];
  const why = message.startsWith(NOT_BUILT)
    ? 'it was not built, as when packages are installed with --ignore-scripts'
    : `it was built for another Node.js than this one (${process.version}), or for another machine`;
  return {
    code: 'REBUILD_NEEDED',
    what: 'Cannot load the module that reads and writes cases',
    where: folder === undefined ? 'better-sqlite3' : `${folder}/node_modules/better-sqlite3`,
    why,
    fix:
      folder === undefined
        ? 'run "npm rebuild better-sqlite3" in the folder of tiercel'
        : `run: cd '${folder}' && npm rebuild better-sqlite3`,
  };
}

/** A system call of ours that failed where nobody expected it: the environment's fault. */
function environmentStory(error: NodeJS.ErrnoException): Story {
  return {
    code: 'ENVIRONMENT',
    what: `Cannot ${error.syscall ?? 'go on'}`,
    where: error.path,
    why: reasonOf(error),
    fix: 'mend that, and run the command again',
  };
}

/** A story in lines. What it quotes may be an attacker's: nothing in it can forge a line. */
export function tell(story: Story): string {
  const lines = [`Error: ${lined(story.what)}`];
  if (story.where !== undefined && story.where !== '') {
    lines.push(`  where: ${evidenceName(story.where)}`);
  }
  lines.push(`  why: ${lined(story.why)}`, `  Code: ${story.code}`);
  if (story.fix !== undefined) {
    lines.push(`  Try this: ${lined(story.fix)}`);
  }
  return lines.join('\n');
}

/** Our own texts may have several lines (an underlined place in a rule); each is made safe by itself. */
function lined(text: string): string {
  return text.split('\n').map(escapeText).join('\n    ');
}
