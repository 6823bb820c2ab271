/**
 * Inflates gzip (any number of members) beside the replay: while the caller works on one chunk,
 * zlib's own thread fills the next. Damage ends the source and is told as a finding.
 */
import { createGunzip, type Gunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.js';
import type { Findings } from './findings.js';

/** Compressed bytes handed to zlib at a time, and the size of the chunks that it fills. */
const INPUT_BYTES = 256 * 1024;
const OUTPUT_BYTES = 1024 * 1024;

/** Unpacks another source. */
export class GzipSource implements ByteSource {
  private readonly packed: ByteSource;
  private readonly findings: Findings;
  private readonly gunzip: Gunzip;
  private readonly input = Buffer.allocUnsafeSlow(INPUT_BYTES);
  private rest: Buffer = Buffer.alloc(0);
  private isBusy = false;
  private hasEnded = false;
  private isOver = false;
  private unpackedBytes = 0;
  private wake: (() => void) | undefined;

  constructor(packed: ByteSource, findings: Findings) {
    this.packed = packed;
    this.findings = findings;
    this.gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
    this.gunzip.on('readable', () => {
      this.signal();
    });
    this.gunzip.once('end', () => {
      this.isOver = true;
      this.signal();
    });
    this.gunzip.once('error', (error: NodeJS.ErrnoException) => {
      this.isOver = true;
      this.tellDamage(error);
      this.signal();
    });
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    while (this.rest.length === 0) {
      const chunk = this.gunzip.read() as Buffer | null;
      this.feed();
      if (chunk !== null) {
        this.rest = chunk;
        this.unpackedBytes += chunk.length;
      } else if (this.isOver) {
        return 0;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
    const count = this.rest.copy(into, start, 0, end - start);
    this.rest = this.rest.subarray(count);
    return count;
  }

  private signal(): void {
    this.wake?.();
    this.wake = undefined;
  }

  /** Give zlib its next input if it has used up the last one. */
  private feed(): void {
    if (this.isBusy || this.isOver || this.hasEnded) {
      return;
    }
    this.isBusy = true;
    void this.packed.read(this.input, 0, INPUT_BYTES).then((count) => {
      if (count === 0) {
        // Only now: at the end zlib says whether the last member is whole, and all output is out.
        this.hasEnded = true;
        this.gunzip.end();
        return;
      }
      this.gunzip.write(this.input.subarray(0, count), () => {
        this.isBusy = false;
        this.signal();
      });
    });
  }

  private tellDamage(error: NodeJS.ErrnoException): void {
    const isTorn = error.code === 'Z_BUF_ERROR';
    this.findings.add(
      isTorn ? 'capture/torn-compression' : 'capture/bad-compression',
      this.unpackedBytes,
      isTorn ? 'the gzip data ends early' : `zlib says: ${error.message}`,
    );
  }
}
