/**
 * One run of zlib, over gzip members or zstd frames. While the caller works on what came out, zlib's own thread goes
 * on with what was put in. Output that zlib had when it met an error is lost with Node's interface:
 * who wants all of it feeds it in small pieces (see gzip-source.ts).
 */
import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** zlib fills chunks of this size. */
const OUTPUT_BYTES = 1024 * 1024;

/** Why a run is over. */
export interface InflationEnd {
  /** `whole`: the last member is complete; `torn`: the input ends inside one; `bad`: it is damaged. */
  readonly kind: 'whole' | 'torn' | 'bad';
  readonly message: string;
  /** zlib's name for what is wrong. */
  readonly code?: string | undefined;
}

/** A stream of zlib's that unpacks. */
export interface Inflater extends Transform {
  /** Packed bytes that were worked on. */
  readonly bytesWritten: number;
}

/** Inflates what is put in. */
export class Inflation {
  end: InflationEnd | undefined;
  /** A piece is being worked on: its bytes must not change, and no other can be put in. */
  isBusy = false;
  private readonly inflater: Inflater;
  private wake: (() => void) | undefined;

  constructor(inflater: Inflater = createGunzip({ chunkSize: OUTPUT_BYTES })) {
    this.inflater = inflater;
    this.inflater.on('readable', () => {
      this.signal();
    });
    this.inflater.once('end', () => {
      this.stop({ kind: 'whole', message: '' });
    });
    this.inflater.once('error', (error: NodeJS.ErrnoException) => {
      const kind = error.code === 'Z_BUF_ERROR' ? 'torn' : 'bad';
      this.stop({ kind, message: error.message, code: error.code });
    });
  }

  /** Compressed bytes that went into what came out. */
  get consumedBytes(): number {
    return this.inflater.bytesWritten;
  }

  /** Put in the next piece; an empty one says that there is no more. */
  put(piece: Buffer): void {
    this.isBusy = true;
    if (piece.length === 0) {
      this.inflater.end();
      return;
    }
    this.inflater.write(piece, () => {
      this.isBusy = false;
      this.signal();
    });
  }

  /** What has come out since the last call. */
  take(): Buffer | undefined {
    return (this.inflater.read() as Buffer | null) ?? undefined;
  }

  /** Wait until there may be something to take, or to put in, or the end. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Give up. */
  destroy(): void {
    this.inflater.destroy();
  }

  private stop(end: InflationEnd): void {
    this.end ??= end;
    this.isBusy = false;
    this.signal();
  }

  private signal(): void {
    this.wake?.();
    this.wake = undefined;
  }
}
