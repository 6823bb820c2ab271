/**
 * Descriptors of one process. Numbers that follow each other, which nearly all do, lie in a plain array (the
 * fastest thing measured); one far beyond the others goes to a map, so that a table costs as much as it holds. The map is
 * asked about numbers beyond the array only: shells keep descriptor 255, and each open and close would look there too.
 * Bounded: numbers come from the capture, and may be an attacker's.
 */
import { FD_FLAG, type FileDescriptor } from './file-descriptor.js';

/** Holes that the array may have at its end. */
const MAX_GAP = 64;
/** The reference keeps as many; what comes beyond is not stored. */
const MAX_DESCRIPTORS = 4096;

function cloned(descriptor: FileDescriptor): FileDescriptor {
  const twin = descriptor.copy(descriptor.number);
  twin.flags |= FD_FLAG.CLONED;
  return twin;
}

/**
 * A new array of descriptors. It holds an element from the start: the engine then has one kind of array for all
 * tables, where empty and copied ones of their own kinds made it give up compiled code fifteen times in a replay.
 */
function newDense(): (FileDescriptor | undefined)[] {
  return Array.of<FileDescriptor | undefined>(undefined);
}

/** See the head of this file; `size` and `get` are what most readers need. */
export class FdTable {
  #dense = newDense();
  #sparse: Map<number, FileDescriptor> | undefined = undefined;
  /** Descriptors that are open. */
  size = 0;

  /** The descriptor `fd`, or `undefined` if it is not known (or negative). */
  get(fd: number): FileDescriptor | undefined {
    if (fd >= 0 && fd < this.#dense.length) {
      return this.#dense[fd];
    }
    return this.#sparse === undefined ? undefined : this.#sparse.get(fd);
  }

  /** Keep `descriptor` under its number, instead of what was there; `false` if the table is full. */
  set(descriptor: FileDescriptor): boolean {
    const fd = descriptor.number;
    if (this.get(fd) === undefined) {
      if (this.size >= MAX_DESCRIPTORS) {
        return false;
      }
      this.size += 1;
    }
    if (fd < 0 || fd > this.#dense.length + MAX_GAP) {
      (this.#sparse ??= new Map()).set(fd, descriptor);
      return true;
    }
    this.#growTo(fd);
    this.#dense[fd] = descriptor;
    return true;
  }

  /** Let the array reach up to `fd`, with what the map had below. */
  #growTo(fd: number): void {
    for (let next = this.#dense.length; next <= fd; next += 1) {
      this.#dense.push(this.#sparse?.get(next));
      this.#sparse?.delete(next);
    }
  }

  /** Close `fd`, if it is open. */
  delete(fd: number): void {
    const closed = this.get(fd);
    if (closed === undefined) {
      return;
    }
    closed.release();
    this.size -= 1;
    if (fd < this.#dense.length && fd >= 0) {
      this.#dense[fd] = undefined;
    } else {
      this.#sparse?.delete(fd);
    }
  }

  /** Close all for which this does not hold. */
  retain(isKept: (descriptor: FileDescriptor) => boolean): void {
    const close = (descriptor: FileDescriptor | undefined): void => {
      if (descriptor !== undefined && !isKept(descriptor)) {
        this.delete(descriptor.number);
      }
    };
    this.#dense.forEach(close);
    this.#sparse?.forEach(close);
  }

  /** Become a copy of another process's table: fork. */
  copyFrom(table: FdTable): void {
    this.size = table.size;
    this.#dense = newDense();
    for (let fd = 0; fd < table.#dense.length; fd += 1) {
      const descriptor = table.#dense[fd];
      this.#dense[fd] = descriptor === undefined ? undefined : cloned(descriptor);
    }
    this.#sparse = undefined;
    if (table.#sparse !== undefined && table.#sparse.size > 0) {
      this.#sparse = new Map();
      for (const [fd, descriptor] of table.#sparse) {
        this.#sparse.set(fd, cloned(descriptor));
      }
    }
  }

  /**
   * In the order of their numbers.
   *
   * @yields {FileDescriptor} Each open descriptor.
   */
  *[Symbol.iterator](): Generator<FileDescriptor> {
    const dense = this.#dense.filter((descriptor) => descriptor !== undefined);
    if (this.#sparse === undefined) {
      yield* dense;
    } else {
      yield* [...dense, ...this.#sparse.values()].sort((a, b) => a.number - b.number);
    }
  }
}
