/** The events by which processes begin to run a program, and end. */
import { EVENT_TABLE } from '../../events/index.js';

const START = new Set(['execve', 'execveat', 'clone', 'clone3', 'fork', 'vfork']);
const END = new Set(['procexit']);

const starts = EVENT_TABLE.map((row) => START.has(row.name) && row.code % 2 === 1);
const ends = EVENT_TABLE.map((row) => END.has(row.name));

export function isProcessStart(code: number): boolean {
  return starts[code] === true;
}

export function isProcessEnd(code: number): boolean {
  return ends[code] === true;
}

/** Codes of both. */
export const PROCESS_EVENTS: readonly number[] = EVENT_TABLE.map(({ code }) => code).filter(
  (code) => isProcessStart(code) || isProcessEnd(code),
);
