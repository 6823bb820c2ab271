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

/** Takes what is written, in order: a pipe whose reader may be slow. */
export interface CaptureSink {
  /** The bytes change afterwards: who keeps them copies them. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** How a capture is written. */
export interface CaptureOptions {
  readonly compression?: 'none' | 'gzip';
  /** Replace what is there. */
  readonly force?: boolean;
  /** Where it goes instead of to a file. */
  readonly sink?: CaptureSink | undefined;
}

/** Collects bytes and writes them in large pieces. */
export class CaptureFile {
  private readonly sink: CaptureSink;
  private readonly isPacked: boolean;
  private readonly buffer: Buffer;
  private used = 0;

  constructor(path: string, options: CaptureOptions) {
    this.isPacked = options.compression === 'gzip';
    this.buffer = Buffer.allocUnsafeSlow(this.isPacked ? MEMBER_BYTES : PIECE_BYTES);
    this.sink = options.sink ?? fileSink(path, options.force === true);
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
    this.sink.close();
  }

  private flush(): void {
    const content = this.buffer.subarray(0, this.used);
    this.used = 0;
    if (content.length > 0) {
      this.sink.write(this.isPacked ? gzipSync(content) : content);
    }
  }
}

function fileSink(path: string, force: boolean): CaptureSink {
  const fd = openFile(path, force);
  return {
    write: (bytes) => {
      try {
        for (let at = 0; at < bytes.length;) {
          at += writeSync(fd, bytes, at);
        }
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
    close: () => {
      closeSync(fd);
    },
  };
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
