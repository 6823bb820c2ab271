/**
 * Kinds of file descriptor, by the numbers that captures use for them. Everything about a kind stands on
 * its row: the word and the letter are those that `fd.type` and `fd.typechar` print.
 */

interface FdKindRow {
  /** Number in fd lists of a capture; -1 and 0 never stand there. */
  readonly code: number;
  /** What `fd.type` prints; `undefined` where that is nothing. */
  readonly word: string | undefined;
  readonly letter: string;
}

// prettier-ignore
export const FD_KINDS = {
  'uninitialized': { code: -1, word: undefined,     letter: '?' },
  'unknown':       { code: 0,  word: undefined,     letter: 'o' },
  'file':          { code: 1,  word: 'file',        letter: 'f' },
  'directory':     { code: 2,  word: 'directory',   letter: 'd' },
  'ipv4':          { code: 3,  word: 'ipv4',        letter: '4' },
  'ipv6':          { code: 4,  word: 'ipv6',        letter: '6' },
  'ipv4-server':   { code: 5,  word: 'ipv4',        letter: '4' },
  'ipv6-server':   { code: 6,  word: 'ipv6',        letter: '6' },
  'pipe':          { code: 7,  word: 'pipe',        letter: 'p' },
  'unix':          { code: 8,  word: 'unix',        letter: 'u' },
  'event':         { code: 9,  word: 'event',       letter: 'e' },
  'unsupported':   { code: 10, word: undefined,     letter: 'X' },
  'signalfd':      { code: 11, word: 'signalfd',    letter: 's' },
  'eventpoll':     { code: 12, word: 'eventpoll',   letter: 'l' },
  'inotify':       { code: 13, word: 'inotify',     letter: 'i' },
  'timerfd':       { code: 14, word: 'timerfd',     letter: 't' },
  'netlink':       { code: 15, word: 'netlink',     letter: 'n' },
  'bpf':           { code: 17, word: 'bpf',         letter: 'b' },
  'userfaultfd':   { code: 18, word: 'userfaultfd', letter: 'u' },
  'io_uring':      { code: 19, word: 'io_uring',    letter: 'r' },
  'memfd':         { code: 20, word: 'memfd',       letter: 'm' },
  'pidfd':         { code: 21, word: 'pidfd',       letter: 'P' },
} as const satisfies Record<string, FdKindRow>;

/** Kind of a descriptor; `unknown` is a descriptor whose kind the capture did not say. */
export type FdKind = keyof typeof FD_KINDS;

/** Kind for the number in an fd list, where 16 is a file too (with open flags). */
export function fdKindOfCode(code: number): FdKind {
  if (code === 16) {
    return 'file';
  }
  for (const [kind, row] of Object.entries(FD_KINDS)) {
    if (row.code === code) {
      return kind as FdKind;
    }
  }
  return 'unknown';
}
