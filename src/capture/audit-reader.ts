/**
 * Reads a Kubernetes audit log or a CloudTrail log as evidence: each event becomes one plugin event record.
 * Two ways through the bytes: *lines* (a value a line: a broken one costs itself only) and *document* (anything
 * else: pretty-printed, one huge array), which the splitter cuts into records without holding the document.
 * Memory is bounded by one chunk and one event of `MAX_EVENT_BYTES`.
 */
import type { Diagnostic } from '../diagnostics.js';
import { isCutByServer, kindOf, lacksRequest, TIME_KEYS } from './audit-event.js';
import { AuditFindings } from './audit-findings.js';
import type { AuditInput } from './audit-input.js';
import { isObject, parseJson, type JsonObject } from './audit-json.js';
import { AuditBlock, type AuditFormat } from './audit-record.js';
import { FOUND, RecordSplitter } from './audit-splitter.js';
import { readTime, type TimeHalves } from './audit-time.js';
import type { Metadata } from './metadata.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';

/** Longest event that is read. An API server cuts its events at 100 kB by default, and at 1.5 MB for etcd. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** How much JSON may go by without an event before the file is called something else. */
const MAX_PROBE_BYTES = 16 * 1024 * 1024;
/** How long a first line may be for its file to be read line by line. */
const MAX_FIRST_LINE = 1024 * 1024;
/** How much is read at a time. */
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const NO_METADATA: Metadata = { kind: 'interfaces', interfaces: [] };

/** How the bytes are cut; `long-line` is `document` within one line of `lines`. */
type Mode = 'undecided' | 'lines' | 'document' | 'long-line';

