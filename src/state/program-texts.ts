/** What a program was started with is kept as far as there is room: names, command line, environment. */
import { BOUND, FULL } from './budget.js';
import { commandLineBytes, nameBytes } from './holdings.js';
import { NO_TEXT } from './shared-text.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** What a clone, an exec or the process list says of the thread itself was set: keep it, or go without it. */
export function keepTexts(world: World, thread: Thread): void {
  const names = nameBytes(thread);
  if (names > 0 && !world.budget.take(BOUND.TEXT, names)) {
    world.losses.note('names', lossOf(thread), names);
    thread.comm = '';
    thread.exe = '';
    thread.cgroups = '';
  }
  const { args } = thread;
  if (args !== '' && !world.budget.take(BOUND.TEXT, commandLineBytes(thread))) {
    world.losses.note('commandLines', lossOf(thread), args.length);
    thread.args = '';
  }
}

/** The same for what its children inherit: the path of the executable and the environment. */
export function keepInherited(world: World, thread: Thread): void {
  const path = thread.exepath;
  if (path !== '' && !world.budget.take(BOUND.TEXT, path.length)) {
    world.losses.note('names', lossOf(thread), path.length);
    thread.executable = NO_TEXT;
  }
  const { env } = thread;
  if (env !== '' && !world.budget.take(BOUND.ENVIRONMENT, env.length)) {
    world.losses.note('environments', lossOf(thread), env.length);
    thread.environment = NO_TEXT;
  }
}

function lossOf(thread: Thread): string {
  return `the first is that of thread ${thread.tid}; ${FULL}`;
}
