/**
 * Reads a Kubernetes audit log or a CloudTrail log as evidence: each event becomes one plugin event record.
 * Lines are taken whole; of a document the splitter cuts records without holding it.
 * Memory is bounded by one chunk and one event of `MAX_EVENT_BYTES`.
 */
import type { Diagnostic } from '../diagnostics.js';
import { firstCut, NEWLINE, opensDocument, skipSpace } from './audit-cut.js';
import { isCutByServer, kindOf, lacksRequest, TIME_KEYS } from './audit-event.js';
import { AuditFindings } from './audit-findings.js';
import type { AuditInput } from './audit-input.js';
import { isObject, parseJson, type JsonObject } from './audit-json.js';
import { AuditBlock, type AuditFormat } from './audit-record.js';
import { FOUND, RecordSplitter } from './audit-splitter.js';
import { readTime, type TimeHalves } from './audit-time.js';
import { AuditWindow } from './audit-window.js';
import type { Metadata } from './metadata.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';

/** Longest event that is read. An API server cuts its events at 100 kB by default, and at 1.5 MB for etcd. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** How much JSON may go by without an event before the file is called something else. */
const MAX_PROBE_BYTES = 16 * 1024 * 1024;
const NO_METADATA: Metadata = { kind: 'interfaces', interfaces: [] };

/** How the bytes are cut; `long-line` is `document` within one line of `lines`. */
type Mode = 'undecided' | 'lines' | 'document' | 'long-line';

/** A log of audit events, from an input that is already inflated. */
export class AuditReader implements EvidenceReader {
  readonly record: EventRecord;
  readonly metadata = NO_METADATA;
  readonly #input: AuditInput;
  readonly #window: AuditWindow;
  readonly #findings = new AuditFindings();
  readonly #block = new AuditBlock();
  readonly #time: TimeHalves = { high: 0, low: 0 };
  readonly #splitter = new RecordSplitter(MAX_EVENT_BYTES);
  /** A list that stands on one line is cut by a splitter of its own. */
  #inner: { splitter: RecordSplitter; end: number } | undefined;
  #mode: Mode = 'undecided';
  /** Where a newline was not found up to. */
  #searchedTo = 0;
  #longLineEnd = -1;
  #lineNumber = 0;
  #isFinished = false;
  /** `next()` answers with the event that the probe found. */
  #isHeld = false;
  #hasFoundInLine = false;
  #format: AuditFormat | undefined;

  /**
   * @param input - Inflated bytes; closed by `close()`.
   * @param record - Where events go; events are counted on from its number.
   */
  constructor(input: AuditInput, record = new EventRecord()) {
    this.record = record;
    this.#input = input;
    this.#window = new AuditWindow(input);
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#input.diagnostics, ...this.#findings.diagnostics];
  }

  get bytesRead(): number {
    return this.#input.bytesRead;
  }

  get sizeBytes(): number | undefined {
    return this.#input.sizeBytes;
  }

  /** Kind of the first event; `undefined` before one was seen, or where there is none. */
  get format(): AuditFormat | undefined {
    return this.#format;
  }

  /**
   * Read on to the first event, which `next()` then gives.
   *
   * @returns Whether this is a log of audit events (an empty list of them is one too).
   */
  async probe(): Promise<boolean> {
    for (;;) {
      if (this.next() === NEXT.EVENT) {
        this.#isHeld = true;
        return true;
      }
      if (this.#window.offset > MAX_PROBE_BYTES || !(await this.fill())) {
        return this.#splitter.hasRecords && !this.#findings.has('audit/other-json');
      }
    }
  }

  async fill(): Promise<boolean> {
    if (this.#window.isAtEnd) {
      return !this.#isFinished; // the probe may have come to the end before anybody looked
    }
    const moved = await this.#window.fill();
    this.#splitter.shift(moved);
    this.#searchedTo = Math.max(0, this.#searchedTo - moved);
    return true; // at the end too: what is left may be a last line without its newline
  }

  next(): Next {
    if (this.#isHeld) {
      this.#isHeld = false;
      return NEXT.EVENT;
    }
    for (;;) {
      const found = this.#step();
      if (found !== undefined) {
        return found;
      }
    }
  }

