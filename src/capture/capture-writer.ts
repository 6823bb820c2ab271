/**
 * Writes .scap files: blocks as they are, or sections, lists and events from facts, in the newest
 * block versions. Little-endian, as all recorders write. What is written reads back equal.
 */
import { ByteBuilder } from './byte-builder.js';
import { FRAME_BYTES, SECTION_MAGIC, SECTION_TYPE } from './block-table.js';
import { CaptureFile, type CaptureOptions } from './capture-file.js';
import { CODE } from './event-codes.js';
import type { Metadata } from './metadata.js';
import { buildMetadata } from './metadata-writer.js';
import { stateOnlyBlock } from './state-only-block.js';

const EVENT_TYPE = 0x216;
const LARGE_EVENT_TYPE = 0x221;
/** The reference reads no longer event block than this, if it is not a large one. */
const MAX_SMALL_BLOCK_BYTES = 0x10000;
const MAX_SMALL_PARAM_BYTES = 0xffff;
/**
 * Plugin events, container and asynchronous ones. The reference reads their lengths as wide ones whatever the block says,
 * and does not open a capture where they are not.
 */
const WIDE_CODES: ReadonlySet<number> = new Set(Object.values(CODE));
/** Bytes of an event's header, from its time to its number of parameters. */
const HEADER_BYTES = 26;

/** An event as it is to be recorded. */
export interface EventFacts {
  readonly cpu: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly tid: number;
  /** Event code. */
  readonly code: number;
  /** The bytes of each parameter, see {@link encode}; an empty one means "not there". */
  readonly params: readonly Uint8Array[];
}

/** Writes one capture. Throws UserErrors for what the file system does not allow. */
export class CaptureWriter {
  private readonly file: CaptureFile;
  private readonly builder = new ByteBuilder();

  constructor(file: CaptureFile) {
    this.file = file;
  }

  /** A whole block, frame included, as a reader's `block()` gives it. */
  writeBlock(block: Uint8Array): void {
    this.file.append(block);
  }

  /**
   * The block of an event record, with the format's state-only flag: who replays it changes the machine, and asks no rule.
   *
   * `isBigEndian` is the byte order of the record's section.
   */
  writeStateOnly(block: Uint8Array, isBigEndian: boolean): void {
    this.file.append(stateOnlyBlock(block, !isBigEndian));
  }

  /** The first block of a capture, and of each further section. */
  writeSectionHeader(): void {
    this.builder.clear();
    this.builder.u32(SECTION_TYPE).u32(0);
    this.builder.u32(SECTION_MAGIC).u16(1).u16(2).u64(-1);
    this.finishBlock();
  }

  /** A list or the machine, before the section's first event. */
  writeMetadata(metadata: Metadata): void {
    this.builder.clear();
    this.builder.u32(0).u32(0);
    this.builder.patch32(0, buildMetadata(this.builder, metadata));
    this.finishBlock();
  }

  writeEvent(event: EventFacts): void {
    const { params } = event;
    const valueBytes = params.reduce((sum, param) => sum + param.length, 0);
    const smallBytes = HEADER_BYTES + 2 * params.length + valueBytes;
    const isLarge =
      WIDE_CODES.has(event.code) ||
      smallBytes + FRAME_BYTES + 8 > MAX_SMALL_BLOCK_BYTES ||
      params.some((param) => param.length > MAX_SMALL_PARAM_BYTES);
    const { builder } = this;
    builder.clear();
    builder.u32(isLarge ? LARGE_EVENT_TYPE : EVENT_TYPE).u32(0);
    builder.u16(event.cpu).u64(event.time).u64(event.tid);
    builder.u32(smallBytes + (isLarge ? 2 * params.length : 0));
    builder.u16(event.code).u32(params.length);
    for (const param of params) {
      if (isLarge) {
        builder.u32(param.length);
      } else {
        builder.u16(param.length);
      }
    }
    for (const param of params) {
      builder.raw(param);
    }
    this.finishBlock();
  }

  /** Write what is still in memory. */
  close(): void {
    this.file.close();
  }

  /** Pad the body, set both lengths, and write. */
  private finishBlock(): void {
    this.builder.pad();
    const lengthBytes = this.builder.length + 4;
    this.builder.u32(lengthBytes).patch32(4, lengthBytes);
    this.file.append(this.builder.built());
  }
}

/**
 * Create a capture, with mode 0600, at `path` or in a sink.
 *
 * @throws {UserError} If a file is there already and `force` is not given, or it cannot be created.
 */
export function createCapture(path: string, options: CaptureOptions = {}): CaptureWriter {
  return new CaptureWriter(new CaptureFile(path, options));
}
