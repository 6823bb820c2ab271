/**
 * Evidence that was packed in a way that is not unpacked here. It is recognised, so that the user is given the command
 * that unpacks it instead of a remark about strange bytes.
 */
import { UserError } from '../errors.js';

interface PackerRow {
  readonly name: string;
  readonly magic: readonly number[] | string;
  /** Where the magic stands, in bytes. */
  readonly at?: number;
  /** Unpacks `from` (quoted for a shell) to `to`. */
  readonly command: (from: string, to: string) => string;
}

// prettier-ignore
const PACKERS: readonly PackerRow[] = [
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], command: (from, to) => `xz -dc ${from} > ${to}` },
  { name: 'bzip2', magic: 'BZh', command: (from, to) => `bzip2 -dc ${from} > ${to}` },
  { name: 'zip', magic: 'PK\u0003\u0004', command: (from, to) => `unzip ${from} -d ${to}` },
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], command: (from, to) => `7z x ${from} -o${to}` },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], command: (from, to) => `lz4 -dc ${from} > ${to}` },
  { name: 'lzip', magic: 'LZIP', command: (from, to) => `lzip -dc ${from} > ${to}` },
  { name: 'compress', magic: [0x1f, 0x9d], command: (from, to) => `gzip -dc ${from} > ${to}` },
  { name: 'tar', magic: 'ustar', at: 257, command: (from, to) => `mkdir ${to} && tar -xf ${from} -C ${to}` },
];

/** Unpacked here, but once only. */
// prettier-ignore
const PACKED_TWICE: readonly PackerRow[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], command: (from, to) => `gzip -dc ${from} > ${to}` },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], command: (from, to) => `zstd -dc ${from} > ${to}` },
];

/**
 * Refuse content that begins as a packed file does.
 *
 * @param path - Where it lies, for the message.
 * @param head - The first bytes.
 * @param isUnpacked - Whether they were unpacked from the file.
 * @throws {UserError} `EVIDENCE_PACKED`
 */
export function refusePacked(path: string, head: Buffer, isUnpacked: boolean): void {
  const rows = isUnpacked ? [...PACKERS, ...PACKED_TWICE] : PACKERS;
  const row = rows.find(({ magic, at = 0 }) =>
    head.subarray(at, at + magic.length).equals(Buffer.from(magic as string, 'latin1')),
  );
  if (row !== undefined) {
    const inside = isUnpacked ? 'what is unpacked from it is packed again' : 'it is packed';
    throw new UserError({
      code: 'EVIDENCE_PACKED',
      what: 'Cannot read the evidence',
      where: path,
      why: `${inside} with ${row.name}; gzip and zstd are read as they are, once`,
      fix: `run ${row.command(quoted(path), quoted(`${path}.unpacked`))}`,
    });
  }
}

/** A path as one word of a shell's command, never an option. */
function quoted(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
