/** What a process was called with, as text: command lines, arguments, environment. */
import { MAX_ANCESTORS, splitList, type Moment, type Thread } from '../state/index.js';

/** The texts of a thread, and what they were made of. */
interface Texts {
  readonly comm: string;
  readonly args: string;
  readonly argumentsText: string;
  readonly commandLine: string;
}

/** Rules ask for the same lines again and again, of a process and as somebody's ancestor: a twentieth of a replay. */
const TEXTS = new WeakMap<Thread, Texts>();

function textsOf(thread: Thread): Texts {
  const { comm, args } = thread;
  const known = TEXTS.get(thread);
  if (known?.comm === comm && known.args === args) {
    return known;
  }
  const argumentsText = args.replaceAll('\0', ' ');
  const commandLine = args === '' ? comm : `${comm} ${argumentsText}`;
  const texts = { comm, args, argumentsText, commandLine };
  TEXTS.set(thread, texts);
  return texts;
}

/** Arguments with blanks between them. */
export function argumentsText(thread: Thread): string {
  return textsOf(thread).argumentsText;
}

/** Name and arguments. */
export function commandLine(thread: Thread): string {
  return textsOf(thread).commandLine;
}

/** First argument (argv[0]) and the others; a blank stands between them even if there are none. */
export function executableLine(thread: Thread): string {
  return `${thread.exe} ${argumentsText(thread)}`;
}

/** Environment with blanks between the variables. */
export function environmentText(moment: Moment, thread: Thread): string {
  return moment.world.environmentOf(thread).replaceAll('\0', ' ');
}

/** Value of a variable without blanks around it; empty where there is none. */
export function environmentVariable(moment: Moment, thread: Thread, name: string): string {
  const prefix = `${name}=`;
  for (const variable of splitList(moment.world.environmentOf(thread))) {
    if (variable.length > prefix.length && variable.startsWith(prefix)) {
      return variable.slice(prefix.length).replaceAll(/^ +| +$/g, '');
    }
  }
  return '';
}

/** How far up a variable is looked for. */
const MAX_GENERATIONS = 20;

/** Value of a variable in the nearest ancestor that has it; empty where none has. */
export function inheritedVariable(moment: Moment, name: string): string {
  const { thread, world } = moment;
  let current = thread && world.mainThreadOf(thread);
  for (let i = 0; i < MAX_GENERATIONS && current !== undefined; i += 1) {
    current = world.thread(current.ptid);
    const value = current === undefined ? '' : environmentVariable(moment, current, name);
    if (value !== '') {
      return value;
    }
  }
  return '';
}

/** Environment of an ancestor; empty where the process itself is not known. */
export function environmentOfAncestor(moment: Moment, generations: number): string | undefined {
  const { thread, world } = moment;
  let current = thread && world.mainThreadOf(thread);
  if (current === undefined) {
    return '';
  }
  for (let i = 0; i < Math.min(generations, MAX_ANCESTORS) && current !== undefined; i += 1) {
    current = world.thread(current.ptid);
  }
  return current && environmentText(moment, current);
}
