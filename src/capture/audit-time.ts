/**
 * Times of audit logs, to the two halves the hot path keeps: RFC 3339 with up to nine decimals, and its kin of ISO 8601,
 * where the zone's colon or minutes are left out (`+0000`, as exports of CloudTrail write them, and `+00`).
 */

/** Upper and lower 32 bits of nanoseconds since the epoch. */
export interface TimeHalves {
  high: number;
  low: number;
}

const TIME =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)$/;
/** From here on (2262) nanoseconds do not fit a signed 64-bit number. */
const END_SECONDS = 9214646400;

/** The second that was asked for last: events of a log come by the hundreds a second. */
const last = { text: '', seconds: 0 };

/**
 * Read a time such as `2018-10-26T13:38:34.902914Z` into `halves`. Digits beyond the ninth are cut.
 *
 * @returns Whether it is one, and not before 1970 or after 2261; `halves` is untouched if not.
 */
export function readTime(text: unknown, halves: TimeHalves): boolean {
  const parts = typeof text === 'string' ? TIME.exec(text) : null;
  const utc = parts === null ? undefined : secondsOf(`${parts[1] ?? ''}T${parts[2] ?? ''}`);
  if (parts === null || utc === undefined) {
    return false;
  }
  const seconds = utc - zoneSeconds(parts[4], parts[5], parts[6]);
  if (seconds < 0 || seconds >= END_SECONDS) {
    return false;
  }
  split(seconds, Number((parts[3] ?? '').slice(0, 9).padEnd(9, '0')), halves);
  return true;
}

/** How far a zone is ahead of UTC; without hours it is UTC. */
function zoneSeconds(sign: string | undefined, hours = '0', minutes = '0'): number {
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -seconds : seconds;
}

/** Seconds since the epoch of a date and time in UTC; `undefined` if there is no such date. */
function secondsOf(text: string): number | undefined {
  if (text !== last.text) {
    const date = new Date(`${text}Z`);
    // the 30th of February is read as the 1st of March
    if (Number.isNaN(date.valueOf()) || !date.toISOString().startsWith(text)) {
      return undefined;
    }
    last.text = text;
    last.seconds = date.valueOf() / 1000;
  }
  return last.seconds;
}

/** `seconds * 10^9 + fraction`, exact though it exceeds 2^53: no product here does. */
function split(seconds: number, fraction: number, halves: TimeHalves): void {
  const upper = Math.floor(seconds / 65536) * 1e9;
  const rest = (upper % 65536) * 65536 + (seconds % 65536) * 1e9 + fraction;
  halves.high = Math.floor(upper / 65536) + Math.floor(rest / 4294967296);
  halves.low = rest % 4294967296;
}
