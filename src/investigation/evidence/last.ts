/** `--from`, `--to` and `--last` as a range of times. */
import { statSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { settingsOf } from '../words/settings.js';
import { parseDuration, parseTimePoint, TimeRange, type TimePoint } from './time-range.js';
import type { Piece } from './pieces.js';
import { spanOf } from './span.js';

/** The words of the command line about times. */
interface TimeRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz: string;
}

/**
 * The range that `--from` and `--to` span.
 *
 * @throws {UserError} `TIME_UNREADABLE`, `TIME_RANGE_EMPTY`
 */
function rangeOf(request: TimeRequest): TimeRange {
  const from = request.from === undefined ? undefined : parseTimePoint(request.from, 'from');
  const to = request.to === undefined ? undefined : parseTimePoint(request.to, 'to');
  if (from !== undefined && to !== undefined && isBehind(from, to)) {
    throw new UserError({
      code: 'TIME_RANGE_EMPTY',
      what: 'Cannot use this time range',
      where: `--from ${String(request.from)} --to ${String(request.to)}`,
      why: 'it ends before it begins, so no event is in it',
      fix: 'change --from and --to round',
    });
  }
  return new TimeRange(from, to, settingsOf(request.tz).zone);
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

/**
 * Read the times of a request, for mistakes in them only.
 *
 * @throws {UserError} `TIME_UNREADABLE`
 */
export function checkTimes(request: TimeRequest & { readonly last?: string | undefined }): void {
  rangeOf(request);
  if (request.last !== undefined) {
    parseDuration(request.last, 'last');
  }
}

/**
 * The range that a request asks for of a piece of evidence, which is read once for its span where that matters. From
 * stdin or a pipe, which can be read but once, offsets and times of day count from the first event.
 *
 * @throws {UserError} `TIME_UNREADABLE`, `TIME_RANGE_EMPTY`, `LAST_OF_STDIN`
 */
export async function rangeWithin(
  piece: Piece,
  request: TimeRequest & { readonly last?: string | undefined },
): Promise<TimeRange> {
  if (request.last !== undefined) {
    return lastRange(piece, request.last, request.tz);
  }
  const range = rangeOf(request);
  const span = range.needsSpan && !isReadOnce(piece.path) ? await spanOf(piece) : undefined;
  if (span !== undefined) {
    range.settle(span);
  }
  return range;
}

function isReadOnce(path: string): boolean {
  return path === '-' || statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** The last part of the evidence, up to its latest event. */
async function lastRange(piece: Piece, duration: string, tz: string): Promise<TimeRange> {
  const length = parseDuration(duration, 'last');
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
  return new TimeRange({ kind: 'absolute', time }, undefined, settingsOf(tz).zone);
}