  block(): Uint8Array {
    return this.#block.block;
  }

  async close(): Promise<EvidenceIdentity> {
    return { ...(await this.#input.close()), format: this.#shownFormat };
  }

  abandon(): EvidenceIdentity {
    return { ...this.#input.abandon(), format: this.#shownFormat };
  }

  /** A log without events has the format that its shape suggests. */
  get #shownFormat(): AuditFormat {
    return this.#format ?? (this.#splitter.hasRecords ? 'cloudtrail' : 'k8s_audit');
  }

  /** One line or record; `undefined`: nothing to tell, go on. */
  #step(): Next | undefined {
    if (this.#inner !== undefined) {
      return this.#stepInner(this.#inner);
    }
    if (this.#mode === 'undecided' && !this.#decide()) {
      return NEXT.NEED_MORE;
    }
    return this.#mode === 'lines' ? this.#stepLine() : this.#stepDocument();
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

  #stepLine(): Next | undefined {
    const newline = this.#window.bytes.indexOf(
      NEWLINE,
      Math.max(this.#window.at, this.#searchedTo),
    );
    if (newline < 0 && !this.#window.isAtEnd) {
      this.#searchedTo = this.#window.bytes.length;
      if (this.#window.bytes.length - this.#window.at <= MAX_EVENT_BYTES) {
        return NEXT.NEED_MORE;
      }
      this.#mode = 'long-line';
      this.#hasFoundInLine = false;
      this.#splitter.reset();
      this.#splitter.at = this.#window.at;
      return undefined;
    }
    if (newline === this.#window.bytes.length - 1 && !this.#window.isAtEnd) {
      return NEXT.NEED_MORE; // the byte behind a line may be asked for
    }
    const start = this.#window.at;
    const end = newline < 0 ? this.#window.bytes.length : newline;
    if (start >= end && newline < 0) {
      return this.#finish();
    }
    this.#window.at = newline < 0 ? end : newline + 1;
    this.#lineNumber += 1;
    const contentStart = skipSpace(this.#window.bytes, start, end);
    if (contentStart === end) {
      return undefined;
    }
    return this.#takeLine(contentStart, end, newline < 0);
  }

  #takeLine(start: number, end: number, isCutOff: boolean): Next | undefined {
    const value = parseJson(this.#window.bytes, start, end);
    if (value === undefined) {
      if (this.#beginsDocument(start, end)) {
        return undefined;
      }
      this.#findings.add(
        isCutOff ? 'audit/truncated-log' : 'audit/broken-json',
        this.#window.base + start,
        `line ${this.#lineNumber} (${end - start} bytes) is not JSON`,
      );
      return undefined;
    }
    return this.#take(value, start, end, this.#lineNumber);
  }

  /** A line that opens a value whose rest is indented below it: from here on this is a document. */
  #beginsDocument(start: number, end: number): boolean {
    if (!opensDocument(this.#window.bytes, start, end)) {
      return false;
    }
    this.#mode = 'document';
    this.#splitter.reset();
    this.#splitter.at = start;
    this.#lineNumber -= 1;
    this.#splitter.lineCount = this.#lineNumber;
    return true;
  }

  #stepDocument(): Next | undefined {
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
    if (found === FOUND.BROKEN) {
      this.#tellBroken(
        splitter.at,
        `the string that ends line ${splitter.lineCount + 1} is not closed`,
      );
      return undefined;
    }
    if (found === FOUND.OVERSIZED) {
      this.#tellOversized(splitter.recordAt, line);
      return undefined;
    }
    const value = parseJson(this.#window.bytes, splitter.valueStart, splitter.valueEnd);
    if (value === undefined) {
      this.#tellBroken(splitter.valueStart, `the record at line ${line} is not JSON`);
      return undefined;
    }
    const result = this.#take(value, splitter.valueStart, splitter.valueEnd, line);
    this.#backToLines();
    return result;
  }

