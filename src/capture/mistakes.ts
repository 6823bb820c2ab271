/**
 * What can be wrong with a path that was given as evidence, as the user reads it.
 */
import { UserError } from '../errors.js';

const WHAT = 'Cannot read the evidence';

/** There is nothing to open, or it cannot be opened. */
export function cannotOpen(path: string, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError({
        code: 'EVIDENCE_NOT_FOUND',
        what: WHAT,
        where: path,
        why: 'there is no such file',
        fix: 'check the path; "-" reads from standard input',
      });
    case 'EISDIR':
      return isDirectory(path);
    case 'EACCES':
    case 'EPERM':
      return new UserError({
        code: 'EVIDENCE_NO_PERMISSION',
        what: WHAT,
        where: path,
        why: 'you may not read this file',
        fix: 'ask its owner for a copy, or run as a user who may read it',
      });
    default:
      return new UserError({
        code: 'EVIDENCE_UNREADABLE',
        what: WHAT,
        where: path,
        why: `the operating system says: ${error instanceof Error ? error.message : String(error)}`,
      });
  }
}

/** Reading ended so early that nothing of it can be used. */
export function cannotReadOn(path: string, failure: string): UserError {
  return new UserError({
    code: 'EVIDENCE_UNREADABLE',
    what: WHAT,
    where: path,
    why: `its beginning cannot be read as a whole: ${failure}`,
    fix: 'copy it once more from where it was recorded',
  });
}

/** The path is a folder. */
export function isDirectory(path: string): UserError {
  return new UserError({
    code: 'EVIDENCE_IS_DIRECTORY',
    what: WHAT,
    where: path,
    why: 'this is a directory, and evidence is a file',
    fix: 'name the capture files in it, such as DIRECTORY/*.scap',
  });
}

/** A folder in which no log lies, asked for as one piece of evidence. */
export function holdsNoLog(path: string, captureCount: number): UserError {
  if (captureCount === 0) {
    return new UserError({
      code: 'EVIDENCE_IS_DIRECTORY',
      what: WHAT,
      where: path,
      why: 'this is a directory, and no capture and no audit log lies below it',
      fix: 'name a folder that holds evidence, or a file',
    });
  }
  const count = captureCount === 1 ? 'a capture lies' : `${captureCount} captures lie`;
  return new UserError({
    code: 'EVIDENCE_IS_DIRECTORY',
    what: WHAT,
    where: path,
    why: `this is a directory; ${count} below it, and one piece of evidence is read at a time`,
    fix: 'name one of them, such as DIRECTORY/capture.scap',
  });
}

/** There are no bytes. */
export function isEmpty(path: string, isPacked: boolean): UserError {
  return new UserError({
    code: 'EVIDENCE_EMPTY',
    what: WHAT,
    where: path,
    why: isPacked ? 'nothing is in it when it is unpacked' : 'it is empty',
    fix: 'copy it once more from where it was recorded',
  });
}

/** Packets, not system calls. */
export function isPacketCapture(path: string, format: string): UserError {
  return new UserError({
    code: 'EVIDENCE_IS_PACKETS',
    what: WHAT,
    where: path,
    why: `this is a ${format} file of network packets, not a capture of system calls`,
    fix: 'open it with Wireshark; a .scap is written by sysdig, Falco, Stratoshark or "tiercel record"',
  });
}

/** No format that is known. */
export function isNoEvidence(path: string, head: Buffer, isPacked: boolean): UserError {
  const inside = isPacked ? 'what is unpacked from it' : 'it';
  return new UserError({
    code: 'EVIDENCE_UNKNOWN_FORMAT',
    what: WHAT,
    where: path,
    why: `${inside} begins with ${describe(head)}; a .scap begins with the bytes 0a 0d 0d 0a, an audit log with { or [`,
    fix: 'check that this is the capture, and that it was copied in binary mode',
  });
}

/** The first bytes, as text where they are text. */
function describe(head: Buffer): string {
  const first = head.subarray(0, 24);
  const isText = first.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x09,
  );
  if (isText) {
    return `the text ${JSON.stringify(first.toString('latin1'))}`;
  }
  const bytes = [...first.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `the bytes ${bytes.join(' ')}`;
}
