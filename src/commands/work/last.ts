/** `--from`, `--to` and `--last` as a range of times. */
import { NEXT } from '../../capture/index.js';
import { UserError } from '../../errors.js';
import { interruption } from '../interruption.js';
import { parseDuration, parseTimePoint, TimeRange, type TimePoint } from '../time-range.js';
import type { Piece } from './pieces.js';
import { unlessAborted } from './unless-aborted.js';

/**
 * The range that `--from` and `--to` span.
 *
 * @throws {UserError} `TIME_UNREADABLE`, `TIME_RANGE_EMPTY`
 */
export function rangeOf(request: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): TimeRange {
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
  return new TimeRange(from, to);
}

/** Whether `a` is later than `b`, where that can be said without the evidence. */
function isBehind(a: TimePoint, b: TimePoint): boolean {
  return a.kind === 'absolute'
    ? b.kind === 'absolute' && a.time > b.time
    : b.kind === 'offset' && a.offset > b.offset;
}

/**
 * Read the times of a request, for mistakes in them only.
 *
 * @throws {UserError} `TIME_UNREADABLE`
 */
export function checkTimes(request: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: string | undefined;
}): void {
  rangeOf(request);
  if (request.last !== undefined) {
    parseDuration(request.last, 'last');
  }
}

/**
 * The last part of a piece of evidence, which is read once for its last time.
 *
 * @throws {UserError} `LAST_OF_STDIN`
 */
export async function lastRange(piece: Piece, duration: string): Promise<TimeRange> {
  const length = parseDuration(duration, 'last');
  if (piece.path === '-') {
    throw new UserError({
      code: 'LAST_OF_STDIN',
      what: 'Cannot find the last part of this evidence',
      where: '--last with stdin',
      why: 'the evidence would have to be read twice, and stdin can be read once',
      fix: 'save it to a file first, or use --from',
    });
  }
  const reader = await piece.open(false);
  let high = 0;
  let low = 0;
  try {
    do {
      for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
        const { timeHigh } = reader.record;
        const timeLow = reader.record.timeLow >>> 0;
        if (next === NEXT.EVENT && (timeHigh > high || (timeHigh === high && timeLow > low))) {
          high = timeHigh;
          low = timeLow;
        }
      }
      interruption.throwIfAborted();
    } while (await unlessAborted(interruption, reader.fill()));
  } finally {
    reader.abandon();
  }
  const end = (BigInt(high) << 32n) | BigInt(low);
  const start = end > length ? end - length : 0n;
  return new TimeRange({ kind: 'absolute', time: start }, undefined);
}
