/**
 * Several logs as one, in the order of time: of the logs that are open, the one whose next event is earliest gives
 * it. A log is opened when its first event is due, so logs that follow each other are open one at a time, and those of
 * several API servers, regions or accounts together. The order inside a log is the log's own.
 */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostics.js';
import type { AuditFindings } from './audit-findings.js';
import { inputOf } from './audit-log.js';
import { AuditReader } from './audit-reader.js';
import type { Evidence } from './evidence.js';
import type { Metadata } from './metadata.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';

/** Opens a file and unpacks its beginning. Throws a UserError if that cannot be done. */
export type OpenFile = (path: string) => Promise<Evidence>;

/** A log before it is read. */
export interface LogFile {
  readonly path: string;
  /** Below the folder: what diagnostics and the identity say. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Halves of the first event's time; both 0 in a log without events. */
  readonly timeHigh: number;
  readonly timeLow: number;
}

/** What is merged. */
export interface AuditLogs {
  readonly folder: string;
  /** In the order of their first events. */
  readonly files: readonly LogFile[];
  readonly openFile: OpenFile;
  /** Of the folder itself. */
  readonly findings: AuditFindings;
}

/** Logs that are open at a time: more wait for one to end. Each costs some megabytes. */
const MAX_OPEN = 64;

/** A log that is being read, and whether `reader.record` is an event that was not given out yet. */
interface OpenLog {
  readonly at: number;
  readonly reader: AuditReader;
  hasEvent: boolean;
}

interface Halves {
  readonly timeHigh: number;
  readonly timeLow: number;
}

const isBefore = (a: Halves, b: Halves): boolean =>
  a.timeHigh < b.timeHigh || (a.timeHigh === b.timeHigh && a.timeLow < b.timeLow);

/** Reads logs of a folder. */
export class AuditMerge implements EvidenceReader {
  readonly record = new EventRecord();
  readonly metadata: Metadata = { kind: 'interfaces', interfaces: [] };
  readonly sectionOffset = 0;
  readonly sizeBytes: number;
  readonly #logs: AuditLogs;
  /** By file, of those that have been read: what they were, and what there was to report. */
  readonly #identities: EvidenceIdentity[] = [];
  readonly #reported: (readonly Diagnostic[])[] = [];
  /** In the order of files. */
  #open: OpenLog[] = [];
  #openedCount = 0;
  #isAbandoned = false;
  /** The log whose event was given out last. */
  #given: OpenLog | undefined;

