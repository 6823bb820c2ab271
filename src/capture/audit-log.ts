/**
 * Audit logs among the formats of evidence: JSON, or a JSON value a line. Which log it is, and how it is
 * cut into events, the audit reader finds out.
 */
import { UserError } from '../errors.js';
import { MAX_PREFIX } from './audit-cut.js';
import { encodingOf, toUtf8, Utf16Source } from './audit-encoding.js';
import type { AuditInput } from './audit-input.js';
import { AuditReader } from './audit-reader.js';
import { BYSTANDERS, prefixOf } from './audit-wrappers-table.js';
import { abandon, type Evidence } from './evidence.js';
import type { EvidenceReader } from './reader.js';

/** So many findings say what a file is that is no audit log. */
const MAX_DETAILS = 3;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** A line of an audit log, behind one that was cut; within a wrapping its quotes are escaped. */
const AUDIT_LINE = /^[^{"\0\n]{0,300}\{.*"(?:auditID|eventName)\\*"/m;

/**
 * Whether content begins as a JSON object or array does, as a line of a wrapping or of the API server does, or has a line
 * that looks like an audit event.
 */
export function looksLikeAuditLog(head: Buffer): boolean {
  const text = toUtf8(head, encodingOf(head)).latin1Slice();
  const start = text
    .slice(text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0)
    .trimStart();
  return (
    /^[[{]/.test(start) || beginsAsLogLine(start.slice(0, MAX_PREFIX)) || AUDIT_LINE.test(text)
  );
}

function beginsAsLogLine(start: string): boolean {
  const found = prefixOf(start);
  return (
    (found !== undefined && found.row.isGuess !== true) ||
    BYSTANDERS.some(({ line }) => line.test(start))
  );
}

/** A reader for the kind of audit log that this is. Throws a UserError for other JSON. */
export async function openAuditLog(evidence: Evidence): Promise<EvidenceReader> {
  const reader = new AuditReader(inputOf(evidence));
  if (await reader.probe()) {
    return reader;
  }
  const isJson = /^\s*[[{]/.test(evidence.head.subarray(0, MAX_PREFIX).latin1Slice());
  throw new UserError({
    code: 'EVIDENCE_UNKNOWN_AUDIT_LOG',
    what: 'Cannot read the evidence',
    where: evidence.path,
    why: `${isJson ? 'this is JSON, and' : 'it'} holds no event of a Kubernetes audit log or a CloudTrail log${whatItHolds(reader)}`,
    fix: 'give a .scap capture, or a log of one of these kinds',
  });
}

/** The first things that were found instead of events. */
function whatItHolds({ diagnostics }: AuditReader): string {
  const details = diagnostics.slice(0, MAX_DETAILS).map(({ detail }) => detail);
  return details.length === 0 ? '' : `: ${details.join('; ')}`;
}

/** The unpacked bytes of a file, as the audit reader takes them. */
export function inputOf(evidence: Evidence): AuditInput {
  const { path, compression, raw, findings } = evidence;
  const encoding = encodingOf(evidence.head);
  const content =
    encoding === 'UTF-8' ? evidence.content : new Utf16Source(evidence.content, encoding);
  return {
    get bytesRead() {
      return raw.bytesRead;
    },
    sizeBytes: raw.sizeBytes,
    encoding,
    get diagnostics() {
      return findings.list();
    },
    read: (into, start, end) => content.read(into, start, end),
    close: async () => ({ path, compression, ...(await raw.close()) }),
    abandon: () => abandon(evidence, 'k8s_audit'),
  };
}
