/**
 * Kinds of events about whose type every question has one answer: an event's code, and for `generic` events the system
 * call that they name. Whoever keeps something for each kind has an array of {@link KIND_COUNT}.
 */
import type { EventRecord } from '../capture/index.js';
import { EVENT } from './codes.js';
import { systemCallOf } from './generic.js';
import { EVENT_TABLE } from './table.js';

/** As this module's own, for speed; see `scap-reader.ts`. */
const { GENERIC_X } = EVENT;
const CODE_COUNT = EVENT_TABLE.length;
/** There are some 500. */
const MAX_SYSTEM_CALLS = 1024;

export const KIND_COUNT = CODE_COUNT + MAX_SYSTEM_CALLS;
/** Stands for `generic` events that name no system call, which have nothing else in common. */
export const UNNAMED_CALL = CODE_COUNT;

/** The kind of `generic` events that name this system call. */
export function kindOfCall(call: number): number {
  return call < MAX_SYSTEM_CALLS ? CODE_COUNT + call : UNNAMED_CALL; // 0 names none
}

/** The kind of a record's event, where that is in the newest layout; codes beyond the table come back as they are. */
export function kindOf(record: EventRecord): number {
  return record.code === GENERIC_X ? kindOfCall(systemCallOf(record)) : record.code;
}
