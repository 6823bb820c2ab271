/**
 * A folder of audit logs as one piece of evidence: rotated logs, or a CloudTrail tree as it is synced from a
 * bucket. Its files are read one after the other, ordered by the time of their first event. Files that are no
 * audit logs (digests, for example) are passed over and told. Only what is needed to order them is kept of each.
 */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import { UserError } from '../errors.js';
import { AuditFindings } from './audit-findings.js';
import { inputOf, looksLikeAuditLog } from './audit-log.js';
import { AuditReader } from './audit-reader.js';
import type { Evidence } from './evidence.js';
import type { Metadata } from './metadata.js';
import { cannotOpen, isDirectory } from './mistakes.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';

/** Opens a file and unpacks its beginning. Throws a UserError if that cannot be done. */
export type OpenFile = (path: string) => Promise<Evidence>;

interface LogFile {
  readonly path: string;
  /** Below the folder: what diagnostics and the identity say. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Halves of the first event's time; both 0 in a log without events. */
  readonly timeHigh: number;
  readonly timeLow: number;
}

/**
 * Open all audit logs below `folder`.
 *
 * @throws {UserError} If there is none, or the folder may not be read.
 */
export async function openAuditFolder(folder: string, openFile: OpenFile): Promise<EvidenceReader> {
  const findings = new AuditFindings();
  const files: LogFile[] = [];
  for (const path of filesBelow(folder)) {
    const file = await examine(folder, path, openFile, findings);
    if (file !== undefined) {
      files.push(file);
    }
  }
  if (files.length === 0) {
    throw isDirectory(folder);
  }
  files.sort(
    (a, b) => a.timeHigh - b.timeHigh || a.timeLow - b.timeLow || (a.name < b.name ? -1 : 1),
  );
  return new AuditFolderReader(folder, files, openFile, findings);
}

/** Whether the path is a folder (standard input and what is not there are none). */
export function isFolder(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    return false; // opening it will say what is wrong
  }
}

/** Paths of all files, folders in the order of their names. Links to folders are not followed. */
function filesBelow(folder: string): readonly string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw cannotOpen(folder, error);
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return filesBelow(path);
    }
    const isFile = entry.isFile() || (entry.isSymbolicLink() && isLinkToFile(path));
    return isFile ? [path] : [];
  });
}

function isLinkToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Read a file up to its first event; `undefined` (and told) if it is no audit log. */
async function examine(
  folder: string,
  path: string,
  openFile: OpenFile,
  findings: AuditFindings,
): Promise<LogFile | undefined> {
  const name = relative(folder, path);
  let evidence: Evidence;
  try {
    evidence = await openFile(path);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    findings.add('audit/unreadable-file', undefined, `${name}: ${error.story.why}`);
    return undefined;
  }
  try {
    const reader = new AuditReader(inputOf(evidence));
    if (!looksLikeAuditLog(evidence.head) || !(await reader.probe())) {
      findings.add('audit/other-file', undefined, `${name} is no audit log`);
      return undefined;
    }
    const { timeHigh, timeLow } = reader.record;
    return { path, name, sizeBytes: evidence.raw.sizeBytes ?? 0, timeHigh, timeLow };
  } finally {
    evidence.raw.abandon();
  }
}

class AuditFolderReader implements EvidenceReader {
  readonly record = new EventRecord();
  readonly metadata: Metadata = { kind: 'interfaces', interfaces: [] };
  readonly sizeBytes: number;
  readonly #folder: string;
  readonly #files: readonly LogFile[];
  readonly #openFile: OpenFile;
  readonly #findings: AuditFindings;
  /** Of the files that have been read: what they were, and what there was to tell. */
  readonly #identities: EvidenceIdentity[] = [];
  readonly #told: Diagnostic[] = [];
  #reader: AuditReader | undefined;

  constructor(
    folder: string,
    files: readonly LogFile[],
    openFile: OpenFile,
    findings: AuditFindings,
  ) {
    this.#folder = folder;
    this.#files = files;
    this.#openFile = openFile;
    this.#findings = findings;
    this.sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  get diagnostics(): readonly Diagnostic[] {
    const current = this.#reader === undefined ? [] : this.#named(this.#reader.diagnostics);
    return [...this.#told, ...current, ...this.#findings.diagnostics];
  }

  get bytesRead(): number {
    const before = this.#identities.reduce((sum, file) => sum + file.sizeBytes, 0);
    return before + (this.#reader?.bytesRead ?? 0);
  }

  async fill(): Promise<boolean> {
    while (this.#reader === undefined || !(await this.#reader.fill())) {
      await this.#endFile();
      const file = this.#files[this.#identities.length];
      if (file === undefined) {
        this.#findings.finish();
        return false;
      }
      this.#reader = new AuditReader(inputOf(await this.#openFile(file.path)), this.record);
    }
    return true;
  }

  next(): Next {
    return this.#reader?.next() ?? NEXT.NEED_MORE;
  }

  block(): Uint8Array {
    return this.#reader?.block() ?? new Uint8Array();
  }

  async close(): Promise<EvidenceIdentity> {
    // the files that nobody asked for belong to the evidence too
    while (this.#identities.length < this.#files.length) {
      await this.#endFile();
      const file = this.#files[this.#identities.length];
      if (file !== undefined) {
        this.#reader = new AuditReader(inputOf(await this.#openFile(file.path)), this.record);
      }
    }
    return this.#identify();
  }

  async #endFile(): Promise<void> {
    if (this.#reader !== undefined) {
      this.#told.push(...this.#named(this.#reader.diagnostics));
      this.#identities.push(await this.#reader.close());
      this.#reader = undefined;
    }
  }

  #named(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const name = this.#files[this.#identities.length]?.name ?? '';
    return diagnostics.map((each) => ({ ...each, detail: `${name}: ${each.detail}` }));
  }

  /** The hash of a folder is that of the list of its logs, as `sha256sum` prints it, sorted by name. */
  #identify(): EvidenceIdentity {
    const lines = this.#identities.map(
      ({ sha256 }, index) => `${sha256}  ${this.#files[index]?.name ?? ''}\n`,
    );
    lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
    return {
      path: this.#folder,
      sha256: createHash('sha256').update(lines.join('')).digest('hex'),
      sizeBytes: this.#identities.reduce((sum, file) => sum + file.sizeBytes, 0),
      format: this.#identities[0]?.format ?? 'k8s_audit',
      compression:
        this.#identities.find((file) => file.compression !== 'none')?.compression ?? 'none',
    };
  }
}
