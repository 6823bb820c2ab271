/** What calls do to files: opens, executions, and what changes names, modes and owners. */
import { EVENT, EVENT_TABLE, paramsOf, RESULT, type Event } from '../../../events/index.js';
import {
  directoryOf,
  joinPath,
  type FileDescriptor,
  type Moment,
  type Place,
  type Thread,
} from '../../../state/index.js';
import type { Books } from './books.js';
import {
  CHANGING_OPEN,
  FILE_CALLS,
  OPEN_BITS,
  OPEN_CALLS,
  type FileCall,
  type OpenCall,
  type PathAt,
} from './file-events-table.js';
import { type Book, FileTally } from './tallies.js';

const EXECVE_ENTER = paramsOf(EVENT.EXECVE_19_E);
const EXECVEAT_ENTER = paramsOf(EVENT.EXECVEAT_E);
const EXEC = paramsOf(EVENT.EXECVE_19_X);

/** Events by which a program executes another, in the newest layout. */
const EXECUTIONS: ReadonlySet<number> = new Set([EVENT.EXECVE_19_X, EVENT.EXECVEAT_X]);

/** Codes of the events that are looked at. */
export const FILE_EVENTS: readonly number[] = [
  ...FILE_CALLS.keys(),
  ...OPEN_CALLS.keys(),
  ...EXECUTIONS,
];

/** By code: whether the event opens a file. */
const IS_OPEN = Uint8Array.from(EVENT_TABLE, ({ code }) => (OPEN_CALLS.has(code) ? 1 : 0));

/** Counts what is done to files. */
export class FileWatch {
  /** Whether files count that are only read. */
  readonly countsReads: boolean;
  readonly #books: Books;

  constructor(books: Books, countsReads: boolean) {
    this.#books = books;
    this.countsReads = countsReads;
  }

  /** Whether there is anything to note: most opens only read, and their descriptor says so at once. */
  isNoted({ event, fd }: Moment): boolean {
    return IS_OPEN[event.code] === 0 || this.countsReads || fd === undefined || isChanging(fd);
  }

  /** Look at an event; `false` if it is none of {@link FILE_EVENTS}. */
  look(moment: Moment, thread: Thread): boolean {
    const { code } = moment.event;
    const open = OPEN_CALLS.get(code);
    const call = FILE_CALLS.get(code);
    if (open !== undefined) {
      this.#open(moment, thread, open);
    } else if (call !== undefined) {
      this.#change(moment, thread, call);
    } else if (EXECUTIONS.has(code)) {
      this.#execute(moment, thread);
    } else {
      return false;
    }
    return true;
  }

  /** An alert is about this event: the file that it opens or reads counts, though it is only read. */
  noteAlert(moment: Moment): void {
    const { event, thread, fd } = moment;
    if (thread === undefined || (fd !== undefined && !isFile(fd))) {
      return;
    }
    const open = OPEN_CALLS.get(event.code);
    if (open !== undefined) {
      this.#countOpen(moment, thread, open);
    } else if (fd !== undefined && fd.name !== '') {
      this.fileOf(this.#books.of(moment.world, thread), fd, event);
    }
  }

  /** The tally of the file that `fd` is open on. */
  fileOf(book: Book, fd: FileDescriptor | undefined, place: Place): FileTally {
    const path = knownPath(fd);
    const before = book.tallyOf(fd);
    const putAway = before instanceof FileTally && before.path === path ? before : undefined;
    const tally = this.#file(book, path, place, putAway);
    if (fd !== undefined) {
      fd.tally = tally;
    }
    return tally;
  }

  #open(moment: Moment, thread: Thread, call: OpenCall): void {
    const { event } = moment;
    const flags = call.flags === -1 ? OPEN_BITS.WRITE : (event.unsigned(call.flags) ?? 0);
    if ((flags & CHANGING_OPEN) !== 0 || this.countsReads) {
      this.#countOpen(moment, thread, call);
    }
  }

