/**
 * The paths of opens, from the bytes of their events: nearly all stay as they are (`isPlain`), relative ones behind
 * their directory. One text is made, of one piece: joining two takes as long again when somebody reads the result, which
 * rules do at each open (with two of three paths relative, a replay of the bench capture took a tenth longer).
 */
import { MAX_PATH_BYTES } from './path.js';

const SLASH = 0x2f;
const DOT = 0x2e;
const LEFT_PARENTHESIS = 0x28;
const LESS_THAN = 0x3c;
/** Longer ones are left to `joinPath`, which knows when a path is too long. */
const MAX_PLAIN_BYTES = 256;

/** What a byte may be in a path: printable, something that can begin or end a segment, or anything else. */
const KIND = { NAME: 0, MARK: 1, ODD: 2 } as const;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === SLASH || byte === DOT ? KIND.MARK : byte < 0x20 || byte > 0x7e ? KIND.ODD : KIND.NAME,
);

/** Makes a path of plain bytes; one for a replay, as it remembers the last directory. */
export class PathJoiner {
  /** The path that was made last, and where its bytes are: the first ones there. */
  text = '';
  bytes: Buffer;
  readonly #absolute = Buffer.alloc(MAX_PLAIN_BYTES);
  readonly #relative = Buffer.alloc(MAX_PATH_BYTES + MAX_PLAIN_BYTES);
  /** What its bytes begin with if it was a relative one; empty for absolute ones. */
  directory = '';
  /** The directory that relative paths' bytes begin with. */
  #directory = '';
  /** The descriptor's name that was last made the start of relative paths, and what it became. */
  #name = '';
  #start = '';

  constructor() {
    this.bytes = this.#absolute;
  }

  /**
   * The path of `length` bytes at `start` (the last is NUL), behind `directory` (a byte string) where it is relative.
   *
   * @returns `undefined` for any path that may not stay as it is; `joinPath` is there for these.
   */
  join(directory: string, bytes: Buffer, start: number, length: number): string | undefined {
    const end = start + length - 1;
    // "(NULL)" and "<NA>" are no paths, but what some recorders wrote for none
    if (
      length <= 1 ||
      length > MAX_PLAIN_BYTES ||
      bytes[end] !== 0 ||
      bytes[start] === LEFT_PARENTHESIS ||
      bytes[start] === LESS_THAN
    ) {
      return undefined;
    }
    const isRelative = bytes[start] !== SLASH;
    if (isRelative && directory.length + length > MAX_PATH_BYTES) {
      return undefined;
    }
    this.text = '';
    this.bytes = isRelative ? this.#relative : this.#absolute;
    this.directory = isRelative ? directory : '';
    const behind = isRelative ? this.#begin(directory) : 0;
    if (!this.#copyPlain(bytes, start, end, behind)) {
      return undefined;
    }
    this.text = this.bytes.latin1Slice(0, behind + (end - start));
    return this.text;
  }

  /**
   * What paths relative to a directory with this name start with: the name with a slash at the end, if it is one. The same
   * name in turn gives the same text, so that `join` has nothing to copy.
   */
  startIn(name: string): string {
    if (name !== this.#name) {
      this.#name = name;
      this.#start = name === '' || name.endsWith('/') ? name : `${name}/`;
    }
    return this.#start;
  }

  /** Let the bytes of relative paths begin with a directory; returns its length. */
  #begin(directory: string): number {
    if (directory !== this.#directory) {
      this.#relative.latin1Write(directory, 0);
      this.#directory = directory;
    }
    return directory.length;
  }

  /** Copy to index `at` what is printable ASCII without an empty segment, or one that begins with a dot; `false` for all else. */
  #copyPlain(bytes: Buffer, start: number, end: number, at: number): boolean {
    const into = this.bytes;
    const shift = at - start;
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
