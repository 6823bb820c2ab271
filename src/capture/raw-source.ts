/**
 * The evidence as it lies on disk, or comes out of a pipe: read once, in order, hashed on the way if that is wanted.
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteSource } from './byte-source.js';
import { NO_DIGEST, startDigest, type Digest } from './digest.js';
import type { DiagnosticId } from '../diagnostics.js';
import type { Findings } from './findings.js';
import { isTurnDue, turn } from '../steps.js';

/** What a source knows about itself when it has been read. */
export interface RawIdentity {
  readonly sha256: string | undefined;
  /** As in the evidence's identity. */
  readonly incomplete: string | undefined;
  readonly sizeBytes: number;
}

/** Bytes as they are stored, compressed or not. */
export interface RawSource extends ByteSource {
  readonly bytesRead: number;
  /** Size on disk; `undefined` for pipes. */
  readonly sizeBytes: number | undefined;
  /** Why reading ended before the end, once it did. */
  readonly failure: string | undefined;
  /** Read what is left (for the hash), close, and say what was read. */
  close(): Promise<RawIdentity>;
  /** Close without reading on. */
  abandon(): void;
  /** The same bytes once more, from the beginning; `undefined` where they can be had only once. */
  reread(position: number, into: Buffer): number | undefined;
}

const DRAIN_BYTES = 1 << 20;

/** A file that is read by its descriptor. Only what it held when it was opened is read. */
export class FileSource implements RawSource {
  bytesRead = 0;
  failure: string | undefined;
  readonly sizeBytes: number | undefined;
  private readonly fd: number;
  private readonly findings: Findings;
  private readonly isHashed: boolean;
  private readonly isRegular: boolean;
  private readonly changedAt: number;
  private isShut = false;
  private digest: Digest | undefined;
  private closing: Promise<RawIdentity> | undefined;

  constructor(fd: number, findings: Findings, isHashed: boolean) {
    const stat = fstatSync(fd);
    this.fd = fd;
    this.findings = findings;
    this.isHashed = isHashed;
    // Files of size 0 may have content all the same (those in /proc).
    this.isRegular = stat.isFile() && stat.size > 0;
    this.sizeBytes = this.isRegular ? stat.size : undefined;
    this.changedAt = stat.mtimeMs;
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    if (isTurnDue()) {
      await turn();
    }
    return this.readNow(into, start, end);
  }

  private readNow(into: Buffer, start: number, end: number): number {
    const left = this.sizeBytes === undefined ? Infinity : this.sizeBytes - this.bytesRead;
    const wanted = Math.min(end - start, left);
    if (wanted === 0 || this.failure !== undefined || this.isShut) {
      return 0;
    }
    // Begun late: a file that is no evidence is not hashed.
    this.digest ??= this.isHashed ? startDigest(this.fd, this.sizeBytes) : NO_DIGEST;
    let count = 0;
    try {
      count = readSync(this.fd, into, start, wanted, null);
    } catch (error) {
      if (this.bytesRead === 0) {
        throw error; // it cannot be read at all, such as a directory
      }
      this.fail('capture/read-error', readErrorAt(this.bytesRead, this.sizeBytes, error));
      return 0;
    }
    if (count === 0 && this.sizeBytes !== undefined) {
      const detail = `it ended after ${this.bytesRead} bytes, and had ${this.sizeBytes} when it was opened`;
      this.fail('capture/changed-while-read', detail);
    }
    this.bytesRead += count;
    this.digest.update(into.subarray(start, start + count));
    return count;
  }

  reread(position: number, into: Buffer): number | undefined {
    if (!this.isRegular) {
      return undefined;
    }
    try {
      return readSync(this.fd, into, 0, into.length, position);
    } catch {
      return 0;
    }
  }

