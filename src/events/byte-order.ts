/**
 * Turns the parameters of a record that a big-endian machine recorded around, in place, by their types in the event
 * table. Addresses of the internet are in network order whoever records them, and text has no order. Doing
 * it twice does nothing.
 */
import type { EventRecord } from '../capture/index.js';
import type { ParamRow, ParamType } from './row.js';
import { FAMILY } from './print-socket.js';
import { EVENT_TABLE } from './table.js';

/** Where a parameter lies: from its first byte to behind its last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

type Swap = (bytes: Buffer, span: Span, row: ParamRow) => void;

function reverse(bytes: Buffer, from: number, size: number): void {
  bytes.subarray(from, from + size).reverse();
}

/** A number as it is read: by its recorded size, which may not be its type's. */
function swapNumber(bytes: Buffer, { from, to }: Span): void {
  const size = to - from;
  if (size === 2 || size === 4 || size === 8) {
    reverse(bytes, from, size);
  }
}

/** A word of a structure, unless the parameter ends before it does. */
function swapWord(bytes: Buffer, { from, to }: Span, at: number, size: number): void {
  if (from + at + size <= to) {
    reverse(bytes, from + at, size);
  }
}

/** The port stands behind the family and the address. */
function swapAddress(bytes: Buffer, span: Span): void {
  const family = span.from < span.to ? bytes[span.from] : undefined;
  if (family === FAMILY.IPV4) {
    swapWord(bytes, span, 5, 2);
  } else if (family === FAMILY.IPV6) {
    swapWord(bytes, span, 17, 2);
  }
}

/** Two ports, or the two kernel addresses of a unix socket. */
function swapTuple(bytes: Buffer, span: Span): void {
  const family = span.from < span.to ? bytes[span.from] : undefined;
  if (family === FAMILY.UNIX) {
    swapWord(bytes, span, 1, 8);
    swapWord(bytes, span, 9, 8);
  } else if (family === FAMILY.IPV4) {
    swapWord(bytes, span, 5, 2);
    swapWord(bytes, span, 11, 2);
  } else if (family === FAMILY.IPV6) {
    swapWord(bytes, span, 17, 2);
    swapWord(bytes, span, 35, 2);
  }
}

const FD_ENTRY_BYTES = 8 + 2;

/** `count:u16`, then `fd:u64 flags:u16` each: as many as there are bytes for, whatever the count says. */
function swapFdList(bytes: Buffer, span: Span): void {
  swapWord(bytes, span, 0, 2);
  for (let at = 2; span.from + at + FD_ENTRY_BYTES <= span.to; at += FD_ENTRY_BYTES) {
    reverse(bytes, span.from + at, 8);
    reverse(bytes, span.from + at + 8, 2);
  }
}

/** `selector:u8`, then a value of the alternative that it names. */
function swapDynamic(bytes: Buffer, { from, to }: Span, row: ParamRow): void {
  const alternative = from < to ? row.alternatives?.[bytes[from] as number] : undefined;
  if (alternative !== undefined) {
    SWAPS[alternative.type]?.(bytes, { from: from + 1, to }, alternative);
  }
}

/** What to do with each type; nothing for those that are not here: text, bytes, single bytes, IP addresses. */
const SWAPS: Readonly<Partial<Record<ParamType, Swap>>> = {
  int16: swapNumber,
  int32: swapNumber,
  int64: swapNumber,
  uint16: swapNumber,
  uint32: swapNumber,
  uint64: swapNumber,
  errno: swapNumber,
  fd: swapNumber,
  fd32: swapNumber,
  pid: swapNumber,
  pid32: swapNumber,
  syscallid: swapNumber,
  reltime: swapNumber,
  abstime: swapNumber,
  port: swapNumber,
  bool: swapNumber,
  flags16: swapNumber,
  flags32: swapNumber,
  enumflags16: swapNumber,
  enumflags32: swapNumber,
  uid: swapNumber,
  gid: swapNumber,
  double: swapNumber,
  sigset: swapNumber,
  mode: swapNumber,
  // one byte long by their types, but they are read by the size that they have
  int8: swapNumber,
  uint8: swapNumber,
  sigtype: swapNumber,
  l4proto: swapNumber,
  sockfamily: swapNumber,
  flags8: swapNumber,
  enumflags8: swapNumber,
  sockaddr: swapAddress,
  socktuple: swapTuple,
  fdlist: swapFdList,
  dyn: swapDynamic,
};

/**
 * Turn the parameters of `record` around. Those that reach beyond the record, those that the table does not know,
 * and those of the old block types stay as they are: without a number of parameters, nothing tells
 * where the lengths end, and these are in the other order too.
 */
export function swapParameters(record: EventRecord): void {
  const { bytes, view, lengthsAt, end, paramCount } = record;
  const params = EVENT_TABLE[record.code]?.params ?? [];
  const step = record.hasWideLengths ? 4 : 2;
  let from = lengthsAt + paramCount * step;
  if (paramCount < 0 || from > end) {
    return;
  }
  for (let i = 0; i < params.length && i < paramCount; i += 1) {
    const lengthAt = lengthsAt + i * step;
    const length = step === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
    const to = from + length;
    if (to > end) {
      return;
    }
    const row = params[i] as ParamRow;
    SWAPS[row.type]?.(bytes, { from, to }, row);
    from = to;
  }
}
