/** `--from`, `--to` and `--last` as a range of times. */
import { NEXT, openEvidence } from '../../capture/index.js';
import { UserError } from '../../errors.js';
import { parseDuration, parseTimePoint, TimeRange } from '../time-range.js';

/** The range that `--from` and `--to` span. */
export function rangeOf(request: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): TimeRange {
  return new TimeRange(
    request.from === undefined ? undefined : parseTimePoint(request.from, 'from'),
    request.to === undefined ? undefined : parseTimePoint(request.to, 'to'),
  );
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
 * The last part of the evidence at `path`, which is read once for its last time.
 *
 * @throws {UserError} `LAST_OF_STDIN`
 */
export async function lastRange(path: string, duration: string): Promise<TimeRange> {
  const length = parseDuration(duration, 'last');
  if (path === '-') {
    throw new UserError({
      code: 'LAST_OF_STDIN',
      what: 'Cannot find the last part of this evidence',
      where: '--last with stdin',
      why: 'the evidence would have to be read twice, and stdin can be read once',
      fix: 'save it to a file first, or use --from',
    });
  }
  const reader = await openEvidence(path);
  let high = 0;
  let low = 0;
  do {
    for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
      const { timeHigh } = reader.record;
      const timeLow = reader.record.timeLow >>> 0;
      if (next === NEXT.EVENT && (timeHigh > high || (timeHigh === high && timeLow > low))) {
        high = timeHigh;
        low = timeLow;
      }
    }
  } while (await reader.fill());
  await reader.close();
  const end = (BigInt(high) << 32n) | BigInt(low);
  const start = end > length ? end - length : 0n;
  return new TimeRange({ kind: 'absolute', time: start }, undefined);
}
