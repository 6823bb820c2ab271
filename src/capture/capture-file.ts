/**
 * The file that a capture is written to: readable by its owner only, never over another file without
 * being told so, and, if compressed, as gzip members that are whole each, so that a recording that
 * was killed can be read up to its last member.
 */
import { closeSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { UserError } from '../errors.js';
import { openForWriting } from '../writable-file.js';

/** Written at a time, and unpacked size of a gzip member. */
const PIECE_BYTES = 1024 * 1024;
const MEMBER_BYTES = 4 * PIECE_BYTES;
const STDOUT = 1;
const RETRY_MS = 5;

/** How a capture is written. */
export interface CaptureOptions {
  readonly compression?: 'none' | 'gzip';
  /** Replace what is there. */
  readonly force?: boolean;
}

/** Collects bytes and writes them in large pieces. */
export class CaptureFile {
  private readonly path: string;
  private readonly fd: number;
  private readonly isPacked: boolean;
  private readonly buffer: Buffer;
  private used = 0;

  constructor(path: string, options: CaptureOptions) {
    this.path = path;
    this.isPacked = options.compression === 'gzip';
    this.buffer = Buffer.allocUnsafeSlow(this.isPacked ? MEMBER_BYTES : PIECE_BYTES);
    this.fd = path === '-' ? STDOUT : openFile(path, options.force === true);
  }

  append(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const count = Math.min(bytes.length - from, this.buffer.length - this.used);
      this.buffer.set(bytes.subarray(from, from + count), this.used);
      this.used += count;
      from += count;
      if (this.used === this.buffer.length) {
        this.flush();
      }
    }
  }

  close(): void {
    this.flush();
    if (this.fd !== STDOUT) {
      closeSync(this.fd);
    }
  }

  private flush(): void {
    const content = this.buffer.subarray(0, this.used);
    this.used = 0;
    let left: Buffer = this.isPacked && content.length > 0 ? gzipSync(content) : content;
    while (left.length > 0) {
      left = left.subarray(this.write(left));
    }
  }

  private write(bytes: Buffer): number {
    try {
      return writeSync(this.fd, bytes);
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') {
        // A pipe that is full for now: nobody reads while we spin, so sleep.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        return 0;
      }
      throw this.fd === STDOUT ? error : cannotWrite(this.path, error);
    }
  }
}

function openFile(path: string, force: boolean): number {
  try {
    // replaced, not emptied: it may be the evidence that is being read
    return openForWriting(path, force ? 'replace' : 'new');
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** What the operating system's word for it means to the user. */
const REASONS: Readonly<Partial<Record<string, readonly [why: string, fix: string]>>> = {
  ENOENT: ['the folder that it is to be in does not exist', 'create the folder first'],
  ENOTDIR: ['the folder that it is to be in is a file', 'name a folder'],
  EISDIR: ['this is a directory', 'name a file in it'],
  ELOOP: ['it is a symbolic link, and outputs follow none', 'name the file itself'],
  EACCES: ['you may not write there', 'name a folder that you may write to'],
  EPERM: ['you may not write there', 'name a folder that you may write to'],
  EROFS: ['that disk is mounted read-only', 'write to another disk'],
  ENOSPC: ['the disk is full', 'free some space; what was written so far can be read'],
  EDQUOT: ['your quota on that disk is used up', 'free some space'],
};

function cannotWrite(path: string, error: unknown): UserError {
  const what = 'Cannot write the capture';
  const code = codeOf(error) ?? '';
  if (code === 'EEXIST') {
    const why = 'a file of this name is there already';
    const fix = 'choose another name, or add --force to replace it';
    return new UserError({ code: 'OUTPUT_EXISTS', what, where: path, why, fix });
  }
  const message = error instanceof Error ? error.message : String(error);
  const [why, fix] = REASONS[code] ?? [`the operating system says: ${message}`, undefined];
  return new UserError({ code: 'OUTPUT_UNWRITABLE', what, where: path, why, fix });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
