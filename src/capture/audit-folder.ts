/**
 * A folder of audit logs as one piece of evidence: rotated logs, or a CloudTrail tree as it is synced from a
 * bucket. Here its files are found and ordered by the time of their first event; the merge reads them. Files that
 * are no audit logs (digests, for example) are passed over and told.
 */
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../errors.js';
import { AuditFindings } from './audit-findings.js';
import { inputOf, looksLikeAuditLog } from './audit-log.js';
import { AuditMerge, type LogFile, type OpenFile } from './audit-merge.js';
import { AuditReader } from './audit-reader.js';
import type { Evidence } from './evidence.js';
import { cannotOpen, isDirectory } from './mistakes.js';
import type { EvidenceReader } from './reader.js';

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
    (a, b) =>
      a.timeHigh - b.timeHigh ||
      (a.timeLow >>> 0) - (b.timeLow >>> 0) ||
      (a.name < b.name ? -1 : 1),
  );
  return new AuditMerge({ folder, files, openFile, findings });
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
