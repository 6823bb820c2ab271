/**
 * The one way in which files are opened for writing. Nothing is written through a symbolic link, whoever put it
 * there and whenever: a new file is made by the call that opens it (O_EXCL), and what is there already is looked at
 * again after it was opened. Character devices and pipes have nothing to lose, and may stand behind a link, as
 * /dev/stdout and /dev/fd/63 do.
 */
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, statSync, unlinkSync } from 'node:fs'; // prettier-ignore

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Outputs hold evidence: command lines, environments, names of files. */
const PRIVATE = 0o600;
/** What holds none, such as a test that a repository keeps, is for everybody. */
export const SHARED = 0o644;

/**
 * What becomes of a file that is there: `new` fails with EEXIST, `replace` makes another in its place (other names of
 * the old one keep it), `append` adds to it.
 */
export type WriteMode = 'new' | 'replace' | 'append';

/**
 * Open `path` for writing. A file that was made is readable by its owner only, unless `permissions` say otherwise.
 *
 * @returns a file descriptor
 * @throws {NodeJS.ErrnoException} EISDIR; ELOOP for a symbolic link, ENOTSUP for a block device or a socket, and as open(2)
 */
export function openForWriting(path: string, mode: WriteMode, permissions = PRIVATE): number {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) {
    throw refusal('EISDIR', path);
  }
  if (there?.isFile() === false) {
    return openStream(path, there.isSymbolicLink());
  }
  if (mode === 'append') {
    return openLog(path);
  }
  if (mode === 'replace' && there !== undefined) {
    unlinkSync(path); // a link that somebody put there meanwhile is removed itself
  }
  return makeFile(path, permissions);
}

/** A file that was not there before. */
function makeFile(path: string, permissions: number, flags = 0): number {
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | flags, permissions);
  fchmodSync(file, permissions); // whatever the umask
  return file;
}

/** A character device or a pipe, perhaps behind a link. Neither made nor emptied: it may be something else by now. */
function openStream(path: string, isLink: boolean, flags = 0): number {
  const target = isLink ? statSync(path, { throwIfNoEntry: false }) : lstatSync(path);
  if (target?.isCharacterDevice() !== true && target?.isFIFO() !== true) {
    throw refusal(isLink ? 'ELOOP' : 'ENOTSUP', path);
  }
  const file = openSync(path, O_WRONLY | flags | (isLink ? 0 : O_NOFOLLOW));
  const opened = fstatSync(file);
  if (!opened.isCharacterDevice() && !opened.isFIFO()) {
    closeSync(file);
    throw refusal(isLink ? 'ELOOP' : 'ENOTSUP', path);
  }
  return file;
}

/** Opens a named pipe for writing as soon as somebody reads it; `undefined` until then. Never waits. */
export type PipeOpener = () => number | undefined;

/**
 * How to open the named pipe at `path`, perhaps behind a link; `undefined` where none is. Opening one as other files are opened
 * would stop the whole program, signals included, until somebody reads the pipe.
 */
export function pipeOpener(path: string): PipeOpener | undefined {
  const isPipe = statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
  return isPipe ? () => openPipe(path) : undefined;
}

function openPipe(path: string): number | undefined {
  try {
    return openStream(path, lstatSync(path).isSymbolicLink(), O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') {
      return undefined; // nobody reads it yet
    }
    throw error;
  }
}

/** A file that grows; one that is there keeps its mode. */
function openLog(path: string): number {
  try {
    return makeFile(path, PRIVATE, O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  // may be made after all: it may be moved away just now, as logs are
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, PRIVATE);
  const opened = fstatSync(file);
  if (!opened.isFile()) {
    closeSync(file);
    throw refusal('ENOTSUP', path);
  }
  return file;
}

const REFUSALS = {
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link, and outputs follow none',
  ENOTSUP: 'it is neither a file, nor a pipe, nor a character device',
} as const;

function refusal(code: keyof typeof REFUSALS, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(REFUSALS[code]), { code, syscall: 'open', path });
}
