/**
 * Unpacks gzip, any number of members, with all that can be had of a damaged file: where zlib meets
 * an error, the piece is unpacked once more in ever smaller parts up to the very byte, and unpacking
 * goes on at the next member.
 */
import type { ByteSource } from './byte-source.js';
import type { Findings } from './findings.js';
import { Inflation, type InflationEnd } from './inflation.js';
import { PackedInput, type Reread } from './packed-input.js';

/** Compressed bytes handed to zlib at a time: few hand-overs; less where a piece cannot be reread. */
const PIECE_BYTES = 256 * 1024;
const ONE_WAY_PIECE_BYTES = 16 * 1024;
/** How a damaged piece is divided: first into these, then the one with the damage into bytes. */
const SLICE_BYTES = 512;
/** Bounds on the work that a hostile file can ask for: places to look at closely, and to go on at. */
const MAX_REPAIRS = 16;
const MAX_DAMAGES = 1000;
/** What zlib says of bytes behind a whole member that begin no other: that is not damage. */
const BEHIND_MEMBER = 'incorrect header check';
/** Smallest gzip member header. */
const MEMBER_HEADER_BYTES = 10;

/** Unpacks another source. */
export class GzipSource implements ByteSource {
  private readonly chunks: AsyncGenerator<Buffer, void>;
  private readonly findings: Findings;
  private readonly input: PackedInput;
  private rest: Buffer = Buffer.alloc(0);
  private unpackedBytes = 0;
  /** Position of the first member that the current inflation unpacks, and what came out before it. */
  private runAt = 0;
  private runFrom = 0;
  /** Whether there was more than padding before the member that was looked for. */
  private hasGap = false;

  constructor(packed: ByteSource, reread: Reread, findings: Findings) {
    const canReread = reread(0, Buffer.alloc(1)) !== undefined;
    this.input = new PackedInput(packed, reread, canReread ? PIECE_BYTES : ONE_WAY_PIECE_BYTES);
    this.findings = findings;
    this.chunks = this.unpack();
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    while (this.rest.length === 0) {
      const result = await this.chunks.next();
      if (result.done === true) {
        return 0;
      }
      this.rest = result.value;
    }
    const count = this.rest.copy(into, start, 0, end - start);
    this.rest = this.rest.subarray(count);
    return count;
  }

  /**
   * Run after run: a run is all members up to damage, or to the end.
   *
   * @yields {Buffer} What comes out.
   */
  private async *unpack(): AsyncGenerator<Buffer, void> {
    let isThere = true;
    let damages = 0;
    while (isThere && damages < MAX_DAMAGES) {
      const inflation = new Inflation();
      const end = yield* this.unpackRun(inflation);
      let stoppedAt = this.runAt + inflation.consumedBytes;
      if (end.kind === 'bad') {
        damages += 1;
        stoppedAt = this.input.pieceAt;
        if (damages <= MAX_REPAIRS) {
          stoppedAt = yield* this.unpackDamaged(this.input.pieceAt, this.input.nextAt);
        }
      }
      // Always behind the run's first byte: damage in its header is not to be found once more.
      const searchFrom = Math.max(stoppedAt, this.runAt + 1, this.input.pieceAt);
      this.input.goTo(Math.min(searchFrom, this.input.nextAt));
      const offset = this.unpackedBytes;
      isThere = await this.findMember();
      this.tellEnd(end, offset, stoppedAt);
    }
  }

  /**
   * Unpack up to damage, or to the end.
   *
   * @yields {Buffer} What comes out.
   */
  private async *unpackRun(inflation: Inflation): AsyncGenerator<Buffer, InflationEnd> {
    for (;;) {
      const chunk = inflation.take();
      if (!inflation.isBusy && inflation.end === undefined) {
        inflation.put(await this.input.next());
      }
      if (chunk !== undefined) {
        this.unpackedBytes += chunk.length;
        yield chunk;
      } else if (inflation.end !== undefined) {
        return inflation.end;
      } else {
        await inflation.change();
      }
    }
  }

