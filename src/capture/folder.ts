/**
 * What lies below a folder, by content: captures, each of which is a piece of evidence of its own, and audit logs
 * (rotated ones, or a CloudTrail tree as it is synced from a bucket), which are one piece together. Cases and alerts that
 * were left beside them are passed over; everything else is reported. Symbolic links are not followed, so nothing
 * outside the folder is read, and nothing twice.
 */
import { statSync, type Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../errors.js';
import type { Diagnostic } from '../diagnostics.js';
import { AuditFindings } from './audit-findings.js';
import { inputOf, looksLikeAuditLog } from './audit-log.js';
import { AuditMerge, type LogFile, type OpenFile } from './audit-merge.js';
import { AuditReader } from './audit-reader.js';
import type { Evidence } from './evidence.js';
import { FORMATS } from './formats.js';
import { cannotOpen } from './mistakes.js';
import type { EvidenceReader } from './reader.js';

/** Files that are looked at: memory stays bounded whatever lies there. */
const MAX_FILES = 250_000;

/** What was found. */
export interface FolderSurvey {
  /** Paths of captures, in byte order. */
  readonly captures: readonly string[];
  /** Paths of logs. */
  readonly logs: readonly string[];
  /** Opens all logs, in the order of time; `undefined` where there is none. Their diagnostics hold `others` too. */
  readonly openLogs: ((options: LogOptions) => EvidenceReader) | undefined;
  /** What is neither. */
  readonly others: readonly Diagnostic[];
}

/** How the logs of a folder are opened. */
interface LogOptions {
  /** Whether captures are reported too, since nobody reads them. */
  readonly reportsCaptures: boolean;
}

/** Whether the path is a folder (standard input and missing paths are not). */
export function isFolder(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    return false; // opening it will say what is wrong
  }
}

/**
 * Look at every file below `folder`.
 *
 * @throws {UserError} If the folder itself may not be read.
 */
export async function surveyFolder(folder: string, openFile: OpenFile): Promise<FolderSurvey> {
  const findings = new AuditFindings();
  const captures: string[] = [];
  const logs: LogFile[] = [];
  for (const path of await filesBelow(folder, findings)) {
    const file = { path, name: relative(folder, path) };
    const found = await lookAt(file, openFile, findings);
    if (found === 'capture') {
      captures.push(path);
    } else if (found !== undefined) {
      logs.push(found);
    }
  }
  logs.sort(byFirstEvent);
  if (logs.length === 0) {
    findings.finish();
  }
  return {
    captures,
    logs: logs.map(({ path }) => path),
    openLogs:
      logs.length === 0
        ? undefined
        : ({ reportsCaptures }) => {
            for (const path of reportsCaptures ? captures : []) {
              const detail = `${relative(folder, path)} is a capture, and was not read: name it by itself`;
              findings.add('audit/other-file', undefined, detail);
            }
            return new AuditMerge({ folder, files: logs, openFile, findings });
          },
    others: findings.diagnostics,
  };
}

function byFirstEvent(a: LogFile, b: LogFile): number {
  return (
    a.timeHigh - b.timeHigh || (a.timeLow >>> 0) - (b.timeLow >>> 0) || (a.name < b.name ? -1 : 1)
  );
}

function reportOther(name: string, entry: Dirent, findings: AuditFindings): void {
  const what = entry.isSymbolicLink() ? 'a symbolic link, which is not followed' : 'no file';
  findings.add('audit/other-file', undefined, `${name} is ${what}`);
}

/** Paths of all regular files, in byte order. Level by level, since a path may be longer than the stack. */
async function filesBelow(folder: string, findings: AuditFindings): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [folder];
  const take = (entry: Dirent, path: string): void => {
    if (entry.isDirectory()) {
      folders.push(path);
    } else if (entry.isFile()) {
      files.push(path);
    } else {
      reportOther(relative(folder, path), entry, findings);
    }
  };
  for (let each = folders.pop(); each !== undefined; each = folders.pop()) {
    try {
      for await (const entry of await opendir(each)) {
        take(entry, join(each, entry.name));
      }
    } catch (error) {
      if (each === folder) {
        throw cannotOpen(folder, error);
      }
      tellUnreadable(relative(folder, each), cannotOpen(each, error), findings);
    }
    if (files.length + folders.length > MAX_FILES) {
      const detail = `more than ${MAX_FILES} files lie here, and no more of them were looked at`;
      findings.add('audit/unreadable-file', undefined, detail);
      break;
    }
  }
  return files
    .map((path) => ({ path, bytes: Buffer.from(path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path }) => path);
}

function tellUnreadable(name: string, { story }: UserError, findings: AuditFindings): void {
  const fix = story.code === 'EVIDENCE_PACKED' ? `; ${story.fix ?? ''}` : '';
  findings.add('audit/unreadable-file', undefined, `${name}: ${story.why}${fix}`);
}

/** What a file is; a log is read up to its first event. `undefined` where it is neither, which has been reported. */
async function lookAt(
  file: Pick<LogFile, 'path' | 'name'>,
  openFile: OpenFile,
  findings: AuditFindings,
): Promise<'capture' | LogFile | undefined> {
  let evidence: Evidence;
  try {
    evidence = await openFile(file.path);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    tellUnreadable(file.name, error, findings);
    return undefined;
  }
  try {
    const { head } = evidence;
    if (isOurs(head)) {
      return undefined;
    }
    if (FORMATS.find(({ looksLike }) => looksLike(head))?.name === 'scap') {
      return 'capture';
    }
    const reader = new AuditReader(inputOf(evidence));
    if (looksLikeAuditLog(head) && (await reader.probe())) {
      const { timeHigh, timeLow } = reader.record;
      return { ...file, sizeBytes: evidence.raw.sizeBytes ?? 0, timeHigh, timeLow };
    }
    const detail = `${file.name} is neither a capture nor an audit log`;
    findings.add('audit/other-file', undefined, detail);
    return undefined;
  } finally {
    evidence.raw.abandon();
  }
}

/** A case, one of the files that SQLite keeps beside it, or alerts as JSON lines. */
function isOurs(head: Buffer): boolean {
  return (
    SQLITE_MAGICS.some((magic) => head.subarray(0, magic.length).equals(magic)) || isAlert(head)
  );
}

const SQLITE_MAGICS: readonly Buffer[] = [
  Buffer.from('SQLite format 3\0'),
  Buffer.from([0x37, 0x7f, 0x06, 0x82]), // write-ahead log
  Buffer.from([0x37, 0x7f, 0x06, 0x83]),
  Buffer.from([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]), // rollback journal
  Buffer.from([0x18, 0xe2, 0x2d, 0x00]), // index of a write-ahead log
];

const ALERT_KEYS = ['time', 'rule', 'priority', 'source', 'output'];

function isAlert(head: Buffer): boolean {
  const end = head.indexOf('\n');
  if (head[0] !== 0x7b || end < 0) {
    return false;
  }
  try {
    const line = JSON.parse(head.toString('utf8', 0, end)) as object;
    return ALERT_KEYS.every((key) => key in line);
  } catch {
    return false;
  }
}
