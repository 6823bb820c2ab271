/** What a program was started with is kept as far as there is room: names, command line, environment. */
import { BOUND, FULL } from './budget.js';
import { commandLineBytes, nameBytes } from './holdings.js';
import { NO_TEXT } from './shared-text.js';
import type { Thread } from './thread.js';
import type { World } from './world.js';

/** Names and command lines of usual length are kept as long as their threads are; longer ones are given up earlier. */
const USUAL_NAME_BYTES = 256;
const USUAL_TEXT_BYTES = 2048;

/** What a clone, an exec or the process list says of the thread itself was set: keep it, or go without it. */
export function keepTexts(world: World, thread: Thread): void {
  const names = nameBytes(thread);
  if (names > 0 && !world.budget.take(boundOf(names, USUAL_NAME_BYTES), names)) {
    world.losses.note('names', lossOf(thread), names);
    thread.comm = '';
    thread.exe = '';
    thread.cgroups = '';
  }
  const { args } = thread;
  if (
    args !== '' &&
    !world.budget.take(boundOf(args.length, USUAL_TEXT_BYTES), commandLineBytes(thread))
  ) {
    world.losses.note('commandLines', lossOf(thread), args.length);
    thread.args = '';
  }
}

/** The same for what its children inherit: the path of the executable and the environment. */
export function keepInherited(world: World, thread: Thread): void {
  const path = thread.exepath;
  if (path !== '' && !world.budget.take(boundOf(path.length, USUAL_NAME_BYTES), path.length)) {
    world.losses.note('names', lossOf(thread), path.length);
    thread.executable = NO_TEXT;
  }
  const { env } = thread;
  if (env !== '' && !world.budget.take(BOUND.ENVIRONMENT, env.length)) {
    world.losses.note('environments', lossOf(thread), env.length);
    thread.environment = NO_TEXT;
  }
}

function boundOf(bytes: number, usual: number): number {
  return bytes <= usual ? BOUND.THREAD : BOUND.TEXT;
}

function lossOf(thread: Thread): string {
  return `the first is that of thread ${thread.tid}; ${FULL}`;
}
