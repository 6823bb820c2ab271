/**
 * Reads a Kubernetes audit log or a CloudTrail log as evidence: each event becomes one plugin event record. The cutter
 * gives lines and records, the finder the events in them. Memory is bounded by one chunk and the texts of one event.
 */
import type { Diagnostic } from '../diagnostics.js';
import { AuditCutter, CUT } from './audit-cutter.js';
import { isCutByServer, lacksRequest, OLD_TIME_KEY, TIME_KEYS } from './audit-event.js';
import { EventFinder, type FoundEvent } from './audit-finder.js';
import { AuditFindings } from './audit-findings.js';
import type { AuditInput } from './audit-input.js';
import type { JsonObject } from './audit-json.js';
import { AuditBlock, type AuditFormat } from './audit-record.js';
import { readTime, type TimeHalves } from './audit-time.js';
import { AuditWindow } from './audit-window.js';
import type { Metadata } from './metadata.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';

/** How much may go by without an event before the file is called something else. */
const MAX_PROBE_BYTES = 16 * 1024 * 1024;
const NO_METADATA: Metadata = { kind: 'interfaces', interfaces: [] };

/** A log of audit events, from an input that is already inflated. */
export class AuditReader implements EvidenceReader {
  readonly record: EventRecord;
  readonly metadata = NO_METADATA;
  readonly sectionOffset = 0;
  readonly #input: AuditInput;
  readonly #window: AuditWindow;
  readonly #findings = new AuditFindings();
  readonly #cutter: AuditCutter;
  readonly #block = new AuditBlock();
  readonly #time: TimeHalves = { high: 0, low: 0 };
  readonly #finder: EventFinder;
  #isFinished = false;
  /** `next()` answers with the event that the probe found. */
  #isHeld = false;
  #format: AuditFormat | undefined;

  /**
   * @param input - Inflated bytes; closed by `close()`.
   * @param record - Where events go; events are counted on from its number.
   */
  constructor(input: AuditInput, record = new EventRecord()) {
    this.record = record;
    this.#input = input;
    this.#window = new AuditWindow(input);
    this.#cutter = new AuditCutter(this.#window, this.#findings);
    this.#finder = new EventFinder(this.#window, this.#cutter, this.#findings);
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
   * @returns Whether this is a log of audit events (an empty list of them is one too, and so are events without a
   *   usable time, which are reported).
   */
  async probe(): Promise<boolean> {
    for (;;) {
      if (this.next() === NEXT.EVENT) {
        this.#isHeld = true;
        return true;
      }
      if (this.#window.offset > MAX_PROBE_BYTES || !(await this.fill())) {
        return (
          this.#findings.has('audit/no-time') ||
          ((this.#finder.hasRecords || this.#cutter.hasRecords) &&
            !this.#findings.has('audit/other-json'))
        );
      }
    }
  }

  async fill(): Promise<boolean> {
    if (this.#window.isAtEnd) {
      return !this.#isFinished; // the probe may have come to the end before anybody looked
    }
    this.#cutter.shift(await this.#window.fill());
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
    this.#findings.finish();
    return { ...(await this.#input.close()), format: this.#shownFormat };
  }

  abandon(): EvidenceIdentity {
    this.#findings.finish();
    return { ...this.#input.abandon(), format: this.#shownFormat };
  }

  /** A log without events has the format that its shape suggests. */
  get #shownFormat(): AuditFormat {
    const hasRecords = this.#finder.hasRecords || this.#cutter.hasRecords;
    return this.#format ?? (hasRecords ? 'cloudtrail' : 'k8s_audit');
  }

  /** One text; `undefined`: nothing to give out, go on. */
  #step(): Next | undefined {
    const found = this.#finder.next();
    switch (found) {
      case undefined:
        return undefined;
      case CUT.NEED_MORE:
        return NEXT.NEED_MORE;
      case CUT.END:
        return this.#finish();
      default:
        return this.#give(found);
    }
  }

  #give({ format, event, text }: FoundEvent): Next | undefined {
    if (!this.#readTime(format, event)) {
      this.#finder.report('audit/no-time', text, `has no usable ${TIME_KEYS[format]}`, 'the event');
      return undefined;
    }
    if (lacksRequest(event)) {
      this.#findings.count('audit/metadata-level');
    }
    if (isCutByServer(event)) {
      this.#findings.count('audit/truncated-by-server');
    }
    if (text.depth > 0) {
      this.#finder.wrappingsOf(text).forEach(({ name }) => {
        this.#findings.count('audit/wrapped', name);
      });
    }
    this.#format ??= format;
    const { bytes: source, start, end } = text;
    this.#block.write(this.record, format, this.#time, { source, start, end });
    this.record.number += 1;
    this.record.offset = text.offset;
    this.record.json = event;
    return NEXT.EVENT;
  }

  #readTime(format: AuditFormat, event: JsonObject): boolean {
    const time = event[TIME_KEYS[format]];
    if (format === 'k8s_audit' && time === undefined && readTime(event[OLD_TIME_KEY], this.#time)) {
      this.#findings.count('audit/old-time');
      return true;
    }
    return readTime(time, this.#time);
  }

  #finish(): Next {
    this.#isFinished = true;
    if (this.#input.encoding !== 'UTF-8') {
      this.#findings.add('audit/encoding', 0, `the log is ${this.#input.encoding}`);
    }
    this.#findings.finish();
    return NEXT.NEED_MORE;
  }
}
