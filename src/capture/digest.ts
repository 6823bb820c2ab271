/**
 * SHA-256 of the evidence as it is on disk. Hashing costs as much as replaying, so a large file is
 * hashed beside the replay, by a worker that reads the same open file (so the same file even if its
 * path is replaced meanwhile). Small files and streams are hashed as they are read.
 */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Starting a worker costs about as much as hashing this much. */
const WORKER_FROM_BYTES = 16 * 1024 * 1024;
/**
 * The worker starts when this part of the file was read: while a replay begins, the compiler of its hot path
 * needs the second processor. Hashing is several times as fast as replaying, so it ends in time.
 */
const WORKER_FROM_PART = 1 / 4;

/**
 * The worker's program. A string, because a worker's own file would have to be found from the built
 * program, a bundle of it, and TypeScript sources under test alike.
 */
const WORKER_PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { readSync } = require('node:fs');
const hash = createHash('sha256');
const chunk = Buffer.allocUnsafe(1 << 20);
let at = 0;
let failure;
while (at < workerData.sizeBytes && failure === undefined) {
  const wanted = Math.min(chunk.length, workerData.sizeBytes - at);
  try {
    const count = readSync(workerData.fd, chunk, 0, wanted, at);
    hash.update(chunk.subarray(0, count));
    at += count;
    if (count === 0) failure = 'the file ends there';
  } catch (error) {
    failure = String(error.message);
  }
}
parentPort.postMessage(failure === undefined
  ? { sha256: hash.digest('hex') }
  : { failure: 'hashing stopped at byte ' + at + ' of ' + workerData.sizeBytes + ': ' + failure });
`;

/** What became of a hash. */
export interface DigestResult {
  /** Lower-case hex; `undefined` where nobody wants to know, or there is a `failure`. */
  readonly sha256?: string;
  /** Why there is no hash of everything. */
  readonly failure?: string;
}

/** A hash that is being made. */
export interface Digest {
  /** Bytes that were just read, in order. */
  update(bytes: Buffer): void;
  /** To be asked when everything has been read. Never rejects. */
  finish(): Promise<DigestResult>;
  /** Give up: the file is about to be closed. */
  stop(): void;
}

/** Where nobody wants to know. */
export const NO_DIGEST: Digest = {
  update: () => undefined,
  finish: () => Promise.resolve({}),
  stop: () => undefined,
};

/**
 * Begin to hash an open file: its first `sizeBytes` bytes, or what `update` is given where the size is
 * not known.
 */
export function startDigest(fd: number, sizeBytes: number | undefined): Digest {
  if (sizeBytes !== undefined && sizeBytes >= WORKER_FROM_BYTES) {
    return new WorkerDigest(fd, sizeBytes);
  }
  const hash = createHash('sha256');
  return {
    update: (bytes) => hash.update(bytes),
    finish: () => Promise.resolve({ sha256: hash.digest('hex') }),
    stop: () => undefined,
  };
}

class WorkerDigest implements Digest {
  private readonly fd: number;
  private readonly sizeBytes: number;
  private readBytes = 0;
  private running: { readonly worker: Worker; readonly result: Promise<DigestResult> } | undefined;

  constructor(fd: number, sizeBytes: number) {
    this.fd = fd;
    this.sizeBytes = sizeBytes;
  }

  /** The worker reads for itself; this only says when to start it. */
  update(bytes: Buffer): void {
    this.readBytes += bytes.length;
    if (this.running === undefined && this.readBytes >= this.sizeBytes * WORKER_FROM_PART) {
      this.running = this.start();
    }
  }

  finish(): Promise<DigestResult> {
    this.running ??= this.start();
    this.running.worker.ref();
    return this.running.result;
  }

  stop(): void {
    void this.running?.worker.terminate();
  }

  private start(): { readonly worker: Worker; readonly result: Promise<DigestResult> } {
    const { fd, sizeBytes } = this;
    const worker = new Worker(WORKER_PROGRAM, { eval: true, workerData: { fd, sizeBytes } });
    const result = new Promise<DigestResult>((resolve) => {
      const fail = (failure: string): void => {
        resolve({ failure });
      };
      worker.once('message', resolve);
      worker.once('error', ({ message }: Error) => {
        fail(`the thread that hashes died: ${message}`);
      });
      worker.once('exit', () => {
        fail('the thread that hashes ended before its end');
      });
    });
    worker.unref(); // a program that gives up early does not wait for it
    return { worker, result };
  }
}
