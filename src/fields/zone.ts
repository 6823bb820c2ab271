/**
 * Time zones of clock fields. UTC needs no work; any other zone is asked of Intl once an hour of capture
 * time (no zone changes its offset more often than at a quarter of an hour).
 */

/** A zone as clock fields need it. */
export interface Zone {
  /** As the user named it. */
  readonly name: string;
  /** Seconds that clocks there are ahead of UTC at that instant (seconds since the epoch). */
  offsetAt(epochSeconds: number): number;
}

/** The zone of every clock field unless asked otherwise. */
export const UTC: Zone = { name: 'UTC', offsetAt: () => 0 };

const QUARTER_HOUR = 900;
const MAX_KEPT = 10_000;

/**
 * The zone called `name`: `UTC`, `local` (of this machine), or one of the IANA names such as
 * `Europe/Berlin`; `undefined` if there is none.
 */
export function zoneNamed(name: string): Zone | undefined {
  if (name === 'UTC') {
    return UTC;
  }
  try {
    return intlZone(name, name === 'local' ? undefined : name);
  } catch {
    return undefined;
  }
}

function intlZone(name: string, timeZone: string | undefined): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === undefined ? {} : { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const kept = new Map<number, number>();
  return {
    name,
    offsetAt(epochSeconds) {
      const slot = Math.floor(epochSeconds / QUARTER_HOUR);
      const known = kept.get(slot);
      if (known !== undefined) {
        return known;
      }
      if (kept.size >= MAX_KEPT) {
        kept.clear();
      }
      const offset = offsetOf(format, slot * QUARTER_HOUR);
      kept.set(slot, offset);
      return offset;
    },
  };
}

function offsetOf(format: Intl.DateTimeFormat, epochSeconds: number): number {
  const instant = new Date(epochSeconds * 1000);
  if (Number.isNaN(instant.getTime())) {
    return 0;
  }
  const parts = new Map(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const there = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return Math.round(there / 1000) - epochSeconds;
}
