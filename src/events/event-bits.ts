/**
 * The two bit sets of an event's row: what kind of event it is and where it comes from, and what it does.
 * Values are those that captures' facts use (format note).
 */
import type { EventRow } from './row.js';

/** Class (low bits) or'ed with origin (512 and up). */
export const CATEGORY = {
  OTHER: 1,
  FILE: 2,
  NET: 3,
  IPC: 4,
  MEMORY: 5,
  PROCESS: 6,
  SLEEP: 7,
  SYSTEM: 8,
  SIGNAL: 9,
  USER: 10,
  TIME: 11,
  PROCESSING: 12,
  IO_READ: 32,
  IO_WRITE: 33,
  IO_OTHER: 34,
  WAIT: 64,
  SCHEDULER: 128,
  INTERNAL: 256,
  SYSCALL: 512,
  TRACEPOINT: 1024,
  PLUGIN: 2048,
  META: 4096,
  ITERATOR: 8192,
} as const;

/** What an event does; OLD and BROUGHT say how it becomes the newest layout. */
export const FLAG = {
  CREATES_FD: 1,
  DESTROYS_FD: 2,
  USES_FD: 4,
  READS_FD: 8,
  WRITES_FD: 16,
  UNUSED: 64,
  WAITS: 128,
  /** The thread's last event stays what it was. */
  LEAVES_LAST: 256,
  /** A newer row of the same name has replaced this one. */
  OLD: 512,
  LARGE: 2048,
  /** Older captures hold it with fewer parameters, or in two halves. */
  BROUGHT: 4096,
  /** The call begins a thread, which may be a process: clone and its kind. From here on the bits are ours. */
  BEGINS_THREAD: 1 << 16,
  /** The call makes its thread run another program. */
  EXECUTES: 1 << 17,
  ENDS_THREAD: 1 << 18,
  /** A capture may begin with any number of these, which say what was known before it (see decoder.ts). */
  INITIAL_STATE: 1 << 19,
} as const;

const CLASS_BITS = CATEGORY.SYSCALL - 1;

const CLASS_NAMES: Readonly<Record<number, string>> = {
  [CATEGORY.OTHER]: 'other',
  [CATEGORY.FILE]: 'file',
  [CATEGORY.NET]: 'net',
  [CATEGORY.IPC]: 'IPC',
  [CATEGORY.MEMORY]: 'memory',
  [CATEGORY.PROCESS]: 'process',
  [CATEGORY.SLEEP]: 'sleep',
  [CATEGORY.SYSTEM]: 'system',
  [CATEGORY.SIGNAL]: 'signal',
  [CATEGORY.USER]: 'user',
  [CATEGORY.TIME]: 'time',
  [CATEGORY.PROCESSING]: 'processing',
  [CATEGORY.IO_READ]: 'io-read',
  [CATEGORY.IO_WRITE]: 'io-write',
  [CATEGORY.IO_OTHER]: 'io-other',
  [CATEGORY.WAIT]: 'wait',
  [CATEGORY.SCHEDULER]: 'scheduler',
  [CATEGORY.INTERNAL]: 'internal',
};

/**
 * The class of an event as `evt.category` prints it (`IPC` is in capitals there). For the `io-` classes that
 * field prints what the descriptor is instead, which `fields` knows; `unknown` for a row that has no class.
 */
export function categoryName(row: EventRow): string {
  return CLASS_NAMES[row.category & CLASS_BITS] ?? 'unknown';
}

/** Whether the event is I/O on a descriptor, whose kind decides the category. */
export function isInputOutput(row: EventRow): boolean {
  return (row.category & CATEGORY.IO_READ) !== 0;
}
