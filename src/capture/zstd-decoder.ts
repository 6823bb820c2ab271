/**
 * Decodes the parts of zstd frames: Node's own zstd where this Node has one (22.15, 23.8 and later; on another thread, some six
 * times faster), fzstd elsewhere. Both give all that lies before a damaged block, and compare the checksums of frames.
 */
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { Decompress } from 'fzstd';
import { Inflation, type Inflater } from './inflation.js';
import { Xxh64 } from './xxh64.js';

/** Bytes of a frame's checksum: the lower half of its XXH64. */
export const CHECKSUM_BYTES = 4;

const CHECKSUM_DIFFERS = 'the frame is not what was packed: its checksum differs';

/** Decodes frame after frame, each in parts: its header, its blocks, its checksum. What the bytes are never makes it throw. */
export interface ZstdDecoder {
  /** Whether each block costs as much as its frame's window is large. */
  readonly movesWindow: boolean;
  /** A frame begins; `hasChecksum` says whether its last part will be one. */
  begin(hasChecksum: boolean): void;
  /** Decode the next part, `isLast` of its frame; resolves to what is wrong with it, when all that it holds can be taken. */
  push(part: Buffer, isLast: boolean): Error | undefined | Promise<Error | undefined>;
  /** What came out since the last call. */
  taken(): Uint8Array[];
  /** Nothing more is decoded. */
  close(): void;
}

/** Node 20's types, and Node 20 itself, have no zstd. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: object) => Transform };

/** The best decoder that this Node has. */
export function createZstdDecoder(): ZstdDecoder {
  return createZstdDecompress === undefined
    ? new PortableDecoder()
    : new NativeDecoder(createZstdDecompress);
}

/** zstd fills chunks of this size: two of its largest blocks. */
const OUTPUT_BYTES = 256 * 1024;

/** One stream of Node's decodes all frames, up to the first damage. */
class NativeDecoder implements ZstdDecoder {
  readonly movesWindow = false;
  readonly #create: () => Inflater;
  #inflation: Inflation | undefined;
  /** All frames so far ended as they should: the same stream takes the next. */
  #isBetweenFrames = true;
  #out: Uint8Array[] = [];

  constructor(create: (options: object) => Transform) {
    this.#create = () => create({ chunkSize: OUTPUT_BYTES }) as Inflater;
  }

  begin(): void {
    if (!this.#isBetweenFrames) {
      this.close();
    }
    this.#isBetweenFrames = false;
    this.#inflation ??= new Inflation(this.#create());
  }

  async push(part: Buffer, isLast: boolean): Promise<Error | undefined> {
    const inflation = this.#inflation;
    if (inflation === undefined) {
      return undefined;
    }
    inflation.put(part);
    while (inflation.isBusy) {
      await inflation.change();
      this.#take(inflation);
    }
    this.#take(inflation);
    if (inflation.end !== undefined) {
      const { code, message } = inflation.end;
      return new Error(code === 'ZSTD_error_checksum_wrong' ? CHECKSUM_DIFFERS : message);
    }
    this.#isBetweenFrames = isLast;
    return undefined;
  }

  #take(inflation: Inflation): void {
    for (let chunk = inflation.take(); chunk !== undefined; chunk = inflation.take()) {
      this.#out.push(chunk);
    }
  }

  taken(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  close(): void {
    this.#inflation?.destroy();
    this.#inflation = undefined;
  }
}

/** fzstd decodes a frame, and compares no checksum: that is done here. */
export class PortableDecoder implements ZstdDecoder {
  /** For each block, fzstd moves all that the window holds. */
  readonly movesWindow = true;
  #decoder = new Decompress();
  #sum: Xxh64 | undefined;
  #out: Uint8Array[] = [];

  begin(hasChecksum: boolean): void {
    const sum = hasChecksum ? new Xxh64() : undefined;
    this.#sum = sum;
    this.#decoder = new Decompress((chunk) => {
      sum?.add(chunk);
      this.#out.push(chunk);
    });
  }

  push(part: Buffer, isLast: boolean): Error | undefined {
    try {
      this.#decoder.push(part, isLast);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    const isWhole =
      !isLast || this.#sum === undefined || this.#sum.lowerHalf() === part.readUInt32LE(0);
    return isWhole ? undefined : new Error(CHECKSUM_DIFFERS);
  }

  taken(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  close(): void {
    this.#decoder = new Decompress();
  }
}
