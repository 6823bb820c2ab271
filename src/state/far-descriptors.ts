/**
 * Descriptors whose numbers are far beyond the others of their process. Fork hands them on as they are: what both processes had then is
 * shared for good, and each keeps its own changes beside it. A process may have 4,000, and fork a child for each call that opens one
 * more; a copy for each took 3 s for each MB of such a capture.
 */
import type { FileDescriptor } from './file-descriptor.js';

/** Changes that are copied with each fork; where there are more, they are put together with what is shared. */
const MAX_CHANGES = 64;
const ENTRY_BYTES = 48;

/** Of one table, or of several that only read. */
export class FarDescriptors {
  #shared: ReadonlyMap<number, FileDescriptor> | undefined = undefined;
  /** `undefined`: one of the shared that is closed here. */
  #changes = new Map<number, FileDescriptor | undefined>();

  get(fd: number): FileDescriptor | undefined {
    const own = this.#changes.get(fd);
    return own !== undefined || this.#shared === undefined || this.#changes.has(fd)
      ? own
      : this.#shared.get(fd);
  }

  set(fd: number, descriptor: FileDescriptor): void {
    this.#changes.set(fd, descriptor);
  }

  delete(fd: number): void {
    if (this.#shared?.has(fd) === true) {
      this.#changes.set(fd, undefined);
    } else {
      this.#changes.delete(fd);
    }
  }

  /** The same, to be changed without changing these. */
  copy(): FarDescriptors {
    if (this.#changes.size > MAX_CHANGES) {
      this.#shared = this.#all();
      this.#changes = new Map();
    }
    const twin = new FarDescriptors();
    twin.#shared = this.#shared;
    twin.#changes = new Map(this.#changes);
    return twin;
  }

  /** Those that are open, by number. */
  #all(): ReadonlyMap<number, FileDescriptor> {
    const all = new Map(this.#shared);
    for (const [fd, descriptor] of this.#changes) {
      if (descriptor === undefined) {
        all.delete(fd);
      } else {
        all.set(fd, descriptor);
      }
    }
    return all;
  }

  /** Each that is open, in no order. */
  get open(): readonly FileDescriptor[] {
    return [...this.#all().values()];
  }

  /** What it takes beside what is shared, without the descriptors. */
  get ownBytes(): number {
    return this.#changes.size * ENTRY_BYTES;
  }

  /** What is shared, and what that takes. */
  get sharedPart(): object | undefined {
    return this.#shared;
  }

  get sharedBytes(): number {
    return (this.#shared?.size ?? 0) * ENTRY_BYTES;
  }
}
