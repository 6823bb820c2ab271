/**
 * Descriptors of one process. Numbers that follow each other, which nearly all do, lie in a plain array (the
 * fastest thing measured); one far beyond the others goes to a map, so that a table costs as much as it holds. The map is
 * asked about numbers beyond the array only: shells keep descriptor 255, and each open and close would look there too.
 *
 * Fork copies nothing: both tables look at the same array until one of them changes it, and at the same descriptors until
 * one of them hands one out. What `get` returns may be changed by whoever asked; what `peek` and iterating show may not.
 *
 * Bounded: numbers come from the capture, and may be an attacker's.
 */
import { BOUND, FULL, type Budget } from './budget.js';
import { FarDescriptors } from './far-descriptors.js';
import { OPEN_FLAG, type FileDescriptor } from './file-descriptor.js';
import { NO_NUMBERS, type NumberRanges } from './number-ranges.js';

/** Holes that the array may have at its end. */
const MAX_GAP = 64;
/** The reference keeps as many; what comes beyond is not stored. */
const MAX_DESCRIPTORS = 4096;
/** Ranges that are marked at a time, before each descriptor in them is marked by itself: kernels see one or two. */
const MAX_MARKED_RANGES = 64;
/** What an entry takes in the array. */
const DENSE_ENTRY_BYTES = 8;

type Dense = (FileDescriptor | undefined)[];

/**
 * A new array of descriptors. It holds an element from the start: the engine then has one kind of array for all
 * tables, where empty and copied ones of their own kinds made it give up compiled code fifteen times in a replay.
 */
function newDense(): Dense {
  return Array.of<FileDescriptor | undefined>(undefined);
}

/** The descriptors of every new table. */
const NONE = newDense();

/** Says whose a descriptor is: each table has a new number whenever it becomes the only one to see its array. */
let lastOwner = 0;

/** See the head of this file; `size` and `get` are what most readers need. */
export class FdTable {
  #dense = NONE;
  #sparse: FarDescriptors | undefined = undefined;
  /** Descriptors that are open. */
  size = 0;
  /** Descriptors that `close_range` marked to be closed on exec, beside those that say so themselves. */
  #marked = NO_NUMBERS;
  /** Number of this table on descriptors that it alone sees; 0 while it shares its array. */
  #owner = 0;
  readonly #budget: Budget | undefined;

  /** Without a `budget`, the table is bounded in its number of descriptors only. */
  constructor(budget?: Budget) {
    this.#budget = budget;
  }

  /** The descriptor `fd`, to be changed as the caller likes; `undefined` if it is not known (or negative). */
  get(fd: number): FileDescriptor | undefined {
    const found = this.peek(fd);
    const own =
      found === undefined || (found.owner === this.#owner && this.#owner !== 0)
        ? found
        : this.#takeOver(found);
    if (own !== undefined && this.#marked !== NO_NUMBERS) {
      this.#handMarkOver(own);
    }
    return own;
  }

  /** Whoever changes a descriptor finds its mark on itself. */
  #handMarkOver(own: FileDescriptor): void {
    if (this.#marked.has(own.number)) {
      own.openFlags |= OPEN_FLAG.CLOEXEC;
      this.#setMarked(this.#marked.without(own.number));
    }
  }

  /** The descriptor `fd`, to be looked at. */
  peek(fd: number): FileDescriptor | undefined {
    if (fd >= 0 && fd < this.#dense.length) {
      return this.#dense[fd];
    }
    return this.#sparse === undefined ? undefined : this.#sparse.get(fd);
  }

