/**
 * Records whose event nobody looks at: six of seven in the bench capture, with the stock rules. The effect on the world is that of `applyEvent`,
 * read from where the record keeps it, without an event; this takes about 25 ns each there, and an event 100 and more.
 */
import type { EventRecord } from '../capture/index.js';
import { CATEGORY, EVENT, EVENT_TABLE, type EventRow, type ParamType } from '../events/index.js';
import { changesMachine, FD_PARAMS, finishClose, LOOKUP, LOOKUPS } from './apply.js';
import { CHANGING_COMMANDS } from './descriptor.js';
import { countClose, countTransfer } from './ledger.js';
import type { Thread } from './thread.js';
import { INCOMING_TRAFFIC, SOCKET_TRAFFIC } from './traffic.js';
import { takeMemory, takeSwitch } from './usage.js';
import type { World } from './world.js';

/** What has to be done for a record. */
const NEED = {
  /** What any event needs: `applyEvent`. */
  LONG: 0,
  /** Only its thread's last descriptor changes. */
  DESCRIPTOR: 1,
  /** The same, unless the descriptor is an IP socket. */
  TRAFFIC: 2,
  /** The descriptor is closed, if the call did not fail. */
  CLOSE: 3,
  /** Only some commands change a descriptor. */
  COMMAND: 4,
  /** Its thread's memory has new sizes. */
  MEMORY: 5,
  /** The same, with page faults. */
  SWITCH: 6,
} as const;

const SPECIAL: ReadonlyMap<number, number> = new Map<number, number>([
  ...[...SOCKET_TRAFFIC].map((code) => [code, NEED.TRAFFIC] as const),
  [EVENT.CLOSE_X, NEED.CLOSE],
  [EVENT.FCNTL_X, NEED.COMMAND],
  [EVENT.BRK_4_X, NEED.MEMORY],
  [EVENT.MMAP_X, NEED.MEMORY],
  [EVENT.MUNMAP_X, NEED.MEMORY],
  [EVENT.SCHEDSWITCH_6_E, NEED.SWITCH],
]);

/** Bytes of parameters that have a fixed size (format note, "Parameter encodings"). */
const SIZES: Partial<Record<ParamType, number>> = {
  errno: 8,
  fd: 8,
  pid: 8,
  int64: 8,
  uint64: 8,
  uint32: 4,
  flags32: 4,
  enumflags8: 1,
};
/** More parameters than any event has that is applied here: so many pairs of lengths. */
const MOST_PAIRS = 8;
const LENGTH_BITS = 16;
const LENGTH_MASK = 0xffff;

/** Lengths of parameters are compared two at a time. By code and pair: which of them are known, and what they must be. */
const KNOWN_LENGTHS = new Int32Array(EVENT_TABLE.length * MOST_PAIRS);
const USUAL_LENGTHS = new Int32Array(EVENT_TABLE.length * MOST_PAIRS);
for (const { code, params } of EVENT_TABLE) {
  params.slice(0, 2 * MOST_PAIRS).forEach(({ type }, index) => {
    const size = SIZES[type];
    if (size !== undefined) {
      const pair = code * MOST_PAIRS + (index >> 1);
      const shift = (index & 1) * LENGTH_BITS;
      KNOWN_LENGTHS[pair] = (KNOWN_LENGTHS[pair] as number) | (LENGTH_MASK << shift);
      USUAL_LENGTHS[pair] = (USUAL_LENGTHS[pair] as number) | (size << shift);
    }
  });
}
const PARAM_COUNTS = Uint8Array.from(EVENT_TABLE, ({ params }) => params.length);

/** Parameters before the descriptor, of those that have no known size. */
function unsizedBeforeFd({ code, params }: EventRow): readonly number[] {
  return params.flatMap(({ type }, i) =>
    i < (FD_PARAMS[code] as number) && SIZES[type] === undefined ? [i] : [],
  );
}
/** By code: the sum of the known sizes before the descriptor; -1 if the event uses none. */
const SIZED_BEFORE_FD = Int8Array.from(EVENT_TABLE, ({ code, params }) =>
  FD_PARAMS[code] === -1
    ? -1
    : params.slice(0, FD_PARAMS[code]).reduce((sum, { type }) => sum + (SIZES[type] ?? 0), 0),
);
/** By code: the one parameter before the descriptor that has no known size; -1: none has. */
const UNSIZED_BEFORE_FD = Int8Array.from(EVENT_TABLE, (row) => unsizedBeforeFd(row)[0] ?? -1);
const NEEDS = Uint8Array.from(EVENT_TABLE, (row) => {
  const { code, category, params } = row;
  if (params.length > 2 * MOST_PAIRS || unsizedBeforeFd(row).length > 1) {
    return NEED.LONG;
  }
  const isUsual = (category & CATEGORY.META) === 0 && LOOKUPS[code] === LOOKUP.ANY;
  if (isUsual || code === EVENT.SCHEDSWITCH_6_E) {
    return SPECIAL.get(code) ?? (changesMachine(code) ? NEED.LONG : NEED.DESCRIPTOR);
  }
  return NEED.LONG;
});

