/**
 * Finds the records in a stream of JSON without parsing it, however large the document is:
 *
 *     stream := (list | object)*           with anything between them
 *     list   := '[' (record | list) ',' ... ']'
 *     object := record | '{' ... ("Records" | "items" | ...) ':' list ... '}'
 *
 * Only braces, brackets, strings and newlines are looked at; whether a record is JSON is the parser's
 * business. The bytes stay in the caller's buffer: positions are indexes into it, `shift` follows its moves.
 */
import { LIST_KEYS } from './audit-event.js';

/** What `scan` stopped at. */
export const FOUND = {
  /** All bytes were looked at; the record that may have begun goes on. */
  NOTHING: 0,
  /** A whole record lies at `[valueStart, valueEnd)`. */
  RECORD: 1,
  /** A record ended that is longer than the limit; its bytes were not kept. */
  OVERSIZED: 2,
  /** A raw newline inside a string, which JSON forbids: what had begun was given up there. */
  BROKEN: 3,
} as const;
export type Found = (typeof FOUND)[keyof typeof FOUND];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const LISTS: ReadonlySet<string> = new Set(LIST_KEYS);
const LONGEST_KEY = Math.max(...LIST_KEYS.map((key) => key.length));
/** No list of records is open: records begin at depth 0. */
const NO_LIST = 0;

/** A finite automaton over bytes; one per stream. */
export class RecordSplitter {
  /** First byte of the record being scanned or just found; -1 if none has begun, or it is not kept. */
  valueStart = -1;
  /** Where the record began, kept or not; negative where that is no longer in the buffer. */
  recordAt = 0;
  /** Just behind the last byte of a found record. */
  valueEnd = 0;
  /** Where `scan` stopped: the first byte that it did not look at. */
  at = 0;
  /** Newlines passed since the stream began, and how many there were when the record began. */
  lineCount = 0;
  valueLine = 0;
  /** Whether a `Records` list was seen: that it is empty is an answer too. */
  hasRecords = false;
  readonly #maxBytes: number;
  #depth = 0;
  /** Depth inside the innermost open list of records: records begin there. */
  #listDepth = NO_LIST;
  #isInString = false;
  #isEscaped = false;
  #isTopObject = false;
  #isOversized = false;
  /** The last string at depth 1, where the keys of a top-level object are. */
  #keyStart = 0;
  #keyEnd = 0;

  /** @param maxBytes - Longest record that is kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream is between two top-level values. */
  get isBetween(): boolean {
    return this.#depth === 0;
  }

  /** First byte of the buffer that is still needed. */
  get keepFrom(): number {
    return this.valueStart < 0 ? this.at : this.valueStart;
  }

  /** The caller's buffer lost its first `byteCount` bytes. */
  shift(byteCount: number): void {
    this.at -= byteCount;
    this.recordAt -= byteCount;
    this.#keyStart -= byteCount;
    this.#keyEnd -= byteCount;
    if (this.valueStart >= 0) {
      this.valueStart -= byteCount;
    }
  }

  /** Forget what had begun: the next byte is looked at as the first of a stream. */
  reset(): void {
    this.valueStart = -1;
    this.#depth = 0;
    this.#listDepth = NO_LIST;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#isOversized = false;
  }

  /** Look at `bytes[at, to)` until something is found; `at` says how far that is. */
  scan(bytes: Buffer, to: number): Found {
    if (this.valueEnd > 0) {
      // what was found last is the caller's now
      this.valueEnd = 0;
      this.valueStart = -1;
      this.#isOversized = false;
    }
    while (this.at < to) {
      if (this.#isInString && !this.#passString(bytes, to)) {
        this.reset();
        return FOUND.BROKEN;
      }
      if (this.#passStructure(bytes, to)) {
        return this.#isOversized ? FOUND.OVERSIZED : FOUND.RECORD;
      }
    }
    this.#dropOversized(to);
    return FOUND.NOTHING;
  }

  /** Pass everything up to the next string, or the end of a record: then `true`. */
  #passStructure(bytes: Buffer, to: number): boolean {
    for (let at = this.at; at < to; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE && this.#depth > 0) {
        this.#isInString = true;
        this.#keyStart = this.#depth === 1 ? at + 1 : this.#keyStart;
        this.at = at + 1;
        return false;
      }
      if (byte === NEWLINE) {
        this.lineCount += 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#open(byte, bytes, at);
      } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && this.#close(at + 1)) {
        this.at = at + 1;
        return true;
      }
    }
    this.at = to;
    return false;
  }

  /** Pass the rest of a string, as far as there is any; `false` at a raw newline. */
  #passString(bytes: Buffer, to: number): boolean {
    let at = this.at;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at += 1;
    }
    for (; at < to; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#isInString = false;
        this.#keyEnd = this.#depth === 1 ? at : this.#keyEnd;
        this.at = at + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === NEWLINE) {
        this.at = at;
        return false;
      }
    }
    this.#isEscaped = at > to;
    this.at = to;
    return true;
  }

  #open(byte: number, bytes: Buffer, at: number): void {
    const isRecordPlace = this.#depth === this.#listDepth;
    if (byte === OPEN_BRACE) {
      if (this.#depth === 0) {
        this.#isTopObject = true;
        this.#keyStart = at; // no key yet: those of the object before are gone
        this.#keyEnd = at;
      }
      if (isRecordPlace) {
        this.valueStart = at;
        this.recordAt = at;
        this.valueLine = this.lineCount;
      }
    } else if (isRecordPlace || (this.#depth === 1 && this.#isList(bytes))) {
      if (this.#depth === 0) {
        this.#isTopObject = false;
      }
      this.#listDepth = this.#depth + 1;
      this.valueStart = -1;
    }
    this.#depth += 1;
  }

  /** Whether the array that opens belongs to a key that names a list of records. */
  #isList(bytes: Buffer): boolean {
    if (!this.#isTopObject || this.valueStart < 0 || this.#keyEnd - this.#keyStart > LONGEST_KEY) {
      return false;
    }
    const key = bytes.latin1Slice(this.#keyStart, this.#keyEnd);
    this.hasRecords ||= key === 'Records';
    return LISTS.has(key);
  }

  /** A brace or bracket closed, just before `at`; `true` if that ended a record. */
  #close(at: number): boolean {
    if (this.#depth === 0) {
      return false;
    }
    this.#depth -= 1;
    if (this.#depth < this.#listDepth) {
      // a list may stand in a list; the outermost one of a top-level object begins at depth 2
      this.#listDepth = this.#isTopObject && this.#depth < 2 ? NO_LIST : this.#depth;
      return false;
    }
    if (this.#depth > this.#listDepth || (this.valueStart < 0 && !this.#isOversized)) {
      return false;
    }
    this.valueEnd = at;
    this.#dropOversized(at);
    return true;
  }

  #dropOversized(at: number): void {
    if (this.valueStart >= 0 && at - this.valueStart > this.#maxBytes) {
      this.valueStart = -1;
      this.#isOversized = true;
    }
  }
}
