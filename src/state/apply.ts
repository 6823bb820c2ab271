/**
 * One event changes the world, and its moment shows what it is about. The order is the reference's: what the
 * event before left to be done (an exit, a close), then thread and descriptor are found, then the event's own
 * handler runs, so that an event which closes or ends something can still be asked about it.
 *
 * The hot path: per event a few typed-array reads, a cached thread, an array element. Nothing is allocated
 * here.
 */
import { EVENT, EVENT_TABLE, FLAG } from '../events/index.js';
import { ACCOUNT_HANDLERS } from './accounts.js';
import { CLONE_HANDLERS } from './clone.js';
import { CONTAINER_HANDLERS } from './containment.js';
import { DESCRIPTOR_HANDLERS } from './descriptor.js';
import { EXEC_HANDLERS } from './exec.js';
import { EXIT_HANDLERS } from './exit.js';
import { FILE_HANDLERS } from './file.js';
import type { Handler } from './handler.js';
import { IDENTITY_HANDLERS } from './identity.js';
import { primeWorld } from './load.js';
import type { Moment } from './moment.js';
import { SOCKET_HANDLERS } from './socket.js';
import { removeThread, threadOrPlaceholder } from './thread-table.js';
import { TRAFFIC_HANDLERS } from './traffic.js';
import { USAGE_HANDLERS } from './usage.js';
import type { World } from './world.js';
import { idOf } from './parameters.js';

/** How the thread of an event is found, by event code. */
export const LOOKUP = {
  /** As it is known, and its last descriptor stays what it was: switches, meta events. */
  ONLY: 0,
  /** As it is known: clone and procexit never make placeholders. */
  KNOWN: 1,
  /** Known, or a placeholder. */
  ANY: 2,
} as const;

/** As constants that are not exported, for speed; see `scap-reader.ts`. */
const { ONLY, ANY } = LOOKUP;

/** By event code: whether it is metadata, which needs no thread. */
const IS_STATE = Uint8Array.from(EVENT_TABLE, ({ flags }) =>
  (flags & FLAG.INITIAL_STATE) === 0 ? 0 : 1,
);

/** By event code: one of {@link LOOKUP}. */
export const LOOKUPS = Uint8Array.from(EVENT_TABLE, ({ code, flags }) => {
  const isApart =
    (flags & FLAG.LEAVES_LAST) !== 0 ||
    IS_STATE[code] === 1 ||
    code === EVENT.SCHEDSWITCH_6_E ||
    code === EVENT.PLUGINEVENT_E;
  const isBeginOrEnd = (flags & (FLAG.BEGINS_THREAD | FLAG.ENDS_THREAD)) !== 0;
  return isApart ? LOOKUP.ONLY : isBeginOrEnd ? LOOKUP.KNOWN : LOOKUP.ANY;
});

/** Which parameter is the descriptor that an event uses, where it is not the one named `fd`. */
const FD_PARAM_NAMES = ['fd', 'out_fd', 'oldfd', 'dirfd', 'linkdirfd', 'fd_out', 'fdout'] as const;

/** By event code: the parameter that is the descriptor; -1: the event uses none. */
export const FD_PARAMS = Int8Array.from(EVENT_TABLE, ({ code, flags, params }) => {
  if ((flags & FLAG.USES_FD) === 0 || code % 2 === 0) {
    return -1;
  }
  for (const name of FD_PARAM_NAMES) {
    const index = params.findIndex((param) => param.name === name && param.type === 'fd');
    if (index !== -1) {
      return index;
    }
  }
  return -1;
});

const OWN_LOOKUPS = LOOKUPS;
const OWN_FD_PARAMS = FD_PARAMS;

/** Whether fields may ask an event about a descriptor: it makes, uses or closes one. */
const IS_ABOUT_FD = Uint8Array.from(EVENT_TABLE, ({ flags }) =>
  (flags & (FLAG.CREATES_FD | FLAG.USES_FD | FLAG.DESTROYS_FD)) === 0 ? 0 : 1,
);

const HANDLERS: (Handler | undefined)[] = EVENT_TABLE.map(() => undefined);
for (const [code, handler] of [
  ...ACCOUNT_HANDLERS,
  ...CLONE_HANDLERS,
  ...CONTAINER_HANDLERS,
  ...DESCRIPTOR_HANDLERS,
  ...EXEC_HANDLERS,
  ...EXIT_HANDLERS,
  ...FILE_HANDLERS,
  ...IDENTITY_HANDLERS,
  ...SOCKET_HANDLERS,
  ...TRAFFIC_HANDLERS,
  ...USAGE_HANDLERS,
]) {
  HANDLERS[code] = handler;
}

/** Whether events of this code (of the newest layout) change the machine: a slice of a capture needs them. */
export function changesMachine(code: number): boolean {
  return HANDLERS[code] !== undefined;
}

/** What the event before this one left to be done. */
function finishLast(world: World, { event }: Moment): void {
  if (world.hasExit) {
    world.hasExit = false;
    const tid = world.exitedTid;
    const ptid = world.threads.get(tid)?.ptid ?? -1;
    world.recentExits.add(tid, { ptid, timeHigh: event.timeHigh, timeLow: event.timeLow });
    removeThread(world, tid);
  }
  finishClose(world);
}

/** What a close before left to be done. */
export function finishClose(world: World): void {
  const closer = world.closedBy;
  if (closer !== undefined) {
    world.closedBy = undefined;
    world.fdTableOf(closer)?.delete(world.closedFd);
  }
}

/** Find the thread of the event, and the descriptor that it uses. */
function findSubjects(moment: Moment, lookup: number): void {
  const { world, event } = moment;
  let thread = world.lookUp(event.tid);
  if (lookup === ANY && thread === undefined) {
    thread = threadOrPlaceholder(world, event.tid);
  }
  moment.thread = thread;
  if (lookup === ONLY || thread === undefined) {
    return;
  }
  const fdParam = OWN_FD_PARAMS[event.code] as number;
  if (fdParam === -1) {
    thread.lastEventFd = -1;
    return;
  }
  const fd = idOf(event, fdParam);
  thread.lastEventFd = fd;
  if (fd >= 0) {
    moment.fd = world.fdTableOf(thread)?.get(fd);
  }
}

/** A descriptor that stands where this event made one, though the event says too little of it. */
function findMade(moment: Moment): void {
  const { thread } = moment;
  if (moment.fd === undefined && thread !== undefined && thread.lastEventFd >= 0) {
    moment.fd = moment.world.fdTableOf(thread)?.get(thread.lastEventFd);
  }
}

/**
 * Apply the event under the cursor of `moment.event` (in the newest layout) and set the rest of `moment`. Never
 * throws, whatever the event holds.
 */
export function applyEvent(moment: Moment): void {
  const { world, event } = moment;
  if (world.hasExit || world.closedBy !== undefined) {
    finishLast(world, moment);
  }
  const { code } = event;
  if (!world.isPrimed && IS_STATE[code] === 0) {
    primeWorld(world);
  }
  moment.fd = undefined;
  moment.isFdNameChanged = false;
  moment.container = undefined;
  findSubjects(moment, OWN_LOOKUPS[code] ?? ONLY);
  const handler = HANDLERS[code];
  if (handler !== undefined) {
    handler(moment);
  }
  if (IS_ABOUT_FD[code] === 1) {
    findMade(moment);
  }
}
