/**
 * A piece of evidence that has been opened: its stored bytes, how they are unpacked, and the first
 * unpacked bytes, by which its kind is recognised. Readers go on from there.
 */
import type { ByteSource } from './byte-source.js';
import type { Findings } from './findings.js';
import type { RawSource } from './raw-source.js';
import type { EvidenceIdentity } from './reader.js';

/** What a reader of any format is built on. */
export interface Evidence {
  readonly path: string;
  readonly compression: EvidenceIdentity['compression'];
  readonly findings: Findings;
  /** The stored bytes: for progress, size and hash. */
  readonly raw: RawSource;
  /** All unpacked bytes, from the first one on. */
  readonly content: ByteSource;
  /** The first unpacked bytes: up to {@link HEAD_BYTES}, fewer if there are no more. */
  readonly head: Buffer;
}

/** So much is looked at to recognise a format. */
export const HEAD_BYTES = 64 * 1024;

/** Gives `head` first, then what `rest` has. */
export class HeadedSource implements ByteSource {
  private readonly head: Buffer;
  private readonly rest: ByteSource;
  private given = 0;

  constructor(head: Buffer, rest: ByteSource) {
    this.head = head;
    this.rest = rest;
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    if (this.given === this.head.length) {
      return this.rest.read(into, start, end);
    }
    const count = this.head.copy(into, start, this.given, this.given + end - start);
    this.given += count;
    // One piece with what follows: a piece that is damaged can be looked at more closely as a whole.
    return count + (start + count < end ? await this.rest.read(into, start + count, end) : 0);
  }
}

/** Read up to `wanted` bytes, fewer only at the end. */
export async function readHead(source: ByteSource, wanted: number): Promise<Buffer> {
  const head = Buffer.allocUnsafe(wanted);
  let have = 0;
  while (have < wanted) {
    const count = await source.read(head, have, wanted);
    if (count === 0) {
      break;
    }
    have += count;
  }
  return head.subarray(0, have);
}

/** Close the evidence and say what it was. */
export async function identify(
  evidence: Evidence,
  format: EvidenceIdentity['format'],
): Promise<EvidenceIdentity> {
  const { path, compression } = evidence;
  return { path, ...(await evidence.raw.close()), format, compression };
}

/** Close the evidence without reading on; what it was is known without its hash. */
export function abandon(
  { path, compression, raw }: Pick<Evidence, 'path' | 'compression' | 'raw'>,
  format: EvidenceIdentity['format'],
): EvidenceIdentity {
  raw.abandon();
  const sizeBytes = raw.sizeBytes ?? raw.bytesRead;
  const incomplete = raw.failure ?? 'reading was ended before its end';
  return { path, sha256: undefined, incomplete, sizeBytes, format, compression };
}
