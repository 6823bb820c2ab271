/**
 * Paths made absolute, as the reference does it: byte by byte, without asking a file system. `.` and `..`
 * are resolved in the text, repeated and final slashes go, and what cannot be shown becomes U+FFFD.
 */
import { REPLACEMENT, sequenceAt } from '../events/index.js';

/** What the reference can hold, in bytes with the final NUL. */
const MAX_PATH_BYTES = 1024;
const TOO_LONG = '/DIR_TOO_LONG/FILENAME_TOO_LONG';

const SLASH = 0x2f;
const DOT = 0x2e;

/** How many bytes of a `.`, `..`, `./` or `../` stand at `at`; 0 for the start of a name such as `.a`. */
function dotsAt(path: string, at: number): number {
  const second = path.charCodeAt(at + 1);
  if (second === DOT) {
    const third = path.charCodeAt(at + 2);
    return third === SLASH ? 3 : Number.isNaN(third) ? 2 : 0;
  }
  return second === SLASH ? 2 : Number.isNaN(second) ? 1 : 0;
}

/** Paths that stay as they are: printable ASCII, no empty segment, none that begins with a dot. */
const PLAIN_PATH = /^\/?(?:(?!\.)[ -.0-~]+\/)*(?!\.)[ -.0-~]+$/;

/** As {@link PLAIN_PATH}, of the bytes from `start` to `end`: the hot path asks this at every open. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  let previous = bytes[start] === SLASH ? 0 : SLASH;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e || (previous === SLASH && (byte === SLASH || byte === DOT))) {
      return false;
    }
    previous = byte;
  }
  return previous !== SLASH;
}

/** A text that grows to a limit and can be taken back to the slash before. */
class PathWriter {
  readonly #limit: number;
  readonly #isBaseEmpty: boolean;
  #text: string;
  isFull = false;

  constructor(base: string, limit: number) {
    this.#text = base;
    this.#isBaseEmpty = base === '';
    this.#limit = limit;
  }

  get isAtSegmentStart(): boolean {
    return this.#text === '' || this.#text.charCodeAt(this.#text.length - 1) === SLASH;
  }

  append(bytes: string): void {
    if (this.#text.length + bytes.length >= this.#limit) {
      this.isFull = true;
      return;
    }
    this.#text += bytes;
  }

  /** A slash after a slash, or after everything was taken back, says nothing. */
  appendSlash(): void {
    const isRepeated = this.#text.endsWith('/') || (this.#text === '' && !this.#isBaseEmpty);
    if (!isRepeated) {
      this.append('/');
    }
  }

  /** `..`: drop the last segment, but never the first byte. */
  dropSegment(): void {
    if (this.#text.length > 1) {
      let end = this.#text.length - 1;
      while (end >= 1 && this.#text.charCodeAt(end - 1) !== SLASH) {
        end -= 1;
      }
      this.#text = this.#text.slice(0, end);
    }
  }

  finish(): string {
    const text = this.#text;
    return !this.isFull && text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  }
}

function resolve(base: string, path: string): string {
  const writer = new PathWriter(base, MAX_PATH_BYTES);
  for (let at = 0; at < path.length && !writer.isFull;) {
    const length = sequenceAt(path, at);
    const byte = path.charCodeAt(at);
    const dots = byte === DOT && writer.isAtSegmentStart ? dotsAt(path, at) : 0;
    if (length < 0) {
      writer.append(REPLACEMENT);
      at -= length;
    } else if (dots > 0) {
      if (path.charCodeAt(at + 1) === DOT) {
        writer.dropSegment();
      }
      at += dots;
    } else if (byte === SLASH) {
      writer.appendSlash();
      at += 1;
    } else {
      writer.append(path.slice(at, at + length));
      at += length;
    }
  }
  return writer.finish();
}

/**
 * `path` as seen from `directory`.
 *
 * @param directory - Taken as it is; should end in `/`. Ignored for absolute paths.
 * @param path - Byte string without NUL.
 */
export function joinPath(directory: string, path: string): string {
  const isRelative = path !== '' && path.charCodeAt(0) !== SLASH;
  if (isTooLong(directory, path)) {
    return TOO_LONG;
  }
  if (PLAIN_PATH.test(path)) {
    return isRelative ? directory + path : path;
  }
  return resolve(isRelative ? directory : '', path);
}

/** As {@link joinPath}, of a relative path that {@link plainPathAt} gave. */
export function joinPlainPath(directory: string, path: string): string {
  return isTooLong(directory, path) ? TOO_LONG : directory + path;
}

function isTooLong(directory: string, path: string): boolean {
  return directory.length + path.length + 1 > MAX_PATH_BYTES;
}

const LEFT_PARENTHESIS = 0x28;
/** Longer ones are left to {@link joinPath}, which knows when a path is too long. */
const MAX_PLAIN_BYTES = 256;

/**
 * Text of a path that stays as it is, from the `length` bytes at `start`; `undefined` for any other path, for which
 * {@link joinPath} is there. The NUL at its end is left out.
 */
export function plainPathAt(bytes: Buffer, start: number, length: number): string | undefined {
  const end = start + length - 1;
  // "(NULL)" is no path, but what some recorders wrote for none
  return length > 1 &&
    length <= MAX_PLAIN_BYTES &&
    bytes[end] === 0 &&
    bytes[start] !== LEFT_PARENTHESIS &&
    isPlain(bytes, start, end)
    ? bytes.latin1Slice(start, end)
    : undefined;
}