  constructor(logs: AuditLogs) {
    this.#logs = logs;
    this.sizeBytes = logs.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  get diagnostics(): readonly Diagnostic[] {
    const reported = [...this.#reported];
    for (const { at, reader } of this.#open) {
      reported[at] = this.#named(at, reader.diagnostics);
    }
    return [...reported.flat(), ...this.#logs.findings.diagnostics];
  }

  get bytesRead(): number {
    const before = this.#identities.reduce((sum, file) => sum + file.sizeBytes, 0);
    return this.#open.reduce((sum, { reader }) => sum + reader.bytesRead, before);
  }

  async fill(): Promise<boolean> {
    for (const log of this.#open) {
      if (!log.hasEvent && !(await log.reader.fill())) {
        await this.#end(log);
      }
    }
    this.#open = this.#open.filter(({ at }) => this.#identities[at] === undefined);
    if (this.#open.every((log) => log.hasEvent) && this.#isNextDue(this.#earliest())) {
      await this.#openNext();
    }
    if (this.#open.length === 0) {
      this.#logs.findings.finish();
    }
    return this.#open.length > 0;
  }

  next(): Next {
    for (const log of this.#open) {
      log.hasEvent ||= log.reader.next() === NEXT.EVENT;
      if (!log.hasEvent) {
        return NEXT.NEED_MORE;
      }
    }
    const earliest = this.#earliest();
    if (earliest === undefined || this.#isNextDue(earliest)) {
      return NEXT.NEED_MORE;
    }
    earliest.hasEvent = false;
    this.#given = earliest;
    const number = this.record.number + 1;
    Object.assign(this.record, earliest.reader.record, { number });
    return NEXT.EVENT;
  }

  block(): Uint8Array {
    return this.#given?.reader.block() ?? new Uint8Array();
  }

  async close(): Promise<EvidenceIdentity> {
    for (const log of this.#open) {
      await this.#end(log);
    }
    this.#open = [];
    // the files that nobody asked for belong to the evidence too
    while (this.#openedCount < this.#logs.files.length && !this.#isAbandoned) {
      await this.#end(await this.#openNext());
      this.#open = [];
    }
    return this.#identify();
  }

  abandon(): EvidenceIdentity {
    this.#isAbandoned = true;
    for (const { at, reader } of this.#open) {
      this.#identities[at] = reader.abandon();
      this.#reported[at] = this.#named(at, reader.diagnostics);
    }
    this.#open = [];
    const incomplete = this.#firstFailure() ?? 'reading was ended before its end';
    return { ...this.#identify(), sha256: undefined, incomplete, sizeBytes: this.sizeBytes };
  }

  /** The open log whose next event comes first; the first in the order of files, where several do. */
  #earliest(): OpenLog | undefined {
    let earliest: OpenLog | undefined;
    for (const log of this.#open) {
      if (earliest === undefined || isBefore(log.reader.record, earliest.reader.record)) {
        earliest = log;
      }
    }
    return earliest;
  }

  /** Whether the next file must be opened before the event of `earliest` may be given out. */
  #isNextDue(earliest: OpenLog | undefined): boolean {
    const file = this.#logs.files[this.#openedCount];
    return (
      file !== undefined &&
      this.#open.length < MAX_OPEN &&
      (earliest === undefined || isBefore(file, earliest.reader.record))
    );
  }

  async #openNext(): Promise<OpenLog> {
    const at = this.#openedCount;
    const { path } = this.#logs.files[at] as LogFile;
    const reader = new AuditReader(inputOf(await this.#logs.openFile(path)));
    this.#openedCount += 1;
    const log = { at, reader, hasEvent: false };
    this.#open.push(log);
    return log;
  }

  async #end({ at, reader }: OpenLog): Promise<void> {
    this.#identities[at] = await reader.close();
    this.#reported[at] = this.#named(at, reader.diagnostics);
  }

  #named(at: number, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const name = this.#logs.files[at]?.name ?? '';
    return diagnostics.map((each) => ({ ...each, detail: `${name}: ${each.detail}` }));
  }

  #identify(): EvidenceIdentity {
    return {
      path: this.#logs.folder,
      sha256: this.#hash(),
      incomplete: this.#firstFailure(),
      sizeBytes: this.#identities.reduce((sum, file) => sum + file.sizeBytes, 0),
      format: this.#identities[0]?.format ?? 'k8s_audit',
      compression:
        this.#identities.find((file) => file.compression !== 'none')?.compression ?? 'none',
    };
  }

  /** Of the logs read so far. */
  #firstFailure(): string | undefined {
    const [first] = this.#identities.flatMap(({ incomplete }, at) =>
      incomplete === undefined ? [] : [`${this.#logs.files[at]?.name ?? ''}: ${incomplete}`],
    );
    return first;
  }

  /** The hash of a folder is that of the list of its logs, as `sha256sum` prints it, sorted by name. */
  #hash(): string | undefined {
    const { files } = this.#logs;
    const lines = this.#identities.flatMap(({ sha256 }, index) =>
      sha256 === undefined ? [] : [`${sha256}  ${files[index]?.name ?? ''}\n`],
    );
    if (lines.length < files.length) {
      return undefined;
    }
    lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
    return createHash('sha256').update(lines.join('')).digest('hex');
  }
}
