/** `--from`, `--to` and `--last`: which range of times they mean in a piece of evidence. */
import { statSync } from 'node:fs';
import { UserError } from '../../errors.js';
import type { Zone } from '../../fields/index.js';
import { settingsOf } from '../words/settings.js';
import type { Piece } from './pieces.js';
import { spanOf } from './span.js';
import { parseDuration, parseTimePoint, TimeRange, type TimePoint } from './time-range.js';

/** The words of the command line about times. */
export interface TimeRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: string | undefined;
  readonly tz: string;
}

/**
 * The range that was asked for, of a piece of evidence; the piece is read once for its span where that matters.
 *
 * @throws {UserError} `LAST_OF_STDIN`
 */
export type RangeWithin = (piece: Piece) => Promise<TimeRange>;

/**
 * Read what a request says of times. From stdin or a pipe, which can be read but once, offsets and times of day count from
 * the first event.
 *
 * @throws {UserError} `TIME_UNREADABLE`, `TIME_RANGE_EMPTY`, `TIME_ZONE_UNKNOWN`
 */
export function planTimes(request: TimeRequest): RangeWithin {
  const { zone } = settingsOf(request.tz);
  if (request.last !== undefined) {
    const length = parseDuration(request.last, 'last');
    return (piece) => lastRange(piece, length, zone);
  }
  const { from, to } = pointsOf(request);
  return async (piece) => {
    const range = new TimeRange(from, to, zone);
    const span = range.needsSpan && !isReadOnce(piece.path) ? await spanOf(piece) : undefined;
    if (span !== undefined) {
      range.settle(span);
    }
    return range;
  };
}

/**
 * The range that was asked for, of what is not evidence but knows its span.
 *
 * @throws {UserError} `TIME_UNREADABLE`, `TIME_RANGE_EMPTY`, `TIME_ZONE_UNKNOWN`
 */
export function planRange(request: TimeRequest): TimeRange {
  const { from, to } = pointsOf(request);
  return new TimeRange(from, to, settingsOf(request.tz).zone);
}

function pointsOf(request: TimeRequest): {
  from: TimePoint | undefined;
  to: TimePoint | undefined;
} {
  const from = request.from === undefined ? undefined : parseTimePoint(request.from, 'from');
  const to = request.to === undefined ? undefined : parseTimePoint(request.to, 'to');
  if (from !== undefined && to !== undefined && isBehind(from, to)) {
    throw new UserError({
      code: 'TIME_RANGE_EMPTY',
      what: 'Cannot use this time range',
      where: `--from ${String(request.from)} --to ${String(request.to)}`,
      why: 'it ends before it begins, so no event is in it',
      fix: 'swap --from and --to',
    });
  }
  return { from, to };
}

/** Whether `a` is later than `b`, where that can be said without the evidence. */
function isBehind(a: TimePoint, b: TimePoint): boolean {
  switch (a.kind) {
    case 'absolute':
      return b.kind === 'absolute' && a.time > b.time;
    case 'offset':
      return b.kind === 'offset' && a.offset > b.offset;
    case 'clock':
      return false; // the later one is of the next day
  }
}

function isReadOnce(path: string): boolean {
  return path === '-' || statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** The last part of the evidence, up to its latest event. `length` is in nanoseconds. */
async function lastRange(piece: Piece, length: bigint, zone: Zone): Promise<TimeRange> {
  if (isReadOnce(piece.path)) {
    throw new UserError({
      code: 'LAST_OF_STDIN',
      what: 'Cannot find the last part of this evidence',
      where: `--last with ${piece.path === '-' ? 'stdin' : piece.path}`,
      why: 'the evidence would have to be read twice, and stdin and pipes can be read once',
      fix: 'save it to a file first, or use --from',
    });
  }
  const end = (await spanOf(piece))?.last ?? 0n;
  const time = end > length ? end - length : 0n;
  return new TimeRange({ kind: 'absolute', time }, undefined, zone);
}