  /**
   * Unpack what lies before the damage in `[from, to)`.
   *
   * @yields {Buffer} What comes out.
   * @returns The position of the damage, as near as it can be known.
   */
  private async *unpackDamaged(from: number, to: number): AsyncGenerator<Buffer, number> {
    const slice = yield* this.unpackSlices(from, to, SLICE_BYTES);
    return slice < 0 ? from : yield* this.unpackSlices(slice, slice + SLICE_BYTES, 1);
  }

  /**
   * Unpack the current run once more, in slices from `from` on, and give what was not given before.
   *
   * @yields {Buffer} What comes out.
   * @returns Where the slice begins that zlib refuses, or -1 if the bytes cannot be read once more.
   */
  private async *unpackSlices(
    from: number,
    to: number,
    sliceBytes: number,
  ): AsyncGenerator<Buffer, number> {
    const inflation = new Inflation();
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let known = this.unpackedBytes - this.runFrom;
    let at = this.runAt;
    while (at < to) {
      const wanted = at < from ? Math.min(PIECE_BYTES, from - at) : Math.min(sliceBytes, to - at);
      const count = this.input.reread(at, buffer.subarray(0, wanted)) ?? 0;
      if (count === 0) {
        inflation.destroy();
        return -1;
      }
      inflation.put(buffer.subarray(0, count));
      while (inflation.isBusy) {
        await inflation.change();
        const chunk = inflation.take() ?? Buffer.alloc(0);
        const fresh = chunk.subarray(Math.min(known, chunk.length));
        known -= chunk.length - fresh.length;
        if (fresh.length > 0) {
          this.unpackedBytes += fresh.length;
          yield Buffer.from(fresh);
        }
      }
      if (inflation.end !== undefined) {
        return at;
      }
      at += count;
    }
    inflation.destroy();
    return at;
  }

  /** Go to the next gzip member; `false` if there is none. */
  private async findMember(): Promise<boolean> {
    this.hasGap = false;
    for (;;) {
      const piece = await this.input.next();
      const found = memberIn(piece);
      this.hasGap ||= piece.subarray(0, found).some((byte) => byte !== 0);
      if (found < piece.length) {
        this.runAt = this.input.pieceAt + found;
        this.runFrom = this.unpackedBytes;
        this.input.goTo(this.runAt);
        return true;
      }
      if (piece.length === 0) {
        return false;
      }
    }
  }

  private tellEnd(end: InflationEnd, offset: number, position: number): void {
    const skipped = this.input.nextAt - position;
    if (end.kind === 'torn') {
      this.findings.add('capture/torn-compression', offset, 'the gzip data ends early');
    } else if (end.kind === 'bad' && end.message !== BEHIND_MEMBER) {
      const detail = `at position ${position} of the packed file zlib says: ${end.message}; ${skipped} bytes were passed over`;
      this.findings.add('capture/bad-compression', offset, detail);
    } else if (this.hasGap) {
      const detail = `${skipped} bytes at position ${position} of the packed file are in no gzip member`;
      this.findings.add('capture/trailing-garbage', offset, detail);
    }
  }
}

/** Index of the first gzip member header in `piece`, or its length. A header cut by the end is missed. */
function memberIn(piece: Buffer): number {
  for (let at = piece.indexOf(0x1f); at >= 0; at = piece.indexOf(0x1f, at + 1)) {
    const flags = piece[at + 3] ?? 0;
    const system = piece[at + 9] ?? 0;
    const isHeader = piece[at + 1] === 0x8b && piece[at + 2] === 8 && (flags & 0xe0) === 0;
    if (isHeader && (system <= 13 || system === 0xff) && at + MEMBER_HEADER_BYTES <= piece.length) {
      return at;
    }
  }
  return piece.length;
}
