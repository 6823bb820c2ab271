/**
 * The paths of opens, from the bytes of their events: nearly all stay as they are (`isPlain`), relative ones behind
 * their directory. One text is made, of one piece: joining two takes as long again when somebody reads the result, which
 * rules do at each open (with two of three paths relative, a replay of the bench capture took a tenth longer).
 */
import { MAX_PATH_BYTES } from './path.js';

const SLASH = 0x2f;
const DOT = 0x2e;
const LEFT_PARENTHESIS = 0x28;
/** Longer ones are left to `joinPath`, which knows when a path is too long. */
const MAX_PLAIN_BYTES = 256;

/** Makes a path of plain bytes; one for a replay, as it remembers the last directory. */
export class PathJoiner {
  readonly #scratch = Buffer.alloc(MAX_PATH_BYTES + MAX_PLAIN_BYTES);
  /** The directory that the scratch begins with, and its last slash. */
  #directory = '';
  #directorySlash = -1;
  /** The descriptor's name that was last made the start of relative paths, and what it became. */
  #name = '';
  #start = '';
  /** Index of the last slash of the path that was made last; -1 if it has none. */
  lastSlash = -1;

  /**
   * The path of `length` bytes at `start` (the last is NUL), behind `directory` (a byte string) where it is relative.
   *
   * @returns `undefined` for any path that may not stay as it is; `joinPath` is there for these.
   */
  join(directory: string, bytes: Buffer, start: number, length: number): string | undefined {
    const end = start + length - 1;
    // "(NULL)" is no path, but what some recorders wrote for none
    if (
      length <= 1 ||
      length > MAX_PLAIN_BYTES ||
      bytes[end] !== 0 ||
      bytes[start] === LEFT_PARENTHESIS
    ) {
      return undefined;
    }
    if (bytes[start] === SLASH) {
      return this.#isPlain(bytes, start, end) ? bytes.latin1Slice(start, end) : undefined;
    }
    return this.#isPlain(bytes, start, end)
      ? this.#behind(directory, bytes, start, end)
      : undefined;
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

  /** Printable ASCII, no empty segment, none that begins with a dot. Notes the last slash, from `start`. */
  #isPlain(bytes: Buffer, start: number, end: number): boolean {
    let slash = bytes[start] === SLASH ? start : start - 1;
    for (let i = slash + 1; i < end; i += 1) {
      const byte = bytes[i] as number;
      if (byte < 0x20 || byte > 0x7e) {
        return false;
      }
      if (slash === i - 1 && (byte === SLASH || byte === DOT)) {
        return false;
      }
      if (byte === SLASH) {
        slash = i;
      }
    }
    this.lastSlash = slash - start;
    return slash !== end - 1;
  }

  #behind(directory: string, bytes: Buffer, start: number, end: number): string | undefined {
    const { length } = directory;
    if (length + (end - start) + 1 > MAX_PATH_BYTES) {
      return undefined;
    }
    const scratch = this.#scratch;
    if (directory !== this.#directory) {
      scratch.latin1Write(directory, 0);
      this.#directory = directory;
      this.#directorySlash = directory.lastIndexOf('/');
    }
    for (let i = start, to = length; i < end; i += 1, to += 1) {
      scratch[to] = bytes[i] as number;
    }
    this.lastSlash = this.lastSlash < 0 ? this.#directorySlash : length + this.lastSlash;
    return scratch.latin1Slice(0, length + (end - start));
  }
}
