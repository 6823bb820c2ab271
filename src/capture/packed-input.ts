/**
 * The stored bytes of a packed file, piece by piece, with their positions; from here one can go back
 * to bytes that were already read, where the file allows it.
 */
import type { ByteSource } from './byte-source.js';

/** Compressed bytes that can be read once more; `undefined` where they come only once. */
export type Reread = (position: number, into: Buffer) => number | undefined;

/** Pieces of a source in order. */
export class PackedInput {
  /** Position of the current piece, and of what comes behind it. */
  pieceAt = 0;
  nextAt = 0;
  piece: Buffer;
  private readonly rereadStored: Reread;
  private readonly source: ByteSource;
  private readonly buffer: Buffer;
  private pushedBack = 0;

  constructor(source: ByteSource, reread: Reread, pieceBytes: number) {
    this.source = source;
    this.rereadStored = reread;
    this.buffer = Buffer.allocUnsafeSlow(pieceBytes);
    this.piece = this.buffer.subarray(0, 0);
  }

  /** Read the next piece, empty at the end. The one before it is gone. */
  async next(): Promise<Buffer> {
    this.pieceAt = this.nextAt;
    if (this.pushedBack > 0) {
      this.piece = this.piece.subarray(this.piece.length - this.pushedBack);
      this.pushedBack = 0;
    } else {
      const count = await this.source.read(this.buffer, 0, this.buffer.length);
      this.piece = this.buffer.subarray(0, count);
    }
    this.nextAt = this.pieceAt + this.piece.length;
    return this.piece;
  }

  /** Bytes that were already read: as in {@link Reread}, and those of the current piece always. */
  reread(position: number, into: Buffer): number | undefined {
    if (position >= this.pieceAt && position < this.nextAt) {
      return this.piece.copy(into, 0, position - this.pieceAt);
    }
    return this.rereadStored(position, into);
  }

  /** Let the next piece begin at that position, which must lie in the current piece or at its end. */
  goTo(position: number): void {
    this.pushedBack = this.nextAt - position;
    this.nextAt = position;
  }
}
