/**
 * Unpacks zstd, any number of frames. The frames are taken apart here, block by block, so that what
 * comes out at a time is bounded (a hostile block of 4 bytes becomes 128 KB, never more) and the place
 * of damage is known; a decoder (zstd-decoder.ts) decodes the blocks and compares the checksums.
 */
import type { ByteSource } from './byte-source.js';
import type { Findings } from './findings.js';
import { isTurnDue, turn } from '../steps.js';
import { CHECKSUM_BYTES, createZstdDecoder, type ZstdDecoder } from './zstd-decoder.js';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_HEADER_BYTES = 18;
const MAX_BLOCK_BYTES = 128 * 1024;
/** As much as the zstd program takes unasked: a frame may ask for gigabytes. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
/**
 * fzstd moves all of a frame's window for each block, so tiny blocks in a large window take hours: a megabyte of them, two. Blocks
 * as zstd makes them, of 128 KB, move 1,024 bytes for each that comes out in the largest window, and this many may be moved.
 */
const MAX_MOVED_PER_BYTE = 4096;
/** Moved besides: a second's work, for frames that are flushed often. */
const MAX_MOVED_BYTES = 8 * 1024 ** 3;
const BUFFER_BYTES = 1024 * 1024;
const BLOCK_TYPE_RLE = 1;
const BLOCK_TYPE_RESERVED = 3;

interface FrameHeader {
  readonly headerBytes: number;
  readonly windowBytes: number;
  readonly hasChecksum: boolean;
}

/** Unpacks another source. */
export class ZstdSource implements ByteSource {
  private readonly packed: ByteSource;
  private readonly findings: Findings;
  private readonly decoder: ZstdDecoder;
  private readonly chunks: AsyncGenerator<Uint8Array, void>;
  private rest: Uint8Array = new Uint8Array(0);
  private unpackedBytes = 0;
  /** Packed bytes that were read and not used yet: `[at, limit)`. */
  private readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private at = 0;
  private limit = 0;
  private usedBytes = 0;
  /** Bytes that the decoder moved within windows, for all frames. */
  private movedBytes = 0;

  constructor(packed: ByteSource, findings: Findings, decoder: ZstdDecoder = createZstdDecoder()) {
    this.packed = packed;
    this.decoder = decoder;
    this.findings = findings;
    this.chunks = this.unpack();
  }

  async read(into: Buffer, start: number, end: number): Promise<number> {
    while (this.rest.length === 0) {
      if (isTurnDue()) {
        await turn(); // a few stored bytes may become gigabytes
      }
      const result = await this.chunks.next();
      if (result.done === true) {
        return 0;
      }
      this.rest = result.value;
      this.unpackedBytes += result.value.length;
    }
    const count = Math.min(this.rest.length, end - start);
    into.set(this.rest.subarray(0, count), start);
    this.rest = this.rest.subarray(count);
    return count;
  }

  /**
   * Frame after frame.
   *
   * @yields {Uint8Array} What comes out.
   */
  private async *unpack(): AsyncGenerator<Uint8Array, void> {
    while (await this.has(4)) {
      const magic = this.buffer.readUInt32LE(this.at);
      if (magic === FRAME_MAGIC) {
        const flaw = yield* this.unpackFrame();
        this.reportFlaw(flaw);
      } else if ((magic & ~15) === SKIPPABLE_MAGIC && (await this.has(8))) {
        await this.skip(8 + this.buffer.readUInt32LE(this.at + 4));
      } else {
        await this.findFrame();
      }
    }
    this.reportGap(this.limit - this.at);
    this.decoder.close();
  }

  /**
   * One frame, as far as it goes.
   *
   * @yields {Uint8Array} What comes out.
   */
  private async *unpackFrame(): AsyncGenerator<Uint8Array, 'torn' | Error | undefined> {
    await this.has(MAX_HEADER_BYTES);
    const header = readFrameHeader(this.buffer.subarray(this.at, this.limit));
    if (header === undefined) {
      this.use(this.limit - this.at);
      return 'torn';
    }
    if (header.windowBytes > MAX_WINDOW_BYTES) {
      this.use(header.headerBytes);
      return new Error(`a frame asks for ${header.windowBytes} bytes of memory to be unpacked`);
    }
    this.decoder.begin(header.hasChecksum);
    this.countMoved(header.windowBytes);
    let flaw: 'torn' | Error | undefined = await this.decoder.push(
      this.use(header.headerBytes),
      false,
    );
    for (let isLast = false; !isLast && flaw === undefined;) {
      const block = await this.nextBlock(header);
      if ('flaw' in block) {
        return block.flaw;
      }
      isLast = block.isLast;
      flaw = await this.decoder.push(block.bytes, isLast && !header.hasChecksum);
      yield* this.decoder.taken();
    }
    if (flaw === undefined && header.hasChecksum) {
      flaw = (await this.has(CHECKSUM_BYTES))
        ? await this.decoder.push(this.use(CHECKSUM_BYTES), true)
        : 'torn';
      yield* this.decoder.taken();
    }
    return flaw;
  }

