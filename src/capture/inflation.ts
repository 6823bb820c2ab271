/**
 * One run of zlib over gzip members. While the caller works on what came out, zlib's own thread goes
 * on with what was put in. Output that zlib had when it met an error is lost with Node's interface:
 * who wants all of it feeds it in small pieces (see gzip-source.ts).
 */
import { createGunzip, type Gunzip } from 'node:zlib';

/** zlib fills chunks of this size. */
const OUTPUT_BYTES = 1024 * 1024;

/** Why a run is over. */
export interface InflationEnd {
  /** `whole`: the last member is complete; `torn`: the input ends inside one; `bad`: it is damaged. */
  readonly kind: 'whole' | 'torn' | 'bad';
  readonly message: string;
}

/** Inflates what is put in. */
export class Inflation {
  end: InflationEnd | undefined;
  /** A piece is being worked on: its bytes must not change, and no other can be put in. */
  isBusy = false;
  private readonly gunzip: Gunzip;
  private wake: (() => void) | undefined;

  constructor() {
    this.gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
    this.gunzip.on('readable', () => {
      this.signal();
    });
    this.gunzip.once('end', () => {
      this.stop({ kind: 'whole', message: '' });
    });
    this.gunzip.once('error', (error: NodeJS.ErrnoException) => {
      const kind = error.code === 'Z_BUF_ERROR' ? 'torn' : 'bad';
      this.stop({ kind, message: error.message });
    });
  }

  /** Compressed bytes that went into what came out. */
  get consumedBytes(): number {
    return this.gunzip.bytesWritten;
  }

  /** Put in the next piece; an empty one says that there is no more. */
  put(piece: Buffer): void {
    this.isBusy = true;
    if (piece.length === 0) {
      this.gunzip.end();
      return;
    }
    this.gunzip.write(piece, () => {
      this.isBusy = false;
      this.signal();
    });
  }

  /** What has come out since the last call. */
  take(): Buffer | undefined {
    return (this.gunzip.read() as Buffer | null) ?? undefined;
  }

  /** Wait until there may be something to take, or to put in, or the end. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Give up. */
  destroy(): void {
    this.gunzip.destroy();
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