  close(): Promise<RawIdentity> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<RawIdentity> {
    const rest = Buffer.allocUnsafe(DRAIN_BYTES);
    while ((await this.read(rest, 0, DRAIN_BYTES)) > 0) {
      // for the hash
    }
    const sizeBytes = this.sizeBytes ?? this.bytesRead;
    const hashed = this.failure === undefined ? await this.digest?.finish() : undefined;
    if (this.isShut) {
      return { sha256: undefined, incomplete: 'reading was ended before its end', sizeBytes };
    }
    if (this.failure === undefined) {
      this.checkUnchanged();
    }
    if (this.failure === undefined && hashed?.failure !== undefined) {
      this.fail('capture/not-hashed', hashed.failure);
    }
    this.shut();
    const sha256 = this.failure === undefined ? hashed?.sha256 : undefined;
    return { sha256, incomplete: this.failure, sizeBytes };
  }

  /** A file that was written to meanwhile is not the one that was read. */
  private checkUnchanged(): void {
    const { size, mtimeMs } = fstatSync(this.fd);
    if (this.isRegular && (size !== this.sizeBytes || mtimeMs !== this.changedAt)) {
      const detail = `it had ${this.sizeBytes ?? 0} bytes when it was opened, and ${size} at the end`;
      this.fail('capture/changed-while-read', detail);
    }
  }

  private fail(id: DiagnosticId, detail: string): void {
    this.failure = detail;
    this.findings.add(id, this.bytesRead, detail);
  }

  abandon(): void {
    this.shut();
  }

  /** Close once; a read that is still under way somewhere gets nothing more. */
  private shut(): void {
    this.digest?.stop();
    if (!this.isShut) {
      this.isShut = true;
      closeSync(this.fd);
    }
  }
}

/** A stream such as stdin. */
export class StreamSource implements RawSource {
  bytesRead = 0;
  failure: string | undefined;
  readonly sizeBytes = undefined;
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<unknown>;
  private readonly findings: Findings;
  private readonly digest: Digest;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable, findings: Findings, isHashed: boolean) {
    this.stream = stream;
    this.digest = isHashed ? startDigest(-1, undefined) : NO_DIGEST;
    this.chunks = stream[Symbol.asyncIterator]();
    this.findings = findings;
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    while (this.rest.length === 0) {
      const chunk = await this.nextChunk();
      if (chunk === undefined) {
        return 0;
      }
      this.rest = chunk;
    }
    const count = this.rest.copy(into, start, 0, end - start);
    this.rest = this.rest.subarray(count);
    return count;
  }

  private async nextChunk(): Promise<Buffer | undefined> {
    if (this.failure !== undefined) {
      return undefined;
    }
    try {
      const result = await this.chunks.next();
      if (result.done === true) {
        return undefined;
      }
      const chunk = Buffer.from(result.value as Uint8Array);
      this.bytesRead += chunk.length;
      this.digest.update(chunk);
      return chunk;
    } catch (error) {
      if (this.bytesRead === 0) {
        throw error; // it cannot be read at all, such as a directory
      }
      this.failure = readErrorAt(this.bytesRead, undefined, error);
      this.findings.add('capture/read-error', this.bytesRead, this.failure);
      return undefined;
    }
  }

  reread(): undefined {
    return undefined;
  }

  async close(): Promise<RawIdentity> {
    while ((await this.nextChunk()) !== undefined) {
      // for the hash
    }
    this.stream.destroy();
    const { sha256 } = await this.digest.finish();
    const incomplete = this.failure;
    return {
      sha256: incomplete === undefined ? sha256 : undefined,
      incomplete,
      sizeBytes: this.bytesRead,
    };
  }

  abandon(): void {
    this.stream.destroy();
  }
}

function readErrorAt(at: number, sizeBytes: number | undefined, error: unknown): string {
  const whole = sizeBytes === undefined ? '' : ` of ${sizeBytes}`;
  const message = error instanceof Error ? error.message : String(error);
  return `at byte ${at}${whole} the operating system says: ${message}`;
}