  /** The next block of a frame, or why there is none. */
  private async nextBlock(
    header: FrameHeader,
  ): Promise<{ bytes: Buffer; isLast: boolean } | { flaw: 'torn' | Error }> {
    if (!(await this.has(3))) {
      return { flaw: 'torn' };
    }
    const word = this.buffer.readUIntLE(this.at, 3);
    const lengthBytes = blockLength(word, header);
    if (lengthBytes === undefined) {
      return { flaw: new Error('a block has a length or type that cannot be') };
    }
    if (!(await this.has(lengthBytes))) {
      this.use(this.limit - this.at);
      return { flaw: 'torn' };
    }
    this.countMoved(header.windowBytes);
    if (this.movedBytes > MAX_MOVED_BYTES + this.unpackedBytes * MAX_MOVED_PER_BYTE) {
      return {
        flaw: new Error('its blocks are too small for its window: unpacking it would take hours'),
      };
    }
    return { bytes: this.use(lengthBytes), isLast: (word & 1) === 1 };
  }

  private countMoved(windowBytes: number): void {
    this.movedBytes += this.decoder.movesWindow ? windowBytes : 0;
  }

  /** Pass over bytes that begin no frame. */
  private async findFrame(): Promise<void> {
    const from = this.usedBytes;
    while (await this.has(4)) {
      const magic = this.buffer.readUInt32LE(this.at);
      if (magic === FRAME_MAGIC || (magic & ~15) === SKIPPABLE_MAGIC) {
        break;
      }
      this.use(1);
    }
    if (this.limit - this.at < 4) {
      this.use(this.limit - this.at);
    }
    this.reportGap(this.usedBytes - from);
  }

  /** Whether so many packed bytes are in the buffer, after reading more if need be. */
  private async has(lengthBytes: number): Promise<boolean> {
    if (this.limit - this.at >= lengthBytes) {
      return true;
    }
    this.buffer.copyWithin(0, this.at, this.limit);
    this.limit -= this.at;
    this.at = 0;
    while (this.limit < lengthBytes) {
      const count = await this.packed.read(this.buffer, this.limit, this.buffer.length);
      if (count === 0) {
        return false;
      }
      this.limit += count;
    }
    return true;
  }

  /** The next bytes, which must be there; a copy, because the decoder keeps what it cannot use yet. */
  private use(lengthBytes: number): Buffer {
    const bytes = Buffer.from(this.buffer.subarray(this.at, this.at + lengthBytes));
    this.at += lengthBytes;
    this.usedBytes += lengthBytes;
    return bytes;
  }

  private async skip(lengthBytes: number): Promise<void> {
    let left = lengthBytes;
    while (left > 0 && (await this.has(1))) {
      left -= this.use(Math.min(left, this.limit - this.at)).length;
    }
  }

  private reportFlaw(flaw: 'torn' | Error | undefined): void {
    if (flaw === 'torn') {
      this.findings.add('capture/torn-compression', this.unpackedBytes, 'the zstd data ends early');
    } else if (flaw !== undefined) {
      const detail = `before position ${this.usedBytes} of the packed file: ${flaw.message}`;
      this.findings.add('capture/bad-compression', this.unpackedBytes, detail);
    }
  }

  private reportGap(skipped: number): void {
    if (skipped > 0) {
      const detail = `${skipped} bytes before position ${this.usedBytes} of the packed file are in no zstd frame`;
      this.findings.add('capture/trailing-garbage', this.unpackedBytes, detail);
    }
  }
}

/** Packed bytes of the block that begins with the three bytes of `word`; `undefined` if no block begins like that. */
function blockLength(word: number, { windowBytes }: FrameHeader): number | undefined {
  const type = (word >> 1) & 3;
  const size = word >> 3;
  return type === BLOCK_TYPE_RESERVED || size > Math.min(MAX_BLOCK_BYTES, windowBytes)
    ? undefined
    : 3 + (type === BLOCK_TYPE_RLE ? 1 : size);
}

/** The header at the start of `bytes`; `undefined` if it is cut off. */
function readFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < 6) {
    return undefined;
  }
  const descriptor = bytes[4] as number;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const sizeAt = (isSingleSegment ? 5 : 6) + dictionaryBytes;
  const headerBytes = sizeAt + sizeBytes;
  if (bytes.length < headerBytes) {
    return undefined;
  }
  const hasChecksum = (descriptor & 4) !== 0;
  if (!isSingleSegment) {
    const window = bytes[5] as number;
    const base = 2 ** (10 + (window >> 3));
    return { headerBytes, hasChecksum, windowBytes: base + (base / 8) * (window & 7) };
  }
  const low = bytes.readUIntLE(sizeAt, Math.min(sizeBytes, 4)) + (sizeBytes === 2 ? 256 : 0);
  const high = sizeBytes === 8 ? bytes.readUInt32LE(sizeAt + 4) : 0;
  return { headerBytes, hasChecksum, windowBytes: high * 0x1_0000_0000 + low };
}
