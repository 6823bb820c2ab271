/**
 * The paths of opens, from the bytes of their events. Nearly all stay as they are, relative ones behind their directory, and
 * nearly nobody asks for their text before the descriptor is closed: so their bytes are held here, and the text
 * is made when somebody asks, or when the room is needed. (A replay takes 3 to 5 % less.)
 */
import { MAX_PATH_BYTES } from './path.js';

const SLASH = 0x2f;
const DOT = 0x2e;
const LEFT_PARENTHESIS = 0x28;
const LESS_THAN = 0x3c;
/** Longer ones are left to `joinPath`, which knows when a path is too long. */
const MAX_PLAIN_BYTES = 256;
/** Paths that are held: more than are open at once in most processes. A power of two. */
const SLOTS = 512;

/** What a byte may be in a path: printable, something that can begin or end a segment, or anything else. */
const KIND = { NAME: 0, MARK: 1, ODD: 2 } as const;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === SLASH || byte === DOT ? KIND.MARK : byte < 0x20 || byte > 0x7e ? KIND.ODD : KIND.NAME,
);

/** Whose name a path is. */
interface Owner {
  /** Make the text of the name, now. */
  makeName(): void;
}

/** One for a replay. */
export class PendingPaths {
  /** Where the path that was taken last is: behind this directory (empty if it is absolute), and these of `bytes`. */
  directory = '';
  from = 0;
  to = 0;
  readonly bytes = Buffer.alloc(SLOTS * MAX_PLAIN_BYTES);
  /** The descriptor that has the path which was taken last, as long as that is its name. */
  lastOwner: Owner | undefined = undefined;
  /** By slot: the ticket of what is in it, its length, and who must make a text of it before others may have it. */
  readonly #tickets = new Float64Array(SLOTS).fill(-1);
  readonly #lengths = new Uint16Array(SLOTS);
  readonly #owners = new Array<Owner | undefined>(SLOTS).fill(undefined);
  #count = 0;
  /** The descriptor's name that was last made the start of relative paths, and what it became. */
  #name = '';
  #start = '';

  /**
   * Hold the path of `length` bytes at `start` (the last is NUL), behind `directory` (a byte string) where it is relative.
   *
   * @returns Whether it is held, for {@link PendingPaths.give}; not if it may not stay as it is: `joinPath` is there for these.
   */
  take(directory: string, bytes: Buffer, start: number, length: number): boolean {
    const end = start + length - 1;
    // "(NULL)" and "<NA>" are no paths, but what some recorders wrote for none
    if (
      length <= 1 ||
      length > MAX_PLAIN_BYTES ||
      bytes[end] !== 0 ||
      bytes[start] === LEFT_PARENTHESIS ||
      bytes[start] === LESS_THAN
    ) {
      return false;
    }
    const isRelative = bytes[start] !== SLASH;
    if (isRelative && directory.length + length > MAX_PATH_BYTES) {
      return false;
    }
    const slot = this.#count & (SLOTS - 1);
    this.#empty(slot);
    this.lastOwner = undefined; // even if this path is refused: the last one's place is forgotten here
    this.directory = isRelative ? directory : '';
    this.from = slot * MAX_PLAIN_BYTES;
    this.to = this.from + length - 1;
    this.#lengths[slot] = length - 1;
    return this.#copyPlain(bytes, start, end);
  }

  /**
   * The path that was taken last is that of `owner` from now on.
   *
   * @returns Its ticket (0 and up), for {@link PendingPaths.textOf} and {@link PendingPaths.release}.
   */
  give(owner: Owner): number {
    const ticket = this.#count;
    const slot = ticket & (SLOTS - 1);
    this.#tickets[slot] = ticket;
    this.#owners[slot] = owner;
    this.lastOwner = owner;
    this.#count += 1;
    return ticket;
  }

  /** The text behind its directory; `undefined` if it was released, and its room was needed since. */
  textOf(ticket: number): string | undefined {
    const slot = ticket & (SLOTS - 1);
    if (this.#tickets[slot] !== ticket) {
      return undefined;
    }
    const from = slot * MAX_PLAIN_BYTES;
    return this.bytes.latin1Slice(from, from + (this.#lengths[slot] as number));
  }

  /** Nobody will ask for this text once another event has come: its room may be used without making it. */
  release(ticket: number): void {
    const slot = ticket & (SLOTS - 1);
    if (this.#tickets[slot] === ticket) {
      this.#owners[slot] = undefined;
    }
  }

  /**
   * What paths relative to a directory with this name start with: the name with a slash at the end, if it is one. The same
   * name in turn gives the same text.
   */
  startIn(name: string): string {
    if (name !== this.#name) {
      this.#name = name;
      this.#start = name === '' || name.endsWith('/') ? name : `${name}/`;
    }
    return this.#start;
  }

  #empty(slot: number): void {
    const owner = this.#owners[slot];
    if (owner !== undefined) {
      owner.makeName();
      this.#owners[slot] = undefined;
    }
    this.#tickets[slot] = -1;
  }

  /** Copy what is printable ASCII without an empty segment, or one that begins with a dot; `false` for all else. */
  #copyPlain(bytes: Buffer, start: number, end: number): boolean {
    const into = this.bytes;
    const shift = this.from - start;
    let slash = start - 1;
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] as number;
      into[i + shift] = byte;
      if (KINDS[byte] !== KIND.NAME) {
        const isRepeated = slash === i - 1 && (i > start || byte === DOT);
        if (KINDS[byte] === KIND.ODD || isRepeated) {
          return false;
        }
        slash = byte === SLASH ? i : slash;
      }
    }
    return slash !== end - 1;
  }
}
