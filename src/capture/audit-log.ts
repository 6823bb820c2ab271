/**
 * Audit logs: JSON, or a JSON object a line. Recognised here; the readers are rows of their own.
 */
import { UserError } from '../errors.js';
import type { Evidence } from './evidence.js';
import type { EvidenceReader } from './reader.js';

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** Whether content begins as a JSON object or array does. */
export function looksLikeAuditLog(head: Buffer): boolean {
  const text = head.latin1Slice(0, 256);
  const start = text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
  return /^\s*[[{]/.test(start);
}

/** A reader for the kind of audit log that this is. */
export function openAuditLog(evidence: Evidence): EvidenceReader {
  throw new UserError({
    code: 'EVIDENCE_UNKNOWN_AUDIT_LOG',
    what: 'Cannot read the evidence',
    where: evidence.path,
    why: 'this is JSON, and no kind of audit log that is known',
    fix: 'give a .scap capture',
  });
}
