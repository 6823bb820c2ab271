/**
 * Where results go: stdout or a file. Writes are gathered into large pieces and made synchronously, so
 * that a slow reader holds the replay back (memory stays small), everything has arrived before the program
 * ends, and a reader that went away is noticed at once.
 */
import { closeSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { UserError } from '../errors.js';
import { openForWriting } from '../writable-file.js';
import { escapeJson } from './escape.js';
import { isOnGithub, withoutCommands } from './runner.js';

/** Takes byte strings or text; nothing is lost between `close` and the end of the program. */
export interface Sink {
  /** Whether somebody still reads; `false` once the other end of a pipe is gone, or the disk is full. */
  readonly isOpen: boolean;
  /** Whether what is written is shown on a terminal, which control characters could command. */
  readonly isTerminal: boolean;
  /** How wide that terminal is now; `undefined` for files and pipes, which take lines of any length. */
  readonly columns: number | undefined;
  /** Append a byte string. */
  writeBytes(bytes: string): void;
  /** Append text, as UTF-8. */
  writeText(text: string): void;
  /** Append JSON, and a line end. */
  writeJson(json: string): void;
  /** Hand over what has been gathered. */
  flush(): void;
  close(): void;
}

const PIECE = 1 << 16;
const STDOUT = 1;
const STDERR = 2;
const RETRY_MS = 2;
const nap = new Int32Array(new SharedArrayBuffer(4));

/** A sink on an open file descriptor. */
export class DescriptorSink implements Sink {
  readonly #fd: number;
  readonly #where: string;
  #gathered = '';
  isOpen = true;
  readonly isTerminal: boolean;

  constructor(fd: number, where: string) {
    this.#fd = fd;
    this.#where = where;
    this.isTerminal = isatty(fd);
  }

  get columns(): number | undefined {
    return this.isTerminal ? process.stdout.columns : undefined;
  }

  writeBytes(bytes: string): void {
    this.#gathered += bytes;
    if (this.#gathered.length >= PIECE) {
      this.flush();
    }
  }

  writeText(text: string): void {
    this.writeBytes(Buffer.from(text, 'utf8').latin1Slice());
  }

  writeJson(json: string): void {
    this.writeText(`${escapeJson(json)}\n`);
  }

  flush(): void {
    if (this.#gathered === '') {
      return;
    }
    const bytes = Buffer.from(this.#gathered, 'latin1');
    this.#gathered = '';
    if (this.isOpen) {
      this.isOpen = false; // also where writing throws: that is told once
      this.isOpen = writeWhole(this.#fd, bytes, this.#where);
    }
  }

  close(): void {
    this.flush();
    if (this.#fd > STDERR) {
      closeSync(this.#fd);
    }
  }
}

/** stdout, whatever it is. */
export function openStdout(): Sink {
  return new DescriptorSink(STDOUT, 'stdout');
}

/**
 * A new file at `path`, readable by its owner only; `-` is stdout. No symbolic link is followed.
 *
 * @throws {UserError} `OUTPUT_EXISTS` (without `force`), `OUTPUT_UNWRITABLE`
 */
export function openOutput(path: string, force: boolean): Sink {
  if (path === '-') {
    return openStdout();
  }
  try {
    return new DescriptorSink(openForWriting(path, force ? 'replace' : 'new'), path);
  } catch (error) {
    throw unopenable(path, error as NodeJS.ErrnoException);
  }
}

function unopenable(path: string, error: NodeJS.ErrnoException): UserError {
  if (error.code === 'EEXIST') {
    return new UserError({
      code: 'OUTPUT_EXISTS',
      what: 'Cannot write the output',
      where: path,
      why: 'a file is there already',
      fix: 'choose another name, or add --force to replace it',
    });
  }
  return new UserError({
    code: 'OUTPUT_UNWRITABLE',
    what: 'Cannot write the output',
    where: path,
    why: reasonOf(error),
    fix: 'choose a place that can be written',
  });
}

/** Write all of `bytes`; `false` if the reader is gone. */
function writeWhole(fd: number, bytes: Uint8Array, where: string): boolean {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') {
        return false;
      }
      if (code !== 'EAGAIN') {
        throw new UserError({
          code: 'OUTPUT_UNWRITABLE',
          what: 'Cannot write the output',
          where,
          why: reasonOf(error as NodeJS.ErrnoException),
          fix: 'make room, or write somewhere else with --output',
        });
      }
      Atomics.wait(nap, 0, 0, RETRY_MS); // a pipe that somebody made non-blocking is full
    }
  }
  return true;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link, and outputs follow none',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENAMETOOLONG: 'the name is too long',
  EFBIG: 'the file would grow larger than allowed',
};

/** What a system error means, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? error.message;
}

/** Say something on stderr: notices, summaries. Never fails: a closed stderr is nobody's loss. */
export function say(text: string): void {
  sayAsIs(isOnGithub() ? text.split('\n').map(withoutCommands).join('\n') : text);
}

/** Say what may hold commands of ours to GitHub's runner. */
export function sayAsIs(text: string): void {
  try {
    writeWhole(STDERR, Buffer.from(`${text}\n`, 'utf8'), 'stderr');
  } catch {
    // nobody listens
  }
}
