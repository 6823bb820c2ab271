/**
 * Event blocks that do not take the reader's short way: old ones without a parameter count, damaged
 * ones, and those of the other byte order. The layout is described at {@link EventRecord}.
 */
import { EVENT_FLAG, SHAPE, shapeOf, type BlockRow } from './block-table.js';
import type { EventRecord } from './record.js';

/** What is wrong with an event. */
export interface EventFlaw {
  readonly reason: string;
  /** Not even its header is there: there is nothing to show. */
  readonly isUnreadable: boolean;
}

/**
 * Point `record` at the event of the block at `at`, which lies in the record's own buffer.
 *
 * `end` is the index behind the block's body (of its second length word).
 *
 * @returns What is wrong with it; parameters that are wholly inside the block are there all the same.
 */
export function readEvent(
  record: EventRecord,
  row: BlockRow,
  at: number,
  end: number,
): EventFlaw | undefined {
  const shape = shapeOf(row);
  const start = at + 10 + (shape & SHAPE.FLAGS);
  const lengthsAt = start + ((shape & SHAPE.COUNT) === 0 ? 22 : 26);
  if (lengthsAt > end) {
    return { reason: 'its block is too short for the header of an event', isUnreadable: true };
  }
  const { view } = record;
  record.cpu = view.getUint16(at + 8, true);
  record.isStateOnly =
    row.hasFlags === true && (view.getUint32(at + 10, true) & EVENT_FLAG.STATE_ONLY) !== 0;
  record.timeLow = view.getInt32(start, true);
  record.timeHigh = view.getUint32(start + 4, true);
  record.tid = view.getInt32(start + 12, true) * 0x1_0000_0000 + view.getUint32(start + 8, true);
  record.code = view.getUint16(start + 20, true);
  record.lengthsAt = lengthsAt;
  record.hasWideLengths = (shape & SHAPE.LARGE) !== 0;
  const hasCount = (shape & SHAPE.COUNT) !== 0;
  const claimedEnd = start + view.getUint32(start + 16, true);
  // Behind the parameters of a counted event may lie padding, or options of the block.
  record.end = hasCount ? end : Math.max(lengthsAt, Math.min(claimedEnd, end));
  record.paramCount = hasCount ? view.getUint32(start + 22, true) : -1;
  const room = end - lengthsAt;
  if (record.paramCount * (record.hasWideLengths ? 4 : 2) > room) {
    const reason = `it claims ${record.paramCount} parameters, and has ${room} bytes for them`;
    record.paramCount = 0;
    return { reason, isUnreadable: false };
  }
  if (claimedEnd > end || claimedEnd < lengthsAt) {
    const reason = `it claims ${claimedEnd - start} bytes, and its block has ${end - start} for it`;
    return { reason, isUnreadable: false };
  }
  return undefined;
}

/**
 * Point `record` at an event of the other byte order: its header and the lengths of its parameters
 * are turned around in `block`. The parameters stay as recorded; so do the lengths where their number
 * is not known (old block types). `block` is a copy of the whole block that may be changed, and is
 * lent to the record.
 */
export function readSwappedEvent(
  record: EventRecord,
  row: BlockRow,
  block: Buffer,
): EventFlaw | undefined {
  const shape = shapeOf(row);
  const hasCount = (shape & SHAPE.COUNT) !== 0;
  const start = 10 + (shape & SHAPE.FLAGS);
  const end = block.length - 4;
  record.bytes = block;
  record.view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (start + (hasCount ? 26 : 22) > end) {
    return readEvent(record, row, 0, end);
  }
  block.subarray(8, 10).swap16();
  if (row.hasFlags === true) {
    block.subarray(10, 14).swap32();
  }
  block.subarray(start, start + 16).swap64();
  block.subarray(start + 16, start + 20).swap32();
  block.subarray(start + 20, start + 22).swap16();
  if (hasCount) {
    block.subarray(start + 22, start + 26).swap32();
    const claimed = block.readUInt32LE(start + 22);
    const width = (shape & SHAPE.LARGE) === 0 ? 2 : 4;
    const lengthsAt = start + 26;
    const listed = Math.min(claimed, Math.floor((end - lengthsAt) / width));
    const lengths = block.subarray(lengthsAt, lengthsAt + listed * width);
    if (width === 2) {
      lengths.swap16();
    } else {
      lengths.swap32();
    }
  }
  return readEvent(record, row, 0, end);
}
