/**
 * What printing a parameter needs to know of the machine at that instant. Whoever has the state implements
 * it, so that events stay free of it. Every text is a byte string.
 */

/** A file descriptor as `fd=3(<f>/etc/passwd)` shows it. */
export interface NamedFd {
  /** The kind's letter, and for a socket with addresses that of its protocol: `f`, `4t`, `6u`. */
  readonly letters: string;
  readonly name: string;
}

/** Names at the instant of an event, in the eyes of the event's thread. */
export interface Names {
  /** Whether the capture mentioned the event's thread; without it neither descriptors nor results get names. */
  readonly hasThread: boolean;
  /** Descriptor of the event's thread; `undefined` where none is known. */
  fd(number: number): NamedFd | undefined;
  /** Command name of a thread. */
  command(tid: number): string | undefined;
  /**
   * `path` made absolute, from the directory that a descriptor stands for, or from the thread's working directory
   * (`undefined`).
   */
  absolutePath(path: string, directoryFd: number | undefined): string;
  /** Name of a user, of a group, in the thread's container. */
  user(uid: number): string | undefined;
  group(gid: number): string | undefined;
}

/** Names of a machine of which nothing is known. */
export const NO_NAMES: Names = {
  hasThread: false,
  fd: () => undefined,
  command: () => undefined,
  absolutePath: (path) => path,
  user: () => undefined,
  group: () => undefined,
};
