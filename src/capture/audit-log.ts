/**
 * Audit logs among the formats of evidence: JSON, or a JSON value a line. Which log it is, and how it is
 * cut into events, the audit reader finds out.
 */
import { UserError } from '../errors.js';
import type { AuditInput } from './audit-input.js';
import { AuditReader } from './audit-reader.js';
import { abandon, type Evidence } from './evidence.js';
import type { EvidenceReader } from './reader.js';

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** A line of an audit log, behind one that was cut. */
const AUDIT_LINE = /^\s*\{.*"(?:auditID|eventName)"/m;

/** Whether content begins as a JSON object or array does, or has a line that looks like an audit event. */
export function looksLikeAuditLog(head: Buffer): boolean {
  const text = head.latin1Slice();
  const start = text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
  return /^\s*[[{]/.test(start) || AUDIT_LINE.test(text);
}

/** A reader for the kind of audit log that this is. Throws a UserError for other JSON. */
export async function openAuditLog(evidence: Evidence): Promise<EvidenceReader> {
  const reader = new AuditReader(inputOf(evidence));
  if (await reader.probe()) {
    return reader;
  }
  throw new UserError({
    code: 'EVIDENCE_UNKNOWN_AUDIT_LOG',
    what: 'Cannot read the evidence',
    where: evidence.path,
    why: 'this is JSON, and holds no event of a Kubernetes audit log or a CloudTrail log',
    fix: 'give a .scap capture, or a log of one of these kinds',
  });
}

/** The unpacked bytes of a file, as the audit reader takes them. */
export function inputOf(evidence: Evidence): AuditInput {
  const { path, compression, raw, content, findings } = evidence;
  return {
    get bytesRead() {
      return raw.bytesRead;
    },
    sizeBytes: raw.sizeBytes,
    get diagnostics() {
      return findings.list();
    },
    read: (into, start, end) => content.read(into, start, end),
    close: async () => ({ path, compression, ...(await raw.close()) }),
    abandon: () => abandon(evidence, 'k8s_audit'),
  };
}
