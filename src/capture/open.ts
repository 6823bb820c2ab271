/**
 * Opens evidence of any kind: where the bytes come from, how they are packed, and whose they are.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { ByteSource } from './byte-source.js';
import { HEAD_BYTES, HeadedSource, readHead, type Evidence } from './evidence.js';
import { Findings } from './findings.js';
import { isFolder, surveyFolder as surveyFiles, type FolderSurvey } from './folder.js';
import { FORMATS, type OpenOptions } from './formats.js';
import { GzipSource } from './gzip-source.js';
import {
  cannotOpen,
  cannotReadOn,
  holdsNoLog,
  isDirectory,
  isEmpty,
  isNoEvidence,
} from './mistakes.js';
import { refusePacked } from './packed.js';
import { FileSource, StreamSource, type RawSource } from './raw-source.js';
import type { EvidenceIdentity, EvidenceReader } from './reader.js';

/** A way in which a whole file may be packed. */
interface CompressionRow {
  readonly name: EvidenceIdentity['compression'];
  readonly magic: readonly number[];
  readonly unpack: (
    packed: ByteSource,
    raw: RawSource,
    findings: Findings,
  ) => ByteSource | Promise<ByteSource>;
}

// prettier-ignore
const COMPRESSIONS: readonly CompressionRow[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], unpack: (packed, raw, findings) => new GzipSource(packed, (position, into) => raw.reread(position, into), findings) },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: (packed, _raw, findings) => unpackZstd(packed, findings) },
];

/** Its decoder is loaded only when it is needed. */
async function unpackZstd(packed: ByteSource, findings: Findings): Promise<ByteSource> {
  const { ZstdSource } = await import('./zstd-source.js');
  return new ZstdSource(packed, findings);
}

const MAGIC_BYTES = 4;

/**
 * Open evidence (a file, a folder of audit logs, or `-` for standard input), and recognise what it is by its bytes.
 *
 * Damage does not throw: it becomes diagnostics.
 *
 * @returns A reader that stands before the first block. Close it to get the evidence's identity.
 * @throws {UserError} If there is no such file, it may not be read, is empty, a directory without
 *   audit logs, or no evidence.
 */
export async function openEvidence(
  path: string,
  options: OpenOptions = {},
): Promise<EvidenceReader> {
  if (isFolder(path)) {
    const { openLogs, captures } = await surveyFolder(path, options);
    if (openLogs === undefined) {
      throw holdsNoLog(path, captures.length);
    }
    return openLogs({ reportsCaptures: true });
  }
  const evidence = await openBytes(path, options);
  const { head, raw } = evidence;
  try {
    const format = FORMATS.find((row) => row.looksLike(head));
    if (format === undefined) {
      throw isNoEvidence(path, head, evidence.compression !== 'none');
    }
    return await format.open(evidence, options);
  } catch (error) {
    raw.abandon();
    throw reasonOf(error, path, raw);
  }
}

/** Look at every file below a folder. Its captures are opened one by one, and all its logs together. */
export function surveyFolder(folder: string, options: OpenOptions = {}): Promise<FolderSurvey> {
  return surveyFiles(folder, (file) => openBytes(file, options));
}

/** Open a file and unpack its beginning. */
async function openBytes(path: string, options: OpenOptions): Promise<Evidence> {
  const findings = new Findings();
  const raw = await openRaw(path, findings, options);
  try {
    const evidence = await unpack(path, raw, findings);
    const { head, compression } = evidence;
    if (head.length === 0) {
      throw isEmpty(path, compression !== 'none');
    }
    refusePacked(path, head, compression !== 'none');
    return evidence;
  } catch (error) {
    raw.abandon();
    throw reasonOf(error, path, raw);
  }
}

/** What is said of evidence that cannot be opened: what its first bytes seem to be only if they could be read. */
function reasonOf(error: unknown, path: string, { failure }: RawSource): unknown {
  if (failure !== undefined) {
    return cannotReadOn(path, failure);
  }
  return error instanceof Error && 'syscall' in error ? cannotOpen(path, error) : error;
}

async function openRaw(
  path: string,
  findings: Findings,
  { stdin, isHashed = true }: OpenOptions,
): Promise<RawSource> {
  if (path === '-') {
    return new StreamSource(stdin ?? process.stdin, findings, isHashed);
  }
  const fd = openNow(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFile()) {
    return new FileSource(fd, findings, isHashed);
  }
  if (stat.isFIFO()) {
    const { Socket } = await import('node:net'); // which waits for a writer without holding up anybody
    const stream = new Socket({ fd, readable: true, writable: false });
    return new StreamSource(stream, findings, isHashed);
  }
  closeSync(fd);
  if (stat.isDirectory()) {
    throw isDirectory(path);
  }
  return new FileSource(openNow(path, constants.O_RDONLY), findings, isHashed);
}

function openNow(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

async function unpack(path: string, raw: RawSource, findings: Findings): Promise<Evidence> {
  const magic = await readHead(raw, MAGIC_BYTES);
  const stored = new HeadedSource(magic, raw);
  const row = COMPRESSIONS.find((each) => each.magic.every((byte, index) => magic[index] === byte));
  const unpacked = row === undefined ? stored : await row.unpack(stored, raw, findings);
  const head = await readHead(unpacked, HEAD_BYTES);
  const content = new HeadedSource(head, unpacked);
  return { path, compression: row?.name ?? 'none', findings, raw, content, head };
}
