/**
 * When evidence begins and ends: its earliest and latest event, which a pass over its records finds. Offsets and
 * times of day need that before the replay: the first event need not be the earliest.
 */
import { NEXT, type EvidenceReader } from '../../capture/index.js';
import { Event, EVENT_TABLE, EventDecoder, VISIBILITY, type EventRow } from '../../events/index.js';
import { nanoseconds } from '../../units.js';
import { interruption } from '../../interruption.js';
import type { Span } from './time-range.js';
import type { Piece } from './pieces.js';
import { unlessAborted } from './unless-aborted.js';

/** The span of the events of `piece` that are listed; `undefined` where there is none. */
export async function spanOf(piece: Piece): Promise<Span | undefined> {
  const reader = await piece.open(false);
  const decoder = new EventDecoder({ raw: false });
  let span: Span | undefined;
  try {
    do {
      span = spanWithBuffered(span, reader, decoder);
      interruption.throwIfAborted();
    } while (await unlessAborted(interruption, reader.fill()));
  } finally {
    reader.abandon();
  }
  return span;
}

/** The span with everything that the reader has buffered. */
function spanWithBuffered(
  before: Span | undefined,
  reader: EvidenceReader,
  decoder: EventDecoder,
): Span | undefined {
  const { record } = reader;
  const event = new Event(EVENT_TABLE[0] as EventRow);
  let span = before;
  for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
    if (next === NEXT.SECTION) {
      decoder.reset();
    } else if (next === NEXT.EVENT && decoder.decode(record, event) === VISIBILITY.SHOWN) {
      span = extended(span, nanoseconds(record.timeHigh, record.timeLow));
    }
  }
  return span;
}

function extended(span: Span | undefined, time: bigint): Span {
  if (span === undefined) {
    return { first: time, last: time };
  }
  return time < span.first
    ? { ...span, first: time }
    : time > span.last
      ? { ...span, last: time }
      : span;
}
