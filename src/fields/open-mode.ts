/** What a file was opened for, from the flags and the mode that the call was given. */
import { EVENT, type Event } from '../events/index.js';
import { returnValue } from './evt-readers.js';

/** Bits as captures encode them (flag table `file_flags`). */
const OPEN = { READ: 1, WRITE: 2, CREATE: 4, TMPFILE: 1 << 13, CREATED: 1 << 14 } as const;
/** Executable for the owner, the group or others. */
const ANY_EXECUTE = 0o111;

/** Where the calls keep their flags and their mode; -1: the call has none. */
const OPENS: ReadonlyMap<number, { readonly flags: number; readonly mode: number }> = new Map<
  number,
  { flags: number; mode: number }
>([
  [EVENT.OPEN_X, { flags: 2, mode: 3 }],
  [EVENT.OPENAT_2_X, { flags: 3, mode: 4 }],
  [EVENT.OPENAT2_X, { flags: 3, mode: 4 }],
  [EVENT.OPEN_BY_HANDLE_AT_X, { flags: 2, mode: -1 }],
]);
const CREAT_MODE = 2;

function flagsOf(event: Event): number {
  const open = OPENS.get(event.code);
  return open === undefined ? 0 : (event.unsigned(open.flags) ?? 0);
}

/** Whether an open asks to read. */
export function isOpenForReading(event: Event): boolean {
  return (flagsOf(event) & OPEN.READ) !== 0;
}

/** Whether an open asks to write. */
export function isOpenForWriting(event: Event): boolean {
  return (flagsOf(event) & OPEN.WRITE) !== 0;
}

/** Whether the call made the file, as far as the recorder could see. */
export function isOpenThatCreates(event: Event): boolean {
  const flags = flagsOf(event);
  return (flags & OPEN.CREATED) !== 0 || ((flags & OPEN.TMPFILE) !== 0 && returnValue(event) >= 0n);
}

/** Whether the call makes a file that may be executed. */
export function isOpenForExecution(event: Event): boolean {
  if (event.code === EVENT.CREAT_X) {
    return isExecutable(event, CREAT_MODE);
  }
  const mode = OPENS.get(event.code)?.mode ?? -1;
  return (
    mode >= 0 && (flagsOf(event) & (OPEN.TMPFILE | OPEN.CREATE)) !== 0 && isExecutable(event, mode)
  );
}

function isExecutable(event: Event, mode: number): boolean {
  return ((event.unsigned(mode) ?? 0) & ANY_EXECUTE) !== 0;
}
