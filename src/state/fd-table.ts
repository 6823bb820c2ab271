/**
 * Descriptors of one process. Small numbers, which nearly all are, lie in a plain array (the fastest thing
 * measured); the rest in a map. Bounded: numbers come from the capture, and may be an attacker's.
 */
import { FD_FLAG, type FileDescriptor } from './file-descriptor.js';

const DENSE_LIMIT = 4096;
/** The reference keeps as many; what comes beyond is not stored. */
const MAX_DESCRIPTORS = 4096;

function cloned(descriptor: FileDescriptor): FileDescriptor {
  const twin = descriptor.copy(descriptor.number);
  twin.flags |= FD_FLAG.CLONED;
  return twin;
}

/** See the head of this file; `size` and `get` are what most readers need. */
export class FdTable {
  #dense: (FileDescriptor | undefined)[] = [];
  #sparse: Map<number, FileDescriptor> | undefined = undefined;
  /** Descriptors that are open. */
  size = 0;

  /** The descriptor `fd`, or `undefined` if it is not known (or negative). */
  get(fd: number): FileDescriptor | undefined {
    if (fd >= 0 && fd < this.#dense.length) {
      return this.#dense[fd];
    }
    return fd >= DENSE_LIMIT ? this.#sparse?.get(fd) : undefined;
  }

  /** Keep `descriptor` under its number, instead of what was there; `false` if the table is full. */
  set(descriptor: FileDescriptor): boolean {
    const fd = descriptor.number;
    const isNew = this.get(fd) === undefined;
    if (isNew && this.size >= MAX_DESCRIPTORS) {
      return false;
    }
    if (isNew) {
      this.size += 1;
    }
    if (fd >= 0 && fd < DENSE_LIMIT) {
      while (this.#dense.length < fd) {
        this.#dense.push(undefined);
      }
      this.#dense[fd] = descriptor;
    } else {
      this.#sparse ??= new Map();
      this.#sparse.set(fd, descriptor);
    }
    return true;
  }

  delete(fd: number): void {
    if (this.get(fd) === undefined) {
      return;
    }
    this.size -= 1;
    if (fd < DENSE_LIMIT) {
      this.#dense[fd] = undefined;
    } else {
      this.#sparse?.delete(fd);
    }
  }

  /** Close all for which this does not hold. */
  retain(isKept: (descriptor: FileDescriptor) => boolean): void {
    for (const descriptor of this) {
      if (!isKept(descriptor)) {
        this.delete(descriptor.number);
      }
    }
  }

  /** Become a copy of another process's table: fork. */
  copyFrom(table: FdTable): void {
    this.clear();
    this.size = table.size;
    for (const descriptor of table.#dense) {
      this.#dense.push(descriptor === undefined ? undefined : cloned(descriptor));
    }
    if (table.#sparse !== undefined) {
      this.#sparse = new Map();
      for (const [fd, descriptor] of table.#sparse) {
        this.#sparse.set(fd, cloned(descriptor));
      }
    }
  }

  clear(): void {
    this.#dense = [];
    this.#sparse = undefined;
    this.size = 0;
  }

  /**
   * In the order of their numbers.
   *
   * @yields {FileDescriptor} Each open descriptor.
   */
  *[Symbol.iterator](): Generator<FileDescriptor> {
    for (const descriptor of this.#dense) {
      if (descriptor !== undefined) {
        yield descriptor;
      }
    }
    if (this.#sparse !== undefined) {
      yield* [...this.#sparse.values()].sort((a, b) => a.number - b.number);
    }
  }
}
