/**
 * The block of an event record with the format's state-only flag: `cpu:u16 flags:u32 event...`. A block type
 * without flags becomes the one with them, which is four bytes longer; the event itself is not touched.
 */
import { BLOCK_BY_TYPE, EVENT_FLAG, flaggedTypeOf } from './block-table.js';

const FLAGS_AT = 10;
const FLAGS_BYTES = 4;

/**
 * The same block, marked.
 *
 * @param block - A whole event block, frame included; it is not changed.
 * @param isLittle - Its section's byte order.
 */
export function stateOnlyBlock(block: Uint8Array, isLittle: boolean): Uint8Array {
  const type = viewOf(block).getUint32(0, isLittle);
  const row = BLOCK_BY_TYPE.get(type);
  if (row?.content !== 'event') {
    throw new Error(`a block of type 0x${type.toString(16)} holds no event`);
  }
  const marked = row.hasFlags === true ? Uint8Array.from(block) : widened(block);
  const view = viewOf(marked);
  const own =
    row.hasFlags === true
      ? view.getUint32(FLAGS_AT, isLittle)
      : row.isLarge === true
        ? EVENT_FLAG.LARGE
        : 0;
  view.setUint32(0, flaggedTypeOf(row), isLittle);
  view.setUint32(4, marked.length, isLittle);
  view.setUint32(FLAGS_AT, own | EVENT_FLAG.STATE_ONLY, isLittle);
  view.setUint32(marked.length - 4, marked.length, isLittle);
  return marked;
}

function widened(block: Uint8Array): Uint8Array {
  const wide = new Uint8Array(block.length + FLAGS_BYTES);
  wide.set(block.subarray(0, FLAGS_AT));
  wide.set(block.subarray(FLAGS_AT), FLAGS_AT + FLAGS_BYTES);
  return wide;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
