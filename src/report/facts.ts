/** What the evidence is, in a few words, and what was not seen. */
import { grouped } from '../output/index.js';
import type { ReportRows } from './rows.js';
import type { Unseen } from './tables.js';

/** For the head of a report: machines, pieces of evidence, span, events, alerts. */
export function factsOf({ evidence, runs, alerts }: ReportRows, zone: string): readonly string[] {
  const hosts = [...new Set([...evidence].flatMap((row) => evidence.text('hostname', row) ?? []))];
  const span = spanOf({ evidence });
  const timeText = clockOf(zone);
  const events = [...evidence].reduce(
    (sum, row) => sum + (evidence.number('event_count', row) ?? 0),
    0,
  );
  return [
    ...(hosts.length === 0 ? [] : [hosts.join(', ')]),
    counted(
      new Set([...runs].map((row) => runs.text('path', row))).size,
      'piece of evidence',
      'pieces of evidence',
    ),
    ...(span === undefined ? [] : [`${timeText(span.first)} to ${timeText(span.last)} ${zone}`]),
    counted(events, 'event', 'events'),
    counted(alerts.count, 'alert', 'alerts'),
  ];
}

/** Losses and limits. */
export function unseenOf({ diagnostics, runs }: ReportRows): Unseen {
  const of = (severity: string): readonly string[] =>
    [...diagnostics]
      .filter((row) => diagnostics.text('severity', row) === severity)
      .map((row) => diagnostics.text('detail', row) ?? '');
  const incomplete = [...runs]
    .filter((row) => runs.text('status', row) !== 'complete')
    .map((row) => `${runs.text('path', row) ?? ''} was not read to its end`);
  if (runs.count === 0) {
    return { lost: ['Nothing was analysed: the case holds no run.'], limits: [] };
  }
  return {
    lost: [...new Set([...incomplete, ...of('data-loss')])],
    limits: [...new Set(of('limit'))],
  };
}

/** `1,234 events`. */
export function counted(count: number, one: string, several: string): string {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}

/** Prints times of a zone, to the second. Making a format takes longer than using it. */
export function clockOf(zone: string): (ns: bigint) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (ns) => format.format(new Date(Number(ns / 1_000_000n)));
}

/** Earliest and latest time of all evidence, in ns since the epoch. */
export function spanOf({
  evidence,
}: Pick<ReportRows, 'evidence'>): { first: bigint; last: bigint } | undefined {
  const times = [...evidence]
    .flatMap((row) => [evidence.time('first_event_ns', row), evidence.time('last_event_ns', row)])
    .filter((time) => time !== undefined)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [first] = times;
  const last = times.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}
