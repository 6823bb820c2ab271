/**
 * Cuts a log into the texts in which events are looked for: a line, or a record of a document that the splitter found
 * without holding all of it. What they hold is the reader's business. Memory is bounded by one chunk and one text of
 * `MAX_EVENT_BYTES`.
 */
import { firstCut, NEWLINE, opensDocument } from './audit-cut.js';
import type { AuditFindings } from './audit-findings.js';
import { FOUND, RecordSplitter } from './audit-splitter.js';
import type { AuditWindow } from './audit-window.js';

/** Longest event that is read. An API server cuts its events at 100 kB by default, and at 1.5 MB for etcd. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** What `AuditCutter.next()` came to. */
export const CUT = {
  /** All that is buffered was cut. */
  NEED_MORE: 0,
  /** A text lies at `[start, end)`. */
  TEXT: 1,
  /** The log has ended. */
  END: 2,
} as const;
export type Cut = (typeof CUT)[keyof typeof CUT];

/** How the bytes are cut; `long-line` is `document` within one line of `lines`. */
type Mode = 'undecided' | 'lines' | 'document' | 'long-line';

/** Cuts what is in a window. */
export class AuditCutter {
  /** What `next()` found, in the window's bytes: valid until the window is filled. */
  start = 0;
  end = 0;
  line = 0;
  /** Whether it is a line (it may be anything), and whether it lacks its newline. */
  isLine = false;
  isCutOff = false;
  readonly #window: AuditWindow;
  readonly #findings: AuditFindings;
  readonly #splitter = new RecordSplitter(MAX_EVENT_BYTES);
  #mode: Mode = 'undecided';
  /** Where a newline was not found up to. */
  #searchedTo = 0;
  #longLineEnd = -1;
  #lineNumber = 0;
  #hasFoundInLine = false;
  /** The document is one value of a log of lines, with text in front of it. */
  #isWithinLines = false;

  constructor(window: AuditWindow, findings: AuditFindings) {
    this.#window = window;
    this.#findings = findings;
  }

  /** Whether a list called `Records` was seen: that it is empty is an answer too. */
  get hasRecords(): boolean {
    return this.#splitter.hasRecords;
  }

  /** The window's bytes moved towards the front by so many places. */
  shift(moved: number): void {
    this.#splitter.shift(moved);
    this.#searchedTo = Math.max(0, this.#searchedTo - moved);
  }

  next(): Cut {
    if (this.#mode === 'undecided' && !this.#decide()) {
      return CUT.NEED_MORE;
    }
    for (;;) {
      const cut = this.#mode === 'lines' ? this.#nextLine() : this.#nextRecord();
      if (cut !== undefined) {
        return cut;
      }
    }
  }

