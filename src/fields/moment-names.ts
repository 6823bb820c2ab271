/** What printing an event's parameters needs to know of the machine, at a moment. */
import { AT_FDCWD, printableOf, type NamedFd, type Names } from '../events/index.js';
import {
  directoryOf,
  FD_KINDS,
  joinPath,
  UNKNOWN_DIRECTORY,
  type FileDescriptor,
  type Moment,
  type Thread,
} from '../state/index.js';

const PROTOCOL_LETTERS: Readonly<Record<number, string>> = { 2: 't', 3: 'u', 4: 'i', 5: 'r' };
const RAW = 5;

/** A view of a moment; valid as long as the moment is. */
export class MomentNames implements Names {
  readonly #moment: Moment;

  constructor(moment: Moment) {
    this.#moment = moment;
  }

  get hasThread(): boolean {
    return this.#moment.thread !== undefined;
  }

  fd(number: number): NamedFd | undefined {
    const { thread, world } = this.#moment;
    const fd = thread && world.fdTableOf(thread)?.peek(number);
    return fd && { letters: lettersOf(fd), name: printableOf(fd.name) };
  }

  command(tid: number): string | undefined {
    return this.#moment.world.thread(tid)?.comm;
  }

  absolutePath(path: string, directoryFd: number | undefined): string {
    const directory = directoryOf(this.#moment, directoryFd ?? AT_FDCWD, path);
    return joinPath(directory === UNKNOWN_DIRECTORY ? '' : directory, path);
  }

  user(uid: number): string | undefined {
    const { thread, world } = this.#moment;
    return thread && (world.userOf(thread.containerId, uid)?.name ?? rootOf(thread, uid));
  }

  group(gid: number): string | undefined {
    const { thread, world } = this.#moment;
    return thread && (world.groupOf(thread.containerId, gid) ?? rootOf(thread, gid));
  }
}

/** Letter of the kind, and for IP sockets that have a role (or are raw) that of the protocol. */
function lettersOf(fd: FileDescriptor): string {
  const proto = fd.l4proto ?? 0;
  const isKnown = !fd.isIpSocket || !fd.hasNoRole || proto === RAW;
  return FD_KINDS[fd.kind].letter + (isKnown ? (PROTOCOL_LETTERS[proto] ?? '') : '');
}

/** On the host, user and group 0 have their name even where the capture lists nobody. */
function rootOf(thread: Thread, id: number): string | undefined {
  return id === 0 && thread.containerId === '' ? 'root' : undefined;
}