  /** Keep `descriptor` under its number, instead of what was there; `false` if there is no room for it. */
  set(descriptor: FileDescriptor): boolean {
    const fd = descriptor.number;
    if (!this.#unshare()) {
      return false;
    }
    const isNew = this.peek(fd) === undefined;
    if (isNew && this.size >= MAX_DESCRIPTORS) {
      this.#budget?.losses.note(
        'descriptors',
        `a process has more than ${MAX_DESCRIPTORS} at once, the first beyond is ${fd}`,
      );
      return false;
    }
    if (this.#budget?.take(BOUND.DESCRIPTOR, descriptor.bytesHeld) === false) {
      this.#budget.losses.note('descriptors', `the first is ${fd}; ${FULL}`);
      return false;
    }
    this.size += isNew ? 1 : 0;
    descriptor.owner = this.#owner;
    if (this.#marked.has(fd)) {
      this.#setMarked(this.#marked.without(fd));
    }
    if (fd < 0 || fd > this.#dense.length + MAX_GAP) {
      (this.#sparse ??= new FarDescriptors()).set(fd, descriptor);
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
    const closed = this.peek(fd);
    if (closed === undefined || !this.#unshare()) {
      return;
    }
    if (closed.owner === this.#owner) {
      closed.release();
    }
    this.size -= 1;
    if (fd < this.#dense.length && fd >= 0) {
      this.#dense[fd] = undefined;
    } else {
      this.#sparse?.delete(fd);
    }
  }

  /** Close those that exec closes. */
  closeOnExec(): void {
    const marked = this.#marked;
    this.#closeAll((fd) => fd.isClosedOnExec || marked.has(fd.number));
    this.#marked = NO_NUMBERS;
  }

  /** Close all from `first` to `last`. */
  closeRange(first: number, last: number): void {
    this.#closeAll(({ number }) => number >= first && number <= last);
  }

  /**
   * Let exec close all from `first` to `last`. None of them is touched: a process may have 4,096, and fork a child for each
   * call that marks them, which took 4 s for each MB of such a capture.
   */
  markRange(first: number, last: number): void {
    this.#setMarked(this.#marked.with(first, last));
  }

  #setMarked(marked: NumberRanges): void {
    this.#marked = marked.count === 0 ? NO_NUMBERS : marked;
    if (marked.count > MAX_MARKED_RANGES) {
      this.#marked = NO_NUMBERS;
      for (const { number } of this) {
        const own = marked.has(number) ? this.get(number) : undefined;
        if (own !== undefined) {
          own.openFlags |= OPEN_FLAG.CLOEXEC;
        }
      }
    }
  }

  #closeAll(isClosed: (descriptor: FileDescriptor) => boolean): void {
    const close = (descriptor: FileDescriptor | undefined): void => {
      if (descriptor !== undefined && isClosed(descriptor)) {
        this.delete(descriptor.number);
      }
    };
    this.#dense.forEach(close);
    this.#sparse?.open.forEach(close);
  }

  /** Become a copy of another process's table: fork. */
  copyFrom(table: FdTable): void {
    this.size = table.size;
    this.#dense = table.#dense;
    this.#sparse = table.#sparse;
    this.#marked = table.#marked;
    this.#owner = 0;
    table.#owner = 0;
  }

  /** The descriptor as this table's own. */
  #takeOver(shared: FileDescriptor): FileDescriptor | undefined {
    if (!this.#unshare()) {
      return undefined;
    }
    const own = shared.copy(shared.number);
    if (this.#budget?.take(BOUND.DESCRIPTOR, own.bytesHeld) === false) {
      this.#giveUp();
      return undefined;
    }
    own.owner = this.#owner;
    if (own.number >= 0 && own.number < this.#dense.length) {
      this.#dense[own.number] = own;
    } else {
      this.#sparse?.set(own.number, own);
    }
    return own;
  }

  /** An array of its own, with the same descriptors; `false` if there is no room for it, and all are forgotten. */
  #unshare(): boolean {
    if (this.#owner !== 0) {
      return true;
    }
    if (this.#dense === NONE) {
      this.#dense = newDense();
    } else {
      if (this.#budget?.take(BOUND.DESCRIPTOR, this.tableBytes) === false) {
        this.#giveUp();
        return false;
      }
      this.#dense = this.#dense.slice();
      this.#sparse = this.#sparse?.copy();
    }
    lastOwner += 1;
    this.#owner = lastOwner;
    return true;
  }

  #giveUp(): void {
    this.#budget?.losses.note('tables', `the first of them had ${this.size}; ${FULL}`);
    this.#dense = NONE;
    this.#sparse = undefined;
    this.#marked = NO_NUMBERS;
    this.#owner = 0;
    this.size = 0;
  }

  /** What array and map of its own take, without the descriptors, in bytes. */
  get tableBytes(): number {
    return this.#dense.length * DENSE_ENTRY_BYTES + (this.#sparse?.ownBytes ?? 0);
  }

  /** Descriptors far from the others, which tables may share that share nothing else. */
  get far(): FarDescriptors | undefined {
    return this.#sparse;
  }

  /** The same array for tables that share it; `undefined` for an empty one, which costs nothing. */
  get sharedPart(): object | undefined {
    return this.#dense === NONE ? undefined : this.#dense;
  }

  /** Show each descriptor, in no order: faster than iterating. */
  visit(show: (descriptor: FileDescriptor) => void): void {
    for (const descriptor of this.#dense) {
      if (descriptor !== undefined) {
        show(descriptor);
      }
    }
    this.#sparse?.open.forEach(show);
  }

  /**
   * In the order of their numbers.
   *
   * @yields {FileDescriptor} Each open descriptor, to be looked at.
   */
  *[Symbol.iterator](): Generator<FileDescriptor> {
    const dense = this.#dense.filter((descriptor) => descriptor !== undefined);
    if (this.#sparse === undefined) {
      yield* dense;
    } else {
      yield* [...dense, ...this.#sparse.open].sort((a, b) => a.number - b.number);
    }
  }
}
