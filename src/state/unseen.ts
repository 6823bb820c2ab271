/**
 * Records whose event nobody looks at: six of seven in the bench capture, with the stock rules. The effect on the world is that of `applyEvent`,
 * read from where the record keeps it, without an event; this takes about 25 ns each there, and an event 100 and more.
 */
import type { EventRecord } from '../capture/index.js';
import { CATEGORY, EVENT, EVENT_TABLE, type ParamType } from '../events/index.js';
import { changesMachine, FD_PARAMS, finishClose, LOOKUP, LOOKUPS } from './apply.js';
import { CHANGING_COMMANDS } from './descriptor.js';
import type { Thread } from './thread.js';
import { SOCKET_TRAFFIC } from './traffic.js';
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

const NEEDS = Uint8Array.from(EVENT_TABLE, ({ code, category }) => {
  const isUsual = (category & CATEGORY.META) === 0 && LOOKUPS[code] === LOOKUP.ANY;
  if (isUsual || code === EVENT.SCHEDSWITCH_6_E) {
    return SPECIAL.get(code) ?? (changesMachine(code) ? NEED.LONG : NEED.DESCRIPTOR);
  }
  return NEED.LONG;
});

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
/** More parameters than any event has of which one is looked at here. */
const MOST_PARAMS = 16;
/** Of any size. */
const ANY = 0;

/** By code and parameter: the size that it must have for a record to be understood here. */
const USUAL_SIZES = new Uint8Array(EVENT_TABLE.length * MOST_PARAMS);
for (const { code, params } of EVENT_TABLE) {
  params.slice(0, MOST_PARAMS).forEach(({ type }, index) => {
    USUAL_SIZES[code * MOST_PARAMS + index] = SIZES[type] ?? ANY;
  });
}
const PARAM_COUNTS = Uint8Array.from(EVENT_TABLE, ({ params }) => params.length);
/** What {@link findDescriptor} says of a record that is not as usual; descriptors and "none" are never that low. */
const UNUSUAL = -0x8000_0000;

/**
 * Apply a record in the newest layout.
 *
 * @returns `false` where the record needs an event (nothing was changed then that applying it
 *   would not change too): a damaged one, an unknown thread, a call that changes the machine.
 */
export function applyUnseen(world: World, record: EventRecord): boolean {
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
    case NEED.TRAFFIC:
      return world.fdTableOf(thread)?.get(fd)?.isIpSocket !== true;
    case NEED.CLOSE:
      if (didSucceed(record) && world.fdTableOf(thread)?.get(fd) !== undefined) {
        world.closedBy = thread;
        world.closedFd = fd;
      }
      return true;
    case NEED.COMMAND:
      return !CHANGING_COMMANDS.has(record.view.getUint8(paramsOf(record) + 16));
    default:
      takeMemory(thread, record.view, paramsOf(record) + 8);
      return true;
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
  if (paramCount !== PARAM_COUNTS[code] || paramCount > MOST_PARAMS) {
    return UNUSUAL;
  }
  const fdParam = FD_PARAMS[code] as number;
  let at = lengthsAt + 2 * paramCount;
  let fdAt = -1;
  for (let i = 0; i < paramCount; i += 1) {
    const length = view.getUint16(lengthsAt + 2 * i, true);
    const usual = USUAL_SIZES[code * MOST_PARAMS + i];
    if (usual !== ANY && usual !== length) {
      return UNUSUAL;
    }
    fdAt = i === fdParam ? at : fdAt;
    at += length;
  }
  if (at > end) {
    return UNUSUAL;
  }
  if (fdAt === -1) {
    return -1;
  }
  const fd = view.getInt32(fdAt, true);
  return view.getInt32(fdAt + 4, true) === fd >> 31 ? fd : UNUSUAL;
}

/** Whether the first parameter, the result, is no error. */
function didSucceed(record: EventRecord): boolean {
  return record.view.getInt32(paramsOf(record) + 4, true) >= 0;
}