  #countOpen(moment: Moment, thread: Thread, call: OpenCall): void {
    const { event, fd, world } = moment;
    const result = event.signed(RESULT);
    if (result === undefined) {
      return;
    }
    const book = this.#books.of(world, thread);
    if (result < 0 || fd === undefined) {
      const tally = this.#file(book, pathOf(moment, event, call), event);
      if (tally.openedAt !== event.number) {
        tally.openedAt = event.number;
        tally.opens += result < 0 ? 0 : 1;
        if (result < 0) {
          tally.fail(result);
        }
      }
      return;
    }
    if (!isFile(fd)) {
      return;
    }
    const tally = this.fileOf(book, fd, event);
    if (tally.openedAt !== event.number) {
      tally.openedAt = event.number;
      tally.opens += 1;
      tally.creations += (fd.openFlags & (OPEN_BITS.CREATED | OPEN_BITS.TMPFILE)) === 0 ? 0 : 1;
    }
  }

  #change(moment: Moment, thread: Thread, call: FileCall): void {
    const { event, fd, world } = moment;
    const result = event.signed(RESULT);
    if (result === undefined) {
      return;
    }
    const book = this.#books.of(world, thread);
    const isByDescriptor = call.at === undefined;
    if (isByDescriptor && fd !== undefined && !isFile(fd) && fd.kind !== 'directory') {
      return; // a socket's or pipe's mode
    }
    const path = call.at === undefined ? knownPath(fd) : pathOf(moment, event, call.at);
    const to = call.to === undefined ? undefined : pathOf(moment, event, call.to);
    if (result < 0) {
      this.#file(book, call.deed === 'points' ? to : path, event).fail(result);
      return;
    }
    this.#apply(book, call, { path, to, event });
  }

  #apply(
    book: Book,
    { deed, at, values = [] }: FileCall,
    { path, to, event }: { path: string | undefined; to: string | undefined; event: Event },
  ): void {
    if (deed === 'points') {
      const link = this.#file(book, to, event);
      link.creations += 1;
      link.links += 1;
      link.linkTarget = at === undefined ? undefined : event.text(at.path);
      return;
    }
    const file = this.#file(book, path, event);
    switch (deed) {
      case 'makes':
        file.creations += 1;
        return;
      case 'removes':
        file.removals += 1;
        return;
      case 'moves':
        file.renames += 1;
        file.renamedTo = to;
        this.#receive(this.#file(book, to, event), path);
        return;
      case 'links': {
        file.links += 1;
        const link = this.#file(book, to, event);
        link.creations += 1;
        link.links += 1;
        link.linkTarget = path;
        return;
      }
      case 'sets-mode':
        file.modeChanges += 1;
        file.mode = event
          .unsigned(values[0] as number)
          ?.toString(8)
          .padStart(4, '0');
        return;
      case 'sets-owner':
        file.ownerChanges += 1;
        file.owner = values.map((each) => event.unsigned(each) ?? '?').join(':');
    }
  }

  #receive(file: FileTally, from: string | undefined): void {
    file.renames += 1;
    file.renamedFrom = from;
  }

  #execute(moment: Moment, thread: Thread): void {
    const { event, world } = moment;
    const result = event.signed(RESULT);
    if (result === undefined) {
      return;
    }
    const book = this.#books.of(world, thread);
    if (result >= 0) {
      const path = thread.exepath === '' || thread.exepath === '<NA>' ? undefined : thread.exepath;
      this.#file(book, path, event).executions += 1;
    } else {
      this.#file(book, pathToExecute(moment), event).fail(result);
    }
  }

  /** The tally of a path; `putAway` is one that was kept before. */
  #file(book: Book, path: string | undefined, place: Place, putAway?: FileTally): FileTally {
    let tally = book.files.get(path);
    if (tally === undefined) {
      tally = putAway ?? new FileTally(book, path, place);
      this.#books.open(book, tally);
      book.files.set(path, tally);
    }
    tally.touch(place);
    return tally;
  }
}

/** Whether it was opened to change something; what creat makes says nothing of that. */
function isChanging({ openFlags }: FileDescriptor): boolean {
  return (openFlags & CHANGING_OPEN) !== 0 || (openFlags & OPEN_BITS.READ) === 0;
}

/** Whether bytes go to something that has a name and keeps them. */
export function isFile({ kind }: FileDescriptor): boolean {
  return kind === 'file' || kind === 'memfd';
}

/** The path of a descriptor, as the case has it. */
function knownPath(fd: FileDescriptor | undefined): string | undefined {
  if (fd === undefined || fd.name === '') {
    return undefined;
  }
  return fd.kind === 'memfd' ? `memfd:${fd.name}` : fd.name;
}

/** The path in a parameter, absolute as far as its directory is known; `undefined` where it was not recorded. */
function pathOf(moment: Moment, event: Event, { path, dirfd }: PathAt): string | undefined {
  const text = event.text(path);
  if (text === undefined || text === '<NA>' || text === '(NULL)') {
    return undefined;
  }
  const { world, thread } = moment;
  if (dirfd === -1) {
    return joinPath(thread === undefined ? '' : world.cwdOf(thread), text);
  }
  const directory = event.signed(dirfd);
  return directory === undefined ? text : joinPath(directoryOf(moment, directory, text), text);
}

/** What a failed exec was asked to execute. */
function pathToExecute(moment: Moment): string | undefined {
  const { event, thread, world } = moment;
  const { enter } = event;
  const asked =
    enter?.code === EVENT.EXECVE_19_E
      ? enter.text(EXECVE_ENTER.filename)
      : enter?.code === EVENT.EXECVEAT_E
        ? enter.text(EXECVEAT_ENTER.pathname)
        : event.text(EXEC.exe);
  if (asked === undefined || asked === '<NA>' || thread === undefined) {
    return undefined;
  }
  // without the enter half only the first argument is known, which need not be a path
  return asked.includes('/') ? joinPath(world.cwdOf(thread), asked) : asked;
}