/** By code: whether bytes come in. */
const IS_INCOMING = Uint8Array.from(EVENT_TABLE, ({ code }) =>
  INCOMING_TRAFFIC.has(code) ? 1 : 0,
);

/** What {@link findDescriptor} says of a record that is not as usual; descriptors and "none" are never that low. */
const UNUSUAL = -0x8000_0000;

/**
 * Apply a record in the newest layout.
 *
 * @returns `false` where the record needs an event (nothing was changed then that applying it
 *   would not change too): a damaged one, an unknown thread, a call that changes the machine.
 */
export function applyUnwatched(world: World, record: EventRecord): boolean {
  const need = NEEDS[record.code] as number;
  if (need === NEED.LONG || world.hasExit || !world.isPrimed || record.hasWideLengths) {
    return false;
  }
  const thread = world.lookUp(record.tid);
  const fd = thread === undefined ? UNUSUAL : findDescriptor(record);
  if (thread === undefined || fd === UNUSUAL) {
    return false;
  }
  if (world.closedBy !== undefined) {
    finishClose(world);
  }
  if (need === NEED.SWITCH) {
    takeSwitch(world, thread, record.view, paramsOf(record));
    return true;
  }
  if (need !== NEED.DESCRIPTOR && !applySpecial(world, thread, fd, record)) {
    return false;
  }
  thread.lastEventFd = fd;
  return true;
}

/** `false` where an event is needed. */
function applySpecial(world: World, thread: Thread, fd: number, record: EventRecord): boolean {
  switch (NEEDS[record.code]) {
    case NEED.TRAFFIC: {
      const descriptor = world.fdTableOf(thread)?.peek(fd);
      if (descriptor?.isIpSocket === true) {
        return false;
      }
      if (world.ledger !== undefined) {
        countTransfer(
          world,
          thread,
          descriptor,
          IS_INCOMING[record.code] === 1,
          resultOf(record),
          record,
        );
      }
      return true;
    }
    case NEED.CLOSE:
      if (didSucceed(record)) {
        takeClose(world, thread, fd, record);
      }
      return true;
    case NEED.COMMAND:
      return !CHANGING_COMMANDS.has(record.view.getUint8(paramsOf(record) + 16));
    default:
      takeMemory(thread, record.view, paramsOf(record) + 8);
      return true;
  }
}

/** The descriptor goes before the next event. */
function takeClose(world: World, thread: Thread, fd: number, record: EventRecord): void {
  const descriptor = world.fdTableOf(thread)?.peek(fd);
  if (descriptor !== undefined) {
    world.closedBy = thread;
    world.closedFd = fd;
    countClose(world, thread, descriptor, record);
  }
}

/** Where the parameters begin. */
function paramsOf({ lengthsAt, paramCount }: EventRecord): number {
  return lengthsAt + 2 * paramCount;
}

/**
 * The descriptor that a record's call uses, -1 where it uses none; `UNUSUAL` where the record has not the
 * parameters of its row, each in its usual size.
 */
function findDescriptor({ code, view, lengthsAt, paramCount, end }: EventRecord): number {
  if (paramCount !== PARAM_COUNTS[code]) {
    return UNUSUAL;
  }
  const params = lengthsAt + 2 * paramCount;
  let total = 0;
  for (let at = lengthsAt, row = code * MOST_PAIRS; at < params; at += 4, row += 1) {
    const pair = view.getInt32(at, true);
    if ((pair & (KNOWN_LENGTHS[row] as number)) !== USUAL_LENGTHS[row]) {
      return UNUSUAL;
    }
    total += (pair & LENGTH_MASK) + (at + 2 < params ? pair >>> LENGTH_BITS : 0);
  }
  if (params + total > end) {
    return UNUSUAL;
  }
  const sized = SIZED_BEFORE_FD[code] as number;
  if (sized === -1) {
    return -1;
  }
  const unsized = UNSIZED_BEFORE_FD[code] as number;
  const fdAt =
    params + sized + (unsized === -1 ? 0 : view.getUint16(lengthsAt + 2 * unsized, true));
  const fd = view.getInt32(fdAt, true);
  return view.getInt32(fdAt + 4, true) === fd >> 31 ? fd : UNUSUAL;
}

/** The first parameter: bytes, or a negative error number. */
function resultOf(record: EventRecord): number {
  const at = paramsOf(record);
  const low = record.view.getInt32(at, true);
  const high = record.view.getInt32(at + 4, true);
  return high === low >> 31 ? low : high * 4294967296 + (low >>> 0);
}

/** Whether the first parameter, the result, is no error. */
function didSucceed(record: EventRecord): boolean {
  return record.view.getInt32(paramsOf(record) + 4, true) >= 0;
}
