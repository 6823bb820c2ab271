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

function parts(ms: number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
}

/** `04:49:00.123`; with `ns` of its second to the nanosecond. */
export function clock(ms: number | undefined, zone: string, ns?: number): string {
  if (ms === undefined) {
    return '';
  }
  const { hour = '', minute = '', second = '' } = parts(ms, zone);
  const fraction =
    ns === undefined
      ? String(Math.floor(((ms % 1000) + 1000) % 1000)).padStart(3, '0')
      : String(ns).padStart(9, '0');
  return `${hour}:${minute}:${second}.${fraction}`;
}

/** `2026-11-22 04:49:00.123`. */
export function dateAndClock(ms: number | undefined, zone: string, ns?: number): string {
  if (ms === undefined) {
    return '';
  }
  const { year = '', month = '', day = '' } = parts(ms, zone);
  return `${year}-${month}-${day} ${clock(ms, zone, ns)}`;
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
  return value === undefined ? '' : value.toLocaleString('en-GB');
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
