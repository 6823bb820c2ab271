/** Facts about an event that its fields ask for. */
import {
  CATEGORY,
  categoryName,
  EVENT,
  FLAG,
  isInputOutput,
  paramsOf,
  RESULT,
  syscallName,
  SYSCALL_TABLE,
  type Event,
} from '../events/index.js';
import type { FdKind, Moment } from '../state/index.js';

const GENERIC = paramsOf(EVENT.GENERIC_X);
const ASYNC = paramsOf(EVENT.ASYNCEVENT_E);
const UNKNOWN_SYSCALL = 0;

/** By the number that the recorded machine's kernel gives them; only x86-64 is known. */
const SYSCALL_OF_NATIVE: ReadonlyMap<number, string> = new Map(
  SYSCALL_TABLE.filter(({ number }) => number !== undefined).map(({ number, name }) => [
    number as number,
    name,
  ]),
);

/**
 * Name of the system call or of the event. Calls without an event of their own are distinguished by a parameter,
 * and calls younger than the recorder by the kernel's number; asynchronous events carry their name.
 */
export function eventName(event: Event): string {
  switch (event.code) {
    case EVENT.GENERIC_X:
      return genericName(event);
    case EVENT.ASYNCEVENT_E:
      return event.text(ASYNC.name) ?? '<NA>';
    default:
      return event.row.name;
  }
}

function genericName(event: Event): string {
  const code = event.unsigned(GENERIC.ID) ?? UNKNOWN_SYSCALL;
  const native = code === UNKNOWN_SYSCALL ? event.unsigned(GENERIC.nativeID) : undefined;
  const name = native === undefined ? undefined : SYSCALL_OF_NATIVE.get(native);
  return name ?? syscallName(code) ?? '<unknown>';
}

/** Whether it is a system call, and not the recorder speaking, a signal or a plugin. */
export function isSyscall(event: Event): boolean {
  return (event.row.category & CATEGORY.SYSCALL) !== 0;
}

/** Events of the recorder, the container engine and plugins, not of the kernel. */
export function isMeta(event: Event): boolean {
  return (event.row.category & CATEGORY.META) !== 0;
}

/** Whether it is the second half of a pair: exit events have odd codes. */
export function isExit(event: Event): boolean {
  return event.code % 2 === 1;
}

/** Exits of system calls have a return value, but for those that are known by name only. */
export function hasReturnValue(event: Event): boolean {
  return (
    event.code !== EVENT.GENERIC_X && isSyscall(event) && isExit(event) && event.paramCount > 0
  );
}

/** The return value; 0 where it was not recorded. Only for events that {@link hasReturnValue}. */
export function returnValue(event: Event): bigint {
  const length = event.lengths[RESULT];
  if (length === 8) {
    return event.signed64(RESULT) ?? 0n;
  }
  return length === 4 ? BigInt(event.signed(RESULT) ?? 0) : 0n;
}

/** Whether the system call failed; `undefined` for events without a return value. */
export function isFailed(event: Event): boolean | undefined {
  if (!hasReturnValue(event)) {
    return undefined;
  }
  const length = event.lengths[RESULT];
  return (length === 8 || length === 4) && (event.signed(RESULT) ?? 0) < 0;
}

/** Whether its type has this flag of the event table. */
export function hasFlag(event: Event, flag: number): boolean {
  return (event.row.flags & flag) !== 0;
}

/** For I/O, what the descriptor is decides: prints as lower case `ipc`, unlike calls that make such things. */
const CLASS_OF_FD: Partial<Record<FdKind, string>> = {
  file: 'file',
  directory: 'file',
  ipv4: 'net',
  ipv6: 'net',
  'ipv4-server': 'net',
  'ipv6-server': 'net',
  pipe: 'ipc',
  unix: 'ipc',
  event: 'ipc',
  signalfd: 'ipc',
  inotify: 'ipc',
  userfaultfd: 'ipc',
};

/** What `evt.category` prints. */
export function eventCategory({ event, fd }: Moment): string {
  if (!isInputOutput(event.row)) {
    return categoryName(event.row);
  }
  return (fd && CLASS_OF_FD[fd.kind]) ?? 'unknown';
}

const FILE_OPENS: ReadonlySet<number> = new Set([
  EVENT.OPEN_X,
  EVENT.CREAT_X,
  EVENT.OPENAT_2_X,
  EVENT.OPENAT2_X,
  EVENT.OPEN_BY_HANDLE_AT_X,
]);
const NET_OPENS: ReadonlySet<number> = new Set([
  EVENT.ACCEPT_5_X,
  EVENT.ACCEPT4_6_X,
  EVENT.CONNECT_X,
]);
const NET_KINDS: ReadonlySet<FdKind> = new Set<FdKind>([
  'ipv4',
  'ipv6',
  'ipv4-server',
  'ipv6-server',
  'unix',
]);

/** Which of the four error counters an event belongs to. */
export type ErrorClass = 'file' | 'net' | 'memory' | 'other';

/** Whether an error of this event counts as one of that class. */
export function isOfErrorClass({ event, fd }: Moment, kind: ErrorClass): boolean {
  const isMemory = (event.row.category & (CATEGORY.SYSCALL - 1)) === CATEGORY.MEMORY;
  if (kind === 'memory') {
    return isMemory;
  }
  if (fd !== undefined) {
    const isFile = fd.kind === 'file' || fd.kind === 'directory';
    const isNet = NET_KINDS.has(fd.kind);
    return kind === 'file' ? isFile : kind === 'net' ? isNet : !isFile && !isNet;
  }
  const isFile = FILE_OPENS.has(event.code);
  const isNet = NET_OPENS.has(event.code);
  return kind === 'file' ? isFile : kind === 'net' ? isNet : !isFile && !isNet && !isMemory;
}

/** Events that move data through a descriptor. */
export function isReadOrWrite(event: Event): boolean {
  return hasFlag(event, FLAG.READS_FD | FLAG.WRITES_FD);
}