/** A log of audit events, from an input that is already inflated. */
export class AuditReader implements EvidenceReader {
  readonly record: EventRecord;
  readonly metadata = NO_METADATA;
  readonly #input: AuditInput;
  readonly #findings = new AuditFindings();
  readonly #block = new AuditBlock();
  readonly #time: TimeHalves = { high: 0, low: 0 };
  readonly #splitter = new RecordSplitter(MAX_EVENT_BYTES);
  /** A list that stands on one line is cut by a splitter of its own. */
  #inner: { splitter: RecordSplitter; end: number } | undefined;
  #mode: Mode = 'undecided';
  /** What was read and is still needed: `[#at, #filled.length)`. */
  #buffer: Buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
  #filled: Buffer = this.#buffer.subarray(0, 0);
  #at = 0;
  /** Where a newline was not found up to. */
  #searchedTo = 0;
  #longLineEnd = -1;
  /** Offset in the stream of the buffer's first byte. */
  #base = 0;
  #lineNumber = 0;
  #isAtEnd = false;
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
      if (this.#base + this.#at > MAX_PROBE_BYTES || !(await this.fill())) {
        return this.#splitter.hasRecords && !this.#findings.has('audit/other-json');
      }
    }
  }

  async fill(): Promise<boolean> {
    if (this.#isAtEnd) {
      return !this.#isFinished; // the probe may have come to the end before anybody looked
    }
    const kept = this.#makeRoom();
    const end = Math.min(this.#buffer.length, kept + CHUNK_BYTES);
    const count = await this.#input.read(this.#buffer, kept, end);
    this.#filled = this.#buffer.subarray(0, kept + count);
    this.#isAtEnd = count === 0;
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
    const { path, sha256, sizeBytes, compression } = await this.#input.close();
    const format = this.#format ?? (this.#splitter.hasRecords ? 'cloudtrail' : 'k8s_audit');
    return { path, sha256, sizeBytes, compression, format };
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

  /** Choose how to cut: by lines if one of the first lines is a whole value. */
  #decide(): boolean {
    const firstEnd = this.#filled.indexOf(NEWLINE, this.#at);
    if (firstEnd < 0 && !this.#isAtEnd && this.#filled.length < MAX_FIRST_LINE) {
      return false;
    }
    let start = this.#at + byteOrderMark(this.#filled, this.#at);
    this.#at = start;
    this.#mode = 'document';
    while (start < this.#filled.length && this.#mode === 'document') {
      const newline = this.#filled.indexOf(NEWLINE, start);
      const end = newline < 0 ? this.#filled.length : newline;
      if ((newline >= 0 || this.#isAtEnd) && isObject(parseJson(this.#filled, start, end))) {
        this.#mode = 'lines';
      }
      start = end + 1;
    }
    this.#splitter.at = this.#at;
    return true;
  }

  #stepLine(): Next | undefined {
    const newline = this.#filled.indexOf(NEWLINE, Math.max(this.#at, this.#searchedTo));
    if (newline < 0 && !this.#isAtEnd) {
      this.#searchedTo = this.#filled.length;
      if (this.#filled.length - this.#at <= MAX_EVENT_BYTES) {
        return NEXT.NEED_MORE;
      }
      this.#mode = 'long-line';
      this.#hasFoundInLine = false;
      this.#splitter.reset();
      this.#splitter.at = this.#at;
      return undefined;
    }
    if (newline === this.#filled.length - 1 && !this.#isAtEnd) {
      return NEXT.NEED_MORE; // the byte behind a line may be asked for
    }
    const start = this.#at;
    const end = newline < 0 ? this.#filled.length : newline;
    if (start >= end && newline < 0) {
      return this.#finish();
    }
    this.#at = newline < 0 ? end : newline + 1;
    this.#lineNumber += 1;
    const contentStart = skipSpace(this.#filled, start, end);
    if (contentStart === end) {
      return undefined;
    }
    return this.#takeLine(contentStart, end, newline < 0);
  }

  #takeLine(start: number, end: number, isCutOff: boolean): Next | undefined {
    const value = parseJson(this.#filled, start, end);
    if (value === undefined) {
      if (this.#beginsDocument(start, end)) {
        return undefined;
      }
      this.#findings.add(
        isCutOff ? 'audit/truncated-log' : 'audit/broken-json',
        this.#base + start,
        `line ${this.#lineNumber} (${end - start} bytes) is not JSON`,
      );
      return undefined;
    }
    return this.#take(value, start, end, this.#lineNumber);
  }

  /** A line that opens a value whose rest is indented below it: from here on this is a document. */
  #beginsDocument(start: number, end: number): boolean {
    const last = this.#filled.latin1Slice(start, end).trimEnd().at(-1) ?? '';
    const following = this.#filled[end + 1];
    if (!'{[,'.includes(last) || (following !== 0x20 && following !== 0x09)) {
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
    const to = newline < 0 ? this.#filled.length : newline;
    const found = splitter.scan(this.#filled, to);
    this.#at = splitter.keepFrom;
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
    const value = parseJson(this.#filled, splitter.valueStart, splitter.valueEnd);
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
      this.#longLineEnd = this.#filled.indexOf(NEWLINE, this.#searchedTo);
      this.#searchedTo = this.#filled.length;
    }
    return this.#longLineEnd;
  }

  #needMore(): Next {
    if (!this.#isAtEnd) {
      return NEXT.NEED_MORE;
    }
    if (!this.#splitter.isBetween) {
      this.#findings.add(
        'audit/truncated-log',
        this.#base + this.#filled.length,
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
    this.#at = newline + 1;
    this.#searchedTo = this.#at;
  }

  /** A top-level value that fills its line: the rest is probably a value a line, which survives more. */
  #backToLines(): void {
    const { valueLine, lineCount, isBetween, valueEnd } = this.#splitter;
    if (
      this.#mode === 'document' &&
      isBetween &&
      valueLine === lineCount &&
      this.#inner === undefined &&
      this.#filled[valueEnd] === NEWLINE
    ) {
      this.#mode = 'lines';
      this.#lineNumber = lineCount + 1;
      this.#at = valueEnd + 1;
      this.#searchedTo = this.#at;
    }
  }

  #stepInner(inner: { splitter: RecordSplitter; end: number }): Next | undefined {
    const { splitter, end } = inner;
    const found = splitter.scan(this.#filled, end);
    if (found === FOUND.NOTHING) {
      this.#inner = undefined;
      return undefined;
    }
    if (found !== FOUND.RECORD) {
      return undefined; // its line was parsed whole, so it is neither broken nor too long
    }
    const value = parseJson(this.#filled, splitter.valueStart, splitter.valueEnd);
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
          this.#base + start,
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
        this.#base + place.start,
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
    this.#block.write(this.record, format, this.#time, { source: this.#filled, start, end });
    this.record.number += 1;
    this.record.offset = this.#base + start;
    this.record.json = event;
    return NEXT.EVENT;
  }

  #tellBroken(at: number, detail: string): void {
    this.#findings.add('audit/broken-json', this.#base + at, detail);
  }

  #tellOversized(at: number, line: number): void {
    this.#findings.add(
      'audit/oversized-event',
      this.#base + at,
      `the record at line ${line} is longer than 16 MiB`,
    );
  }

  #finish(): Next {
    this.#isFinished = true;
    this.#findings.finish();
    return NEXT.NEED_MORE;
  }

  /** Move what is still needed to the front; returns how much that is. At least half a chunk is free then. */
  #makeRoom(): number {
    const kept = this.#filled.length - this.#at;
    const source = this.#filled.subarray(this.#at);
    if (kept + CHUNK_BYTES / 2 > this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
    }
    source.copy(this.#buffer, 0);
    this.#filled = this.#buffer.subarray(0, kept);
    this.#splitter.shift(this.#at);
    this.#base += this.#at;
    this.#searchedTo = Math.max(0, this.#searchedTo - this.#at);
    this.#at = 0;
    return kept;
  }
}

/** Length of a UTF-8 byte-order mark at `at`. */
function byteOrderMark(bytes: Buffer, at: number): number {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
}

function skipSpace(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) <= 0x20) {
    at += 1;
  }
  return at;
}
