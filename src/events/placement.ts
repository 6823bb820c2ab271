/**
 * Where the parameters of a record lie: behind an array of their lengths, which an attacker wrote. Nothing
 * is read or pointed to beyond the record's end.
 */
import type { EventRecord } from '../capture/index.js';
import { EVENT } from './codes.js';
import { ABSENT, type Event } from './event.js';

/** Old writers counted three bytes too many for these. */
const MISCOUNTED: ReadonlySet<number> = new Set([
  EVENT.NOTIFICATION_E,
  EVENT.INFRASTRUCTURE_EVENT_E,
]);
const MISCOUNT = 3;

/**
 * Let the event's slots point to the record's parameters, in the order of the record's own row; more of them
 * than the row has are left out.
 *
 * @returns `false` if some reach beyond the record; they are absent then.
 */
export function placeParams(record: EventRecord, event: Event): boolean {
  const { view, lengthsAt } = record;
  const most = event.row.params.length;
  event.bytes = record.bytes;
  event.view = view;
  let { end } = record;
  let count = record.paramCount;
  if (count < 0) {
    end -= MISCOUNTED.has(event.code) ? MISCOUNT : 0;
    count = guessCount(record, end, most);
  }
  const present = count < most ? count : most;
  const step = record.hasWideLengths ? 4 : 2;
  let at = lengthsAt + count * step;
  if (count < 0 || at > end) {
    event.paramCount = 0;
    return false;
  }
  event.paramCount = present;
  const { starts, lengths } = event;
  for (let i = 0; i < present; i += 1) {
    const lengthAt = lengthsAt + i * step;
    const length = step === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
    starts[i] = at;
    lengths[i] = length;
    at += length;
  }
  if (at > end) {
    cutAt(event, end);
    return false;
  }
  return true;
}

/** The first parameter that reaches beyond `end` is absent, and so are those after it. */
function cutAt(event: Event, end: number): void {
  const { starts, lengths } = event;
  let isBeyond = false;
  for (let i = 0; i < event.paramCount; i += 1) {
    // a length of more than 2^31 is negative here
    const length = lengths[i] as number;
    isBeyond ||= length < 0 || (starts[i] as number) + length > end;
    if (isBeyond) {
      starts[i] = 0;
      lengths[i] = ABSENT;
    }
  }
}

/**
 * How many parameters a record of an old block type has: the most, up to `most`, for which lengths and
 * values end exactly at `end`. -1 where no number does.
 */
function guessCount(record: EventRecord, end: number, most: number): number {
  const { view, lengthsAt } = record;
  for (let count = most; count >= 0; count -= 1) {
    let at = lengthsAt + 2 * count;
    for (let i = 0; i < count && at <= end; i += 1) {
      at += view.getUint16(lengthsAt + 2 * i, true);
    }
    if (at === end) {
      return count;
    }
  }
  return -1;
}
