/**
 * Steps through the blocks of a .scap file. `next()` is the innermost loop of every replay: a whole,
 * plain, little-endian event block takes the short way in it; all else (lists, sections, the other
 * byte order, damage) goes through `nextSlowly()`, which judges every block in full.
 */
import type { Diagnostic } from '../diagnostics.js';
import {
  BLOCK_BY_TYPE,
  EVENT_FLAG,
  EVENT_SHAPES,
  FRAME_BYTES,
  SECTION_TYPE,
  SHAPE,
  type BlockRow,
} from './block-table.js';
import { ByteCursor } from './byte-cursor.js';
import { readEvent, readSwappedEvent } from './event-block.js';
import { abandon, identify, type Evidence } from './evidence.js';
import type { Metadata } from './metadata.js';
import { readMetadata } from './metadata-reader.js';
import { NEXT, type EvidenceIdentity, type EvidenceReader, type Next } from './reader.js';
import { EventRecord } from './record.js';
import {
  VERDICT,
  eventLength,
  findBlock,
  isSaneLength,
  sectionOrder,
  type Loss,
  type Window,
} from './salvage.js';

/**
 * Constants of other modules as this module's own: the engine then compiles their values, and need not look them up for each
 * record. So do the other modules that a record passes through; together a replay took 6 % less.
 */
const SHAPES = EVENT_SHAPES;
const { FLAGS, COUNT, LARGE } = SHAPE;
const { STATE_ONLY } = EVENT_FLAG;
const FOUND_EVENT = NEXT.EVENT;

/** Read at a time: as much as a processor keeps near (1 MB took 10 % longer). */
const CHUNK_BYTES = 256 * 1024;
/** Frame, cpu, flags, header and count: what the short way reads before it looks at the block's length. */
const SMALLEST_EVENT_BYTES = 40;
/**
 * The first chunk; later ones grow with what was read. What happens at the end of a chunk has then happened some
 * times before the loop over blocks is compiled; otherwise the compiled code was thrown away at the first end.
 */
const FIRST_CHUNK_BYTES = 16 * 1024;
/** Room for a cut block in front of a chunk. */
const CARRY_BYTES = 128 * 1024;
/** A broken block is remembered for so long, in the hope that its end shows where it ends. */
const RESTORE_MAX_BYTES = 1024 * 1024;
const NEWEST_MAJOR_VERSION = 1;
/** The block was dealt with; go on with the next one. */
const SKIPPED = -1;

/** Whether both length words of the event block at `at` say the same, and it could be one. */
function isFramed(view: DataView, at: number, length: number): boolean {
  return length >= 36 && (length & 3) === 0 && view.getUint32(at + length - 4, true) === length;
}

/** Reads .scap evidence. Never throws because of what the bytes are. */
export class ScapReader implements EvidenceReader, Window {
  readonly record = new EventRecord();
  metadata: Metadata = { kind: 'processes', processes: [] };
  sectionOffset = 0;

  // What salvage looks at.
  view: DataView;
  limit = 0;
  isComplete = false;
  isLittle = true;

  private bytes: Buffer;
  /** Whether the short way may be taken: begun, little-endian, and nothing lost. */
  private isStraight = false;
  /** Index of the block that `next()` found, and of the one behind it. */
  private at = 0;
  private following = 0;
  /** Offset of `bytes[0]` in the uncompressed evidence. */
  private base = 0;
  private loss: Loss | undefined;
  private hasBegun = false;
  private swapped: Buffer = Buffer.alloc(0);
  private readonly evidence: Evidence;
  private readonly chunkBytes: number;

  constructor(evidence: Evidence, chunkBytes = CHUNK_BYTES) {
    this.evidence = evidence;
    this.chunkBytes = chunkBytes;
    this.bytes = Buffer.allocUnsafeSlow(chunkBytes + Math.min(CARRY_BYTES, chunkBytes));
    this.view = new DataView(this.bytes.buffer);
    this.lendBuffer();
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.evidence.findings.list();
  }

  get bytesRead(): number {
    return this.evidence.raw.bytesRead;
  }

  get sizeBytes(): number | undefined {
    return this.evidence.raw.sizeBytes;
  }

  block(): Uint8Array {
    return this.bytes.subarray(this.at, this.following);
  }

  close(): Promise<EvidenceIdentity> {
    return identify(this.evidence, 'scap');
  }

  abandon(): EvidenceIdentity {
    return abandon(this.evidence, 'scap');
  }

  async fill(): Promise<boolean> {
    if (this.isComplete) {
      return false;
    }
    this.makeRoom();
    const wanted = Math.min(this.chunkBytes, FIRST_CHUNK_BYTES + this.base);
    const end = Math.min(this.limit + wanted, this.bytes.length);
    const count = await this.evidence.content.read(this.bytes, this.limit, end);
    this.limit += count;
    this.isComplete = count === 0;
    return !this.isComplete || this.following < this.limit;
  }

