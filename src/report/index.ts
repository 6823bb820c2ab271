/** A case -> one HTML page, or a short text for a ticket. See README.md. */
import { packAlertTexts } from './alert-texts.js';
import { htmlOf } from './html.js';
import { markdownOf } from './markdown.js';
import { baseOf, packTables } from './pack.js';
import { readRows, type ReportRows } from './rows.js';
import { sentencesOf } from './sentences.js';
import { factsOf, spanOf, unseenOf } from './facts.js';
import { toolVersion } from '../version.js';

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

interface Bounds {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

/** What a report is to hold. */
export interface ReportRequest {
  /** The case. */
  readonly path: string;
  readonly title?: string | undefined;
  /** Zone in which times are shown, as `Intl` knows it: UTC, Europe/Berlin. */
  readonly zone: string;
  /** First and last time that is wanted of evidence of this span; all in ns since the epoch. */
  readonly range: (span: Span) => Bounds;
  /** Number of the one incident that is wanted. */
  readonly incident?: number | undefined;
}

interface Wanted extends Bounds {
  readonly incident: number | undefined;
}

/** A report, as text. */
export interface Report {
  /** The page; the same case gives the same bytes, on one version of Node. */
  readonly html: () => string;
  readonly markdown: () => string;
  readonly incidentNumbers: readonly number[];
}

/** Read the case, and make a report of what is wanted of it. */
export function makeReport(request: ReportRequest): Report {
  const all = readRows(request.path);
  const { first = 0n, last = 0n } = spanOf(all) ?? {};
  const wanted = { ...request.range({ first, last }), incident: request.incident };
  const rows = restrict(all, wanted);
  const title = request.title ?? titleOf(rows);
  const restriction = restrictionOf(wanted);
  return {
    html: () => {
      const base = baseOf(rows);
      const report = {
        title,
        tool: `tiercel ${toolVersion()}`,
        zone: request.zone,
        base,
        restriction,
        sentences: sentencesOf(rows, { command: (text) => `“${text}”`, thing: (text) => text }),
        unseen: unseenOf(rows),
        tables: packTables(rows, base),
        alertTexts: packAlertTexts(rows.alerts),
      };
      return htmlOf(report, factsOf(rows, request.zone));
    },
    markdown: () => markdownOf({ title, rows, restriction, zone: request.zone }),
    incidentNumbers: [...all.incidents].map((row) => all.incidents.number('incident_id', row) ?? 0),
  };
}

function titleOf({ evidence, runs }: ReportRows): string {
  const hosts = new Set([...evidence].flatMap((row) => evidence.text('hostname', row) ?? []));
  const names = [...new Set([...runs].map((row) => runs.text('path', row) ?? ''))];
  const what =
    names.length === 1 ? (names[0]?.split('/').at(-1) ?? '') : `${names.length} pieces of evidence`;
  return hosts.size === 1 ? `${what} of ${[...hosts].join()}` : what;
}

/** Only what is wanted: alerts of the incident or the span, and what was done then. */
function restrict(rows: ReportRows, { from, to, incident }: Wanted): ReportRows {
  const isWithin = (first: bigint | undefined, last: bigint | undefined): boolean =>
    (to === undefined || first === undefined || first <= to) &&
    (from === undefined || last === undefined || last >= from);
  if (from === undefined && to === undefined && incident === undefined) {
    return rows;
  }
  const { alerts, rules, incidents, files, connections, audit_events: requests } = rows;
  const kept = alerts.where((row) => {
    const time = alerts.time('time_ns', row);
    return (
      isWithin(time, time) &&
      (incident === undefined || alerts.number('incident_id', row) === incident)
    );
  });
  const byIncident = countsOf([...kept].map((row) => kept.number('incident_id', row)));
  const byRule = countsOf([...kept].map((row) => kept.number('rule_id', row)));
  const keptIncidents = incidents.where((row) =>
    byIncident.has(incidents.number('incident_id', row)),
  );
  return {
    ...rows,
    alerts: kept,
    rules: rules.with('alert_count', (row) => byRule.get(rules.number('rule_id', row)) ?? 0n),
    incidents: keptIncidents.with(
      'alert_count',
      (row) => byIncident.get(keptIncidents.number('incident_id', row)) ?? 0n,
    ),
    files: files.where((row) => isWithin(files.time('first_ns', row), files.time('last_ns', row))),
    connections: connections.where((row) =>
      isWithin(connections.time('first_ns', row), connections.time('last_ns', row)),
    ),
    audit_events: requests.where((row) =>
      isWithin(requests.time('time_ns', row), requests.time('time_ns', row)),
    ),
  };
}

function countsOf(keys: readonly (number | undefined)[]): ReadonlyMap<number | undefined, bigint> {
  const counts = new Map<number | undefined, bigint>();
  for (const key of keys) {
    counts.set(key, (counts.get(key) ?? 0n) + 1n);
  }
  return counts;
}

function restrictionOf({ from, to, incident }: Wanted): string {
  const parts = [
    ...(incident === undefined ? [] : [`incident ${incident} alone`]),
    ...(from === undefined ? [] : [`from ${isoOf(from)}`]),
    ...(to === undefined ? [] : [`to ${isoOf(to)}`]),
  ];
  return parts.length === 0 ? '' : `This report is restricted on request: ${parts.join(', ')}.`;
}

const isoOf = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();
