/** Times, sizes and names as the page shows them. */

/** Priorities, the most urgent first; the page's colours are `--p0` to `--p7`. */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Date and hours with minutes of a zone, by minute: `Intl` takes as long for one time as all else for a row. */
const minutes = new Map<string, readonly [date: string, hours: string]>();
const MAX_MINUTES = 10_000;
const MINUTE_MS = 60_000;

function minuteOf(ms: number, zone: string): readonly [date: string, hours: string] {
  const minute = Math.floor(ms / MINUTE_MS);
  const key = `${minute} ${zone}`;
  const known = minutes.get(key);
  if (known !== undefined) {
    return known;
  }
  const format = formats.get(zone) ?? formatOf(zone);
  formats.set(zone, format);
  const parts = new Map(format.formatToParts(minute * MINUTE_MS).map(({ type, value }) => [type, value])); // prettier-ignore
  const text = (...types: readonly Intl.DateTimeFormatPartTypes[]): readonly string[] =>
    types.map((type) => parts.get(type) ?? '');
  const made = [text('year', 'month', 'day').join('-'), text('hour', 'minute').join(':')] as const;
  if (minutes.size >= MAX_MINUTES) {
    minutes.clear();
  }
  minutes.set(key, made);
  return made;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** `04:49:00.123`; with `ns` of its second to the nanosecond. */
export function clock(ms: number | undefined, zone: string, ns?: number): string {
  if (ms === undefined) {
    return '';
  }
  const [, hours] = minuteOf(ms, zone);
  const within = ((ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
  const fraction =
    ns === undefined
      ? String(Math.floor(within % 1000)).padStart(3, '0')
      : String(ns).padStart(9, '0');
  return `${hours}:${String(Math.floor(within / 1000)).padStart(2, '0')}.${fraction}`;
}

/** `2026-11-22 04:49:00.123`. */
export function dateAndClock(ms: number | undefined, zone: string, ns?: number): string {
  return ms === undefined ? '' : `${minuteOf(ms, zone)[0]} ${clock(ms, zone, ns)}`;
}

/** `83 min`, `7.0 s`, `12 ms`. */
export function duration(ms: number): string {
  const units: readonly [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
    [1, 'ms'],
    [0.001, 'µs'],
  ];
  const [size, unit] = units.find(([least]) => Math.abs(ms) >= least * 1.5) ?? [0.001, 'µs'];
  const value = ms / size;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toString()} ${unit}`;
}

/** `1,234`. */
export function grouped(value: number | undefined): string {
  return value === undefined ? '' : String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `4 kB`. */
export function bytes(value: number | undefined): string {
  if (value === undefined) {
    return '';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** step;
  return `${step > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[step] ?? ''}`;
}

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}
