/**
 * Writing to an open file descriptor. Files are written to at once. What a pipe cannot take yet waits here, so that the
 * program can go on to be interrupted; only where that would be too much does it wait for the reader.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { reasonOf, UserError } from '../errors.js';
import type { PipeOpener } from '../writable-file.js';

/** What may wait, in bytes. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 2;
const nap = new Int32Array(new SharedArrayBuffer(4));

/** Those for which something waits. */
const undrained = new Set<Descriptor>();

/** How many bytes wait for readers of pipes. */
export function undrainedBytes(): number {
  let sum = 0;
  for (const { waitingBytes } of undrained) {
    sum += waitingBytes;
  }
  return sum;
}

/** Until every pipe took what waits for it. */
export async function drained(): Promise<void> {
  for (const descriptor of undrained) {
    await descriptor.drained();
  }
}

/** One to write to. */
export class Descriptor {
  /** `false` once the other end of a pipe is gone, or the disk is full. */
  isOpen = true;
  readonly #isStandard: boolean;
  readonly #where: string;
  /** `undefined` while a named pipe has no reader. */
  #fd: number | undefined;
  readonly #opener: PipeOpener | undefined;
  #waiting: Uint8Array[] = [];
  waitingBytes = 0;
  #isClosing = false;

  /**
   * @param target - An open file, or how to open a named pipe.
   * @param where - What it is called in errors.
   * @throws {NodeJS.ErrnoException} Where a named pipe cannot be opened.
   */
  constructor(target: number | PipeOpener, where: string) {
    this.#where = where;
    if (typeof target === 'number') {
      this.#isStandard = target <= 2;
      this.#fd = withoutBlocking(target);
      this.#opener = undefined;
    } else {
      this.#isStandard = false;
      this.#opener = target;
      this.#fd = target();
    }
  }

  /** @throws {UserError} `OUTPUT_UNWRITABLE` */
  write(bytes: Uint8Array): void {
    if (!this.isOpen || bytes.length === 0) {
      return;
    }
    this.#waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.#handOver();
    while (this.waitingBytes > MAX_WAITING_BYTES) {
      Atomics.wait(nap, 0, 0, RETRY_MS);
      this.#handOver();
    }
  }

  /** Until nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#isUndrained) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      this.#handOver();
    }
  }

  /** Close when everything was taken; stdout and stderr stay open. */
  close(): void {
    this.#isClosing = !this.#isStandard;
    this.#settle();
  }

  /** Whether bytes wait, or a reader that is yet to come is to see the end of an empty pipe. */
  get #isUndrained(): boolean {
    return this.waitingBytes > 0 || (this.#isClosing && this.#fd === undefined && this.isOpen);
  }

  #handOver(): void {
    try {
      this.#fd ??= this.#opener?.();
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        const count = this.#fd === undefined ? 0 : writeSync(this.#fd, first);
        if (count === 0) {
          break;
        }
        this.waitingBytes -= count;
        if (count < first.length) {
          this.#waiting[0] = first.subarray(count);
        } else {
          this.#waiting.shift();
        }
      }
    } catch (error) {
      this.#takeError(error as NodeJS.ErrnoException);
    }
    this.#settle();
  }

  /** Keep those in mind for which something waits; close those that are done. */
  #settle(): void {
    if (this.#isUndrained) {
      undrained.add(this);
      return;
    }
    undrained.delete(this);
    if (this.#isClosing && this.#fd !== undefined) {
      this.#isClosing = false;
      closeSync(this.#fd);
    }
  }

  #takeError(error: NodeJS.ErrnoException): void {
    if (error.code === 'EAGAIN') {
      return; // full
    }
    this.isOpen = false;
    this.#waiting = [];
    this.waitingBytes = 0;
    undrained.delete(this);
    if (error.code !== 'EPIPE') {
      throw new UserError({
        code: 'OUTPUT_UNWRITABLE',
        what: 'Cannot write the output',
        where: this.#where,
        why: reasonOf(error),
        fix: 'make room there, or write to another place',
      });
    }
  }
}

const standard = new Map<number, Descriptor>();

/** stdout (1) or stderr (2); the same for both where they are the same pipe, so that lines do not mix. */
export function standardDescriptor(fd: 1 | 2): Descriptor {
  let descriptor = standard.get(fd);
  if (descriptor === undefined) {
    const other = standard.get(3 - fd);
    descriptor =
      other !== undefined && areSamePipe(1, 2)
        ? other
        : new Descriptor(fd, fd === 1 ? 'stdout' : 'stderr');
    standard.set(fd, descriptor);
  }
  return descriptor;
}

function areSamePipe(a: number, b: number): boolean {
  try {
    const [one, two] = [fstatSync(a), fstatSync(b)];
    return !one.isFile() && one.dev === two.dev && one.ino === two.ino;
  } catch {
    return false; // one of them is closed
  }
}

/**
 * A descriptor of the same pipe on which a full one is an error instead of a wait. Opened anew, so that others who have
 * the pipe too (a shell, stderr) do not notice; sockets cannot be, so Node makes those non-blocking, and back when it ends.
 */
function withoutBlocking(fd: number): number {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO()) {
      const anew = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
      if (fd > 2) {
        closeSync(fd);
      }
      return anew;
    }
    if (stat.isSocket() && fd <= 2) {
      return (fd === 1 ? process.stdout : process.stderr).fd; // Node's stream makes the socket non-blocking
    }
  } catch {
    // then a full pipe is waited for
  }
  return fd;
}
