/** Event records as a reader would hand them out, from facts instead of bytes. */
import { EventRecord } from '../../src/capture/index.js';
import {
  encodeEvent,
  Event,
  EVENT_TABLE,
  type EventRow,
  type ParamValue,
} from '../../src/events/index.js';

interface RecordFacts {
  readonly code: number;
  /** By name, encoded by the row of `code`; or the bytes of each parameter. */
  readonly params?: Readonly<Record<string, ParamValue>> | readonly Uint8Array[];
  readonly tid?: number;
  readonly time?: number;
  /** Only the first `count` parameters of the row, as an older recorder wrote them. */
  readonly count?: number;
  /** An old block type, which does not tell the number of parameters. */
  readonly isCountless?: boolean;
  readonly isWide?: boolean;
}

function isBytes(params: RecordFacts['params']): params is readonly Uint8Array[] {
  return Array.isArray(params);
}

/** Bytes that do not belong to the record, before and behind it. */
const MARGIN = 8;

/** A record with these facts, inside a larger buffer. */
export function record(facts: RecordFacts): EventRecord {
  const params = facts.params ?? {};
  const all = isBytes(params) ? params : encodeEvent(facts.code, params);
  const values = all.slice(0, facts.count ?? all.length);
  const step = facts.isWide === true ? 4 : 2;
  const lengths = Buffer.alloc(values.length * step);
  values.forEach((value, i) => {
    lengths.writeUIntLE(value.length, i * step, step);
  });
  const made = new EventRecord();
  const margin = Buffer.alloc(MARGIN, 0xee);
  made.bytes = Buffer.concat([margin, lengths, ...values, margin]);
  made.view = new DataView(made.bytes.buffer, made.bytes.byteOffset, made.bytes.length);
  made.code = facts.code;
  made.tid = facts.tid ?? 7;
  made.timeLow = facts.time ?? 0;
  made.paramCount = facts.isCountless === true ? -1 : values.length;
  made.hasWideLengths = facts.isWide === true;
  made.lengthsAt = MARGIN;
  made.end = made.bytes.length - MARGIN;
  return made;
}

/** An event that a decoder may fill. */
export function emptyEvent(): Event {
  return new Event(rowOf(0));
}

/** The row of a code that the table has. */
export function rowOf(code: number): EventRow {
  const row = EVENT_TABLE[code];
  if (row === undefined) {
    throw new Error(`no event has the code ${code}`);
  }
  return row;
}

/** Index of the parameter `name` in the row of `code`. */
export function at(code: number, name: string): number {
  return rowOf(code).params.findIndex((param) => param.name === name);
}
