/**
 * Paths made absolute, as the reference does it: byte by byte, without asking a file system. `.` and `..`
 * are resolved in the text, repeated and final slashes go, and what cannot be shown becomes U+FFFD.
 */
import { REPLACEMENT, sequenceAt } from '../events/index.js';

/** What the reference can hold, in bytes with the final NUL. */
export const MAX_PATH_BYTES = 1024;
const TOO_LONG = '/DIR_TOO_LONG/FILENAME_TOO_LONG';

const SLASH = 0x2f;
const DOT = 0x2e;

/** How many bytes of a `.`, `..`, `./` or `../` stand at `at`; 0 for the start of a name such as `.a`. */
function dotsAt(path: string, at: number): number {
  const left = path.length - at;
  if (left === 1) {
    return 1;
  }
  const second = path.charCodeAt(at + 1);
  if (second === DOT) {
    return left === 2 ? 2 : path.charCodeAt(at + 2) === SLASH ? 3 : 0;
  }
  return second === SLASH ? 2 : 0;
}

/** Paths that stay as they are: printable ASCII, no empty segment, none that begins with a dot; see `PendingPaths` too. */
const PLAIN_PATH = /^\/?(?:(?!\.)[ -.0-~]+\/)*(?!\.)[ -.0-~]+$/;

/** Bytes of a name that stay as they are, each by itself. */
const PLAIN_RUN = /[ -.0-~]+/y;

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

  /** As many of these single bytes as there is room for. */
  appendRun(bytes: string): void {
    const room = this.#limit - 1 - this.#text.length;
    this.isFull = bytes.length > room;
    this.#text += this.isFull ? bytes.slice(0, Math.max(0, room)) : bytes;
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

/** Copy some of a name from `at`; says how many bytes that took. */
function copyName(path: string, at: number, writer: PathWriter): number {
  PLAIN_RUN.lastIndex = at;
  const run = PLAIN_RUN.exec(path)?.[0];
  if (run !== undefined) {
    writer.appendRun(run);
    return run.length;
  }
  const length = sequenceAt(path, at);
  writer.append(length < 0 ? REPLACEMENT : path.slice(at, at + length));
  return Math.abs(length);
}

function resolve(base: string, path: string): string {
  const writer = new PathWriter(base, MAX_PATH_BYTES);
  for (let at = 0; at < path.length && !writer.isFull;) {
    const byte = path.charCodeAt(at);
    const dots = byte === DOT && writer.isAtSegmentStart ? dotsAt(path, at) : 0;
    if (dots > 0) {
      if (dots > 1 && path.charCodeAt(at + 1) === DOT) {
        writer.dropSegment();
      }
      at += dots;
    } else if (byte === SLASH) {
      writer.appendSlash();
      at += 1;
    } else {
      at += copyName(path, at, writer);
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

function isTooLong(directory: string, path: string): boolean {
  return directory.length + path.length + 1 > MAX_PATH_BYTES;
}
