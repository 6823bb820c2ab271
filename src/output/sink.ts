/**
 * Where results go: stdout or a file. Writes are gathered into large pieces. Whoever writes much waits for `ready`, so
 * that a slow reader holds the replay back and memory stays small; everything has arrived before the program ends, and
 * a reader that went away is noticed at once.
 */
import { accessSync, constants, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { reasonOf, UserError } from '../errors.js';
import { openForWriting, pipeOpener, SHARED, type PipeOpener } from '../writable-file.js';
import { Descriptor, standardDescriptor } from './descriptor.js';
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
  /** Until a slow reader has taken what was handed over; `undefined` where nothing waits. */
  ready(): Promise<void> | undefined;
  close(): void;
}

const PIECE = 1 << 16;
const STDOUT = 1;
const STDERR = 2;

let onOutput: (() => void) | undefined;

/** Have `listener` called before the first output is handed over. */
export function beforeOutput(listener: () => void): void {
  onOutput = listener;
}

function announceOutput(): void {
  const listener = onOutput;
  onOutput = undefined;
  listener?.();
}

/** A sink on an open file descriptor. */
export class DescriptorSink implements Sink {
  readonly isTerminal: boolean;
  readonly #descriptor: Descriptor;
  #gathered = '';

  /** @param target - An open file, or how to open a named pipe. */
  constructor(target: number | PipeOpener, where: string) {
    this.isTerminal = typeof target === 'number' && isatty(target);
    this.#descriptor =
      target === STDOUT ? standardDescriptor(STDOUT) : new Descriptor(target, where);
  }

  get isOpen(): boolean {
    return this.#descriptor.isOpen;
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
    if (this.#gathered !== '') {
      const bytes = Buffer.from(this.#gathered, 'latin1');
      this.#gathered = '';
      announceOutput();
      this.#descriptor.write(bytes);
    }
  }

  ready(): Promise<void> | undefined {
    return this.#descriptor.waitingBytes === 0 ? undefined : this.#descriptor.drained();
  }

  close(): void {
    this.flush();
    this.#descriptor.close();
  }
}

/** stdout, whatever it is. */
export function openStdout(): Sink {
  return new DescriptorSink(STDOUT, 'stdout');
}

/**
 * A new file at `path`, readable by its owner only unless it `isShared`; `-` is stdout. No symbolic link is followed.
 *
 * @throws {UserError} `OUTPUT_EXISTS` (without `force`), `OUTPUT_UNWRITABLE`
 */
export function openOutput(path: string, force: boolean, isShared = false): Sink {
  if (path === '-') {
    return openStdout();
  }
  try {
    const mode = force ? 'replace' : 'new';
    const target = pipeOpener(path) ?? openForWriting(path, mode, isShared ? SHARED : undefined);
    return new DescriptorSink(target, path);
  } catch (error) {
    throw unopenable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Refuse an output that could not be opened, before anything is made: a file that is there already, a folder, one in a folder that is
 * missing or may not be written to.
 *
 * @throws {UserError} `OUTPUT_EXISTS` (without `force`), `OUTPUT_UNWRITABLE`
 */
export function refuseUnopenable(path: string, force: boolean): void {
  if (path === '-') {
    return;
  }
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory() === true || (there?.isFile() === true && !force)) {
      const code = there.isFile() ? 'EEXIST' : 'EISDIR';
      throw Object.assign(new Error('it is there'), { code });
    }
    if (there === undefined || there.isFile()) {
      accessSync(dirname(path), constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    throw unopenable(path, error as NodeJS.ErrnoException);
  }
}

/** Bytes for a reader who may be slow. */
export interface BytePipe {
  /** `false` once the reader is gone: what is written is lost. */
  readonly isOpen: boolean;
  write(bytes: Uint8Array): void;
  /** Pending while the reader has not taken what was written. */
  ready(): Promise<void> | undefined;
  close(): void;
}

/**
 * stdout for `-`, or the named pipe at `path`; `undefined` where a file is to be made instead.
 *
 * @throws {UserError} `OUTPUT_UNWRITABLE`
 */
export function openBytePipe(path: string): BytePipe | undefined {
  const target = path === '-' ? STDOUT : pipeOpener(path);
  if (target === undefined) {
    return undefined;
  }
  try {
    const pipe = target === STDOUT ? standardDescriptor(STDOUT) : new Descriptor(target, path);
    return {
      get isOpen() {
        return pipe.isOpen;
      },
      write: (bytes) => {
        pipe.write(Buffer.from(bytes)); // what the reader does not take yet waits
      },
      ready: () => (pipe.waitingBytes === 0 ? undefined : pipe.drained()),
      close: () => {
        pipe.close();
      },
    };
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

/** Say something on stderr: notices, summaries. Never fails: a closed stderr is nobody's loss. */
export function say(text: string): void {
  sayAsIs(isOnGithub() ? text.split('\n').map(withoutCommands).join('\n') : text);
}

/** Say what may hold commands of ours to GitHub's runner. */
export function sayAsIs(text: string): void {
  try {
    announceOutput();
    standardDescriptor(STDERR).write(Buffer.from(`${text}\n`, 'utf8'));
  } catch {
    // nobody listens
  }
}