  /** Carry the cut block to the front; take a larger buffer only if it fills this one. */
  private makeRoom(): void {
    const from = this.following;
    if (from > 0) {
      this.bytes.copyWithin(0, from, this.limit);
      this.base += from;
      this.limit -= from;
      this.at = 0;
      this.following = 0;
      if (this.loss !== undefined) {
        this.loss.searchAt -= from;
      }
    }
    if (this.limit === this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, this.limit);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
      this.lendBuffer();
    }
  }

  private lendBuffer(): void {
    this.record.bytes = this.bytes;
    this.record.view = this.view;
  }

  next(): Next {
    const at = this.following;
    const limit = this.limit;
    if (!this.isStraight || at + SMALLEST_EVENT_BYTES > limit) {
      return this.nextSlowly();
    }
    const view = this.view;
    const type = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const shape = (type & ~63) === 0x200 ? (SHAPES[type & 63] as number) : 0;
    const end = at + length;
    if (shape === 0 || end > limit || !isFramed(view, at, length)) {
      return this.nextSlowly();
    }
    const start = at + 10 + (shape & FLAGS);
    let lengthsAt = start + 22;
    let count = -1;
    let paramEnd = start + view.getUint32(start + 16, true);
    if ((shape & COUNT) !== 0) {
      count = view.getUint32(start + 22, true);
      lengthsAt = start + 26;
      if (paramEnd + 4 > end || lengthsAt + count * 2 > paramEnd) {
        return this.nextSlowly();
      }
      paramEnd = end - 4;
    } else if (paramEnd + 4 > end || lengthsAt > paramEnd) {
      return this.nextSlowly();
    }
    this.at = at;
    this.following = end;
    const record = this.record;
    record.paramCount = count;
    record.lengthsAt = lengthsAt;
    record.hasWideLengths = (shape & LARGE) !== 0;
    record.end = paramEnd;
    this.readHeader(at, start, shape);
    return FOUND_EVENT;
  }

  /** The record's frame at `at` and event header at `start`. */
  private readHeader(at: number, start: number, shape: number): void {
    const { record, view } = this;
    record.number += 1;
    record.offset = this.base + at;
    record.cpu = view.getUint16(at + 8, true);
    record.isStateOnly = (shape & FLAGS) !== 0 && (view.getUint8(at + 10) & STATE_ONLY) !== 0;
    record.timeLow = view.getInt32(start, true);
    record.timeHigh = view.getUint32(start + 4, true);
    const tidHigh = view.getInt32(start + 12, true);
    const tidLow = view.getInt32(start + 8, true);
    record.tid = tidHigh === tidLow >> 31 ? tidLow : tidHigh * 0x1_0000_0000 + (tidLow >>> 0);
    record.code = view.getUint16(start + 20, true);
  }

  private nextSlowly(): Next {
    for (;;) {
      const found = this.loss === undefined ? this.readBlock() : this.search(this.loss);
      if (found !== SKIPPED) {
        return found;
      }
    }
  }

  private report(id: Diagnostic['id'], at: number, detail: string): void {
    this.evidence.findings.add(id, this.base + at, detail);
  }

  private readBlock(): Next | typeof SKIPPED {
    const at = this.following;
    const left = this.limit - at;
    if (left < FRAME_BYTES) {
      if (this.isComplete && left > 0) {
        this.report('capture/truncated-block', at, `${left} bytes are left, too few for a block`);
        this.following = this.limit;
      }
      return NEXT.NEED_MORE;
    }
    const type = this.view.getUint32(at, this.isLittle);
    if (type === SECTION_TYPE) {
      this.turnTo(sectionOrder(this.view, at) ?? this.isLittle);
    }
    const length = this.view.getUint32(at + 4, this.isLittle);
    const isSane = isSaneLength(type, length);
    if (isSane && length > left && !this.isComplete) {
      return NEXT.NEED_MORE;
    }
    if (isSane && length <= left && this.trailer(at + length) === length) {
      return this.accept(at, type, length);
    }
    return this.mend(at, type, length);
  }

  private trailer(end: number): number {
    return this.view.getUint32(end - 4, this.isLittle);
  }

  /** Read on in that byte order. */
  private turnTo(isLittle: boolean): void {
    this.isLittle = isLittle;
    this.record.isBigEndian = !isLittle;
    this.lendBuffer();
  }

  /** The length of this block cannot be right. */
  private mend(at: number, type: number, claimed: number): Next | typeof SKIPPED {
    const length = eventLength(this, at, claimed);
    if (length === VERDICT.UNCLEAR) {
      return NEXT.NEED_MORE;
    }
    if (length === VERDICT.TORN) {
      this.tellTorn(at, claimed);
      return NEXT.NEED_MORE;
    }
    if (length > 0) {
      const second = this.trailer(at + length);
      const detail = `the block says ${claimed} bytes in front and ${second} at its end, and has ${length}`;
      this.report('capture/length-mismatch', at, detail);
      return this.accept(at, type, length);
    }
    const reason = `a block of type 0x${type.toString(16)} claims ${claimed} bytes`;
    const offset = this.base + at;
    const canRestore = BLOCK_BY_TYPE.has(type);
    this.loss = { offset, reason, claimed, searchAt: at + 1, canRestore };
    this.isStraight = false;
    return SKIPPED;
  }

  private tellTorn(at: number, claimed: number): void {
    const detail = `a block of ${claimed} bytes begins here, and ${this.limit - at} are there`;
    this.report('capture/truncated-block', at, detail);
    this.following = this.limit;
  }

  /** Go on behind damage: at the next whole block, or nowhere. */
  private search(loss: Loss): Next | typeof SKIPPED {
    const { at, isFound } = findBlock(this, loss.searchAt);
    loss.searchAt = at;
    if (!isFound && !this.isComplete) {
      if (at - this.following > RESTORE_MAX_BYTES) {
        loss.canRestore = false;
        this.following = at;
      }
      return NEXT.NEED_MORE;
    }
    this.loss = undefined;
    const broken = this.following;
    const length = at - broken;
    const mayBeWhole = loss.canRestore && length >= FRAME_BYTES;
    if (mayBeWhole && (loss.claimed === length || this.trailer(at) === length)) {
      const detail = `${loss.reason}, and what follows shows that it has ${length}`;
      this.report('capture/length-mismatch', broken, detail);
      return this.accept(broken, this.view.getUint32(broken, this.isLittle), length);
    }
    this.following = at;
    this.tellLoss(loss, at, isFound);
    return isFound ? SKIPPED : NEXT.NEED_MORE;
  }

  private tellLoss(loss: Loss, at: number, isFound: boolean): void {
    const { findings } = this.evidence;
    const lost = this.base + at - loss.offset;
    if (isFound) {
      const detail = `${loss.reason}; ${lost} bytes passed over, the next block is at offset ${this.base + at}`;
      findings.add('capture/resynchronised', loss.offset, detail);
    } else {
      const detail = `${loss.reason}, and ${lost} are left, with no whole block among them`;
      findings.add('capture/truncated-block', loss.offset, detail);
    }
  }

  /** The block at `at` has that length: say what it is, or skip it. */
  private accept(at: number, type: number, length: number): Next | typeof SKIPPED {
    this.at = at;
    this.following = at + length;
    if (!this.hasBegun && type !== SECTION_TYPE) {
      this.report(
        'capture/no-section-header',
        at,
        `the first block is of type 0x${type.toString(16)}`,
      );
    }
    this.hasBegun = true;
    this.isStraight = this.isLittle;
    const row = BLOCK_BY_TYPE.get(type);
    if (row === undefined) {
      this.evidence.findings.addUnknownBlock(type, this.base + at, length);
      return SKIPPED;
    }
    if (row.content === 'event') {
      return this.acceptEvent(row);
    }
    if (row.content === 'section') {
      this.tellSection(at);
      this.sectionOffset = this.base + at;
      return NEXT.SECTION;
    }
    return this.acceptMetadata(row);
  }

  private acceptEvent(row: BlockRow): Next | typeof SKIPPED {
    const { record, at } = this;
    const end = this.following - 4;
    record.number += 1;
    record.offset = this.base + at;
    const flaw = this.isLittle
      ? readEvent(record, row, at, end)
      : readSwappedEvent(record, row, this.copyForSwap());
    if (flaw !== undefined) {
      this.report('capture/bad-event', at, `event ${record.number}: ${flaw.reason}`);
      if (flaw.isUnreadable) {
        return SKIPPED;
      }
    }
    return NEXT.EVENT;
  }

  /** A copy of the block whose words may be turned around. */
  private copyForSwap(): Buffer {
    const length = this.following - this.at;
    if (this.swapped.length < length) {
      this.swapped = Buffer.allocUnsafeSlow(Math.max(length, CARRY_BYTES));
    }
    this.bytes.copy(this.swapped, 0, this.at, this.following);
    return this.swapped.subarray(0, length);
  }

  private acceptMetadata(row: BlockRow): Next | typeof SKIPPED {
    const cursor = new ByteCursor(this.bytes, this.at + 8, this.following - 4, this.isLittle);
    const result = readMetadata(row, cursor);
    if (result === undefined) {
      return SKIPPED;
    }
    if (result.flaw !== undefined) {
      this.report('capture/bad-metadata', this.at, `in a list of ${row.content}, ${result.flaw}`);
    }
    this.metadata = result.metadata;
    return NEXT.METADATA;
  }

  private tellSection(at: number): void {
    const major = this.following - at >= 28 ? this.view.getUint16(at + 12, this.isLittle) : 1;
    if (major > NEWEST_MAJOR_VERSION) {
      this.report('capture/newer-version', at, `its major version is ${major}`);
    }
    if (!this.isLittle) {
      this.report('capture/foreign-byte-order', at, 'this section is big-endian');
    }
  }
}
