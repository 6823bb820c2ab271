/** What ran at some events: scripts, and the files that programs of a name really are. Names are byte strings, and an attacker's. */
import type { Thread } from '../../state/index.js';

/** Scripts, names and paths that are kept. */
const MAX_KEPT = 4096;

/** Programs that run scripts, by their file's name. */
const INTERPRETERS =
  /^(?:(?:ba|da|a|z|k|mk|c|tc|fi)?sh|busybox|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*|lua[\d.]*|pwsh|Rscript|tclsh[\d.]*)$/;
/** Options behind which code stands, or a module's name: no script follows. */
const GIVES_CODE = /^-(?:[a-zA-Z]*[ce]|m|-eval|-command)$/;

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Counts what ran, with the number of events. */
export class Programs {
  /** Files that interpreters were started with, as they were named. */
  readonly scripts = new Map<string, number>();
  /** Paths of programs by the name of their process, where the file has another name. */
  readonly paths = new Map<string, Map<string, number>>();
  #pathCount = 0;
  /** The thread that was looked at last, and what it ran: most events are of the one before. */
  #last: Pick<Thread, 'args' | 'comm' | 'exepath'> = { args: '', comm: '', exepath: '' };
  #file = '';
  #script: string | undefined;

  /** To be called with the thread of each event. */
  note({ args, comm, exepath }: Thread): void {
    const last = this.#last;
    if (args !== last.args || comm !== last.comm || exepath !== last.exepath) {
      this.#last = { args, comm, exepath };
      this.#file = baseName(exepath);
      this.#script = args === '' ? undefined : scriptOf(args, [this.#file, comm]);
    }
    this.#count(comm, exepath);
  }

  #count(comm: string, exepath: string): void {
    const [file, script] = [this.#file, this.#script];
    if (script !== undefined && (this.scripts.has(script) || this.scripts.size < MAX_KEPT)) {
      this.scripts.set(script, (this.scripts.get(script) ?? 0) + 1);
    }
    if (file !== '' && file !== comm) {
      this.#notePath(comm, exepath);
    }
  }

  #notePath(comm: string, path: string): void {
    const known = this.paths.get(comm) ?? new Map<string, number>();
    const count = known.get(path) ?? 0;
    if (count === 0) {
      if (this.#pathCount >= MAX_KEPT) {
        return;
      }
      this.#pathCount += 1;
      this.paths.set(comm, known);
    }
    known.set(path, count + 1);
  }
}

/** The first argument of an interpreter that is no option. Arguments end with a zero byte each. */
function scriptOf(args: string, names: readonly string[]): string | undefined {
  if (!names.some((name) => INTERPRETERS.test(name))) {
    return undefined;
  }
  for (const argument of args.split('\0')) {
    if (GIVES_CODE.test(argument)) {
      return undefined;
    }
    if (argument !== '' && !argument.startsWith('-')) {
      return argument;
    }
  }
  return undefined;
}
