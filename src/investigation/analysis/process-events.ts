/** The events by which processes begin to run a program, and end. */
import { EVENT_TABLE, FLAG } from '../../events/index.js';

const starts = EVENT_TABLE.map(
  ({ flags, code }) => (flags & (FLAG.BEGINS_THREAD | FLAG.EXECUTES)) !== 0 && code % 2 === 1,
);
const ends = EVENT_TABLE.map(({ flags }) => (flags & FLAG.ENDS_THREAD) !== 0);

/** Whether events of that code begin a process, or have it run another program. */
export function isProcessStart(code: number): boolean {
  return starts[code] === true;
}

/** Whether events of that code end a thread. */
export function isProcessEnd(code: number): boolean {
  return ends[code] === true;
}

/** Codes of both. */
export const PROCESS_EVENTS: readonly number[] = EVENT_TABLE.map(({ code }) => code).filter(
  (code) => isProcessStart(code) || isProcessEnd(code),
);