  /**
   * The line that was found is not JSON from `start` on: read on as a document if it opens one. With text in front of
   * it (`hasPrefix`) the line behind the document is one by itself again.
   *
   * @returns Whether it does.
   */
  reopen(start: number, hasPrefix: boolean): boolean {
    if (!this.isLine || !opensDocument(this.#window.bytes, start, this.end)) {
      return false;
    }
    this.#mode = 'document';
    this.#isWithinLines = hasPrefix;
    this.#splitter.reset();
    this.#splitter.at = start;
    this.#lineNumber -= 1;
    this.#splitter.lineCount = this.#lineNumber;
    return true;
  }

  #decide(): boolean {
    const cut = firstCut(this.#window);
    if (cut === undefined) {
      return false;
    }
    this.#mode = cut;
    this.#splitter.at = this.#window.at;
    return true;
  }

  #nextLine(): Cut | undefined {
    const { bytes, isAtEnd, at: start } = this.#window;
    const newline = bytes.indexOf(NEWLINE, Math.max(start, this.#searchedTo));
    if (newline < 0 && !isAtEnd) {
      this.#searchedTo = bytes.length;
      if (bytes.length - start <= MAX_EVENT_BYTES) {
        return CUT.NEED_MORE;
      }
      this.#mode = 'long-line';
      this.#hasFoundInLine = false;
      this.#splitter.reset();
      this.#splitter.at = start;
      return undefined;
    }
    if (newline === bytes.length - 1 && !isAtEnd) {
      return CUT.NEED_MORE; // the byte behind a line may be asked for
    }
    const end = newline < 0 ? bytes.length : newline;
    if (start >= end && newline < 0) {
      return CUT.END;
    }
    this.#window.at = newline < 0 ? end : newline + 1;
    this.#lineNumber += 1;
    return this.#give(start, end, this.#lineNumber, newline < 0);
  }

  /** `isCutOff`: whether a line lacks its newline; `undefined`: this is no line. */
  #give(start: number, end: number, line: number, isCutOff?: boolean): Cut {
    this.start = start;
    this.end = end;
    this.line = line;
    this.isLine = isCutOff !== undefined;
    this.isCutOff = isCutOff === true;
    return CUT.TEXT;
  }

  #nextRecord(): Cut | undefined {
    const splitter = this.#splitter;
    const newline = this.#mode === 'long-line' ? this.#findLongLineEnd() : -1;
    const to = newline < 0 ? this.#window.bytes.length : newline;
    const found = splitter.scan(this.#window.bytes, to);
    this.#window.at = splitter.keepFrom;
    if (found === FOUND.NOTHING) {
      if (newline < 0) {
        return this.#needMore();
      }
      this.#endLongLine(newline);
      return undefined;
    }
    this.#hasFoundInLine = true;
    const line = this.#mode === 'long-line' ? this.#lineNumber + 1 : splitter.valueLine + 1;
    switch (found) {
      case FOUND.RECORD: {
        const { valueStart, valueEnd } = splitter;
        this.#backToLines();
        return this.#give(valueStart, valueEnd, line);
      }
      case FOUND.OVERSIZED:
        this.#reportOversized(splitter.recordAt, line);
        return undefined;
      case FOUND.BROKEN:
        this.#reportBroken(
          splitter.at,
          `the string that ends line ${splitter.lineCount + 1} is not closed`,
        );
        return undefined;
    }
  }

  /** The newline behind the long line; -1 if it is not in the buffer. Each byte is looked at once. */
  #findLongLineEnd(): number {
    if (this.#longLineEnd < 0) {
      this.#longLineEnd = this.#window.bytes.indexOf(NEWLINE, this.#searchedTo);
      this.#searchedTo = this.#window.bytes.length;
    }
    return this.#longLineEnd;
  }

  #needMore(): Cut {
    if (!this.#window.isAtEnd) {
      return CUT.NEED_MORE;
    }
    if (!this.#splitter.isBetween) {
      this.#findings.add(
        'audit/truncated-log',
        this.#window.placeOf(this.#window.bytes.length),
        `the log ends inside a value that begins at line ${this.#splitter.valueLine + 1}`,
      );
      this.#splitter.reset();
    }
    return CUT.END;
  }

  /** The newline behind a line that was too long to be held. */
  #endLongLine(newline: number): void {
    this.#lineNumber += 1;
    if (!this.#splitter.isBetween || !this.#hasFoundInLine) {
      this.#reportBroken(newline, `line ${this.#lineNumber}, longer than 16 MiB, is not JSON`);
    }
    this.#mode = 'lines';
    this.#longLineEnd = -1;
    this.#window.at = newline + 1;
    this.#searchedTo = this.#window.at;
  }

  /** A top-level value that fills its line: the rest is probably a value a line, which survives more. */
  #backToLines(): void {
    const { valueLine, lineCount, isBetween, valueEnd } = this.#splitter;
    if (
      this.#mode === 'document' &&
      isBetween &&
      (valueLine === lineCount || this.#isWithinLines) &&
      this.#window.bytes[valueEnd] === NEWLINE
    ) {
      this.#mode = 'lines';
      this.#isWithinLines = false;
      this.#lineNumber = lineCount + 1;
      this.#window.at = valueEnd + 1;
      this.#searchedTo = this.#window.at;
    }
  }

  #reportBroken(at: number, detail: string): void {
    this.#findings.add('audit/broken-json', this.#window.placeOf(at), detail);
  }

  #reportOversized(at: number, line: number): void {
    this.#findings.add(
      'audit/oversized-event',
      this.#window.placeOf(at),
      `the record at line ${line} is longer than 16 MiB`,
    );
  }
}