  /** The newline behind the long line; -1 if it is not in the buffer. Each byte is looked at once. */
  #findLongLineEnd(): number {
    if (this.#longLineEnd < 0) {
      this.#longLineEnd = this.#window.bytes.indexOf(NEWLINE, this.#searchedTo);
      this.#searchedTo = this.#window.bytes.length;
    }
    return this.#longLineEnd;
  }

  #needMore(): Next {
    if (!this.#window.isAtEnd) {
      return NEXT.NEED_MORE;
    }
    if (!this.#splitter.isBetween) {
      this.#findings.add(
        'audit/truncated-log',
        this.#window.base + this.#window.bytes.length,
        `the log ends inside a value that begins at line ${this.#splitter.valueLine + 1}`,
      );
      this.#splitter.reset();
    }
    return this.#finish();
  }

  /** The newline behind a line that was too long to be held. */
  #endLongLine(newline: number): void {
    this.#lineNumber += 1;
    if (!this.#splitter.isBetween || !this.#hasFoundInLine) {
      this.#tellBroken(newline, `line ${this.#lineNumber}, longer than 16 MiB, is not JSON`);
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
      valueLine === lineCount &&
      this.#inner === undefined &&
      this.#window.bytes[valueEnd] === NEWLINE
    ) {
      this.#mode = 'lines';
      this.#lineNumber = lineCount + 1;
      this.#window.at = valueEnd + 1;
      this.#searchedTo = this.#window.at;
    }
  }

  #stepInner(inner: { splitter: RecordSplitter; end: number }): Next | undefined {
    const { splitter, end } = inner;
    const found = splitter.scan(this.#window.bytes, end);
    if (found === FOUND.NOTHING) {
      this.#inner = undefined;
      return undefined;
    }
    if (found !== FOUND.RECORD) {
      return undefined; // its line was parsed whole, so it is neither broken nor too long
    }
    const value = parseJson(this.#window.bytes, splitter.valueStart, splitter.valueEnd);
    return this.#take(value, splitter.valueStart, splitter.valueEnd, splitter.lineCount + 1);
  }

  /** A parsed value at `[start, end)`: an event is given out, a list is opened, anything else is told. */
  #take(value: unknown, start: number, end: number, line: number): Next | undefined {
    const kind = kindOf(value);
    switch (kind) {
      case 'k8s_audit':
      case 'cloudtrail':
        return this.#give(kind, value as JsonObject, { start, end, line });
      case 'list': {
        const splitter = new RecordSplitter(MAX_EVENT_BYTES);
        splitter.at = start;
        splitter.lineCount = line - 1;
        this.#inner = { splitter, end };
        this.#splitter.hasRecords ||= isObject(value) && Array.isArray(value['Records']);
        return undefined;
      }
      case 'insight':
        this.#findings.count('audit/insight');
        return undefined;
      case 'other':
        this.#findings.add(
          'audit/other-json',
          this.#window.base + start,
          `line ${line} holds no audit event`,
        );
        return undefined;
    }
  }

  #give(
    format: AuditFormat,
    event: JsonObject,
    place: Readonly<{ start: number; end: number; line: number }>,
  ): Next | undefined {
    if (!readTime(event[TIME_KEYS[format]], this.#time)) {
      this.#findings.add(
        'audit/no-time',
        this.#window.base + place.start,
        `the event at line ${place.line} has no usable ${TIME_KEYS[format]}`,
      );
      return undefined;
    }
    if (lacksRequest(event)) {
      this.#findings.count('audit/metadata-level');
    }
    if (isCutByServer(event)) {
      this.#findings.count('audit/truncated-by-server');
    }
    this.#format ??= format;
    const { start, end } = place;
    this.#block.write(this.record, format, this.#time, { source: this.#window.bytes, start, end });
    this.record.number += 1;
    this.record.offset = this.#window.base + start;
    this.record.json = event;
    return NEXT.EVENT;
  }

  #tellBroken(at: number, detail: string): void {
    this.#findings.add('audit/broken-json', this.#window.base + at, detail);
  }

  #tellOversized(at: number, line: number): void {
    this.#findings.add(
      'audit/oversized-event',
      this.#window.base + at,
      `the record at line ${line} is longer than 16 MiB`,
    );
  }

  #finish(): Next {
    this.#isFinished = true;
    this.#findings.finish();
    return NEXT.NEED_MORE;
  }
}
