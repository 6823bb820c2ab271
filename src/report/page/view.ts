/** What a choice leaves of the data: rows of alerts, processes, files and so on. */
import type { Index, Keys } from './catalogue.js';
import type { Data } from './data.js';
import { isRestricted, type Choice } from './state.js';

/** Rows of one view. */
export interface View {
  readonly alerts: readonly number[];
  /** Of each alert: whether it is in this view. */
  readonly isAlertShown: Uint8Array;
  readonly files: readonly number[];
  readonly connections: readonly number[];
  readonly requests: readonly number[];
  readonly processes: readonly number[];
  /** Of each process: alerts in this view. */
  readonly alertCounts: Int32Array;
  /** Whether anything is left out. */
  readonly isRestricted: boolean;
}

/** A rule's tags. */
export function tagsOf(data: Data, rule: number): readonly string[] {
  try {
    const tags: unknown = JSON.parse(data.tables.rules.text('tags', rule) ?? '[]');
    return Array.isArray(tags) ? tags.map(String) : [];
  } catch {
    return []; // somebody changed the case
  }
}

/** What `choice` leaves. */
export function viewOf(data: Data, index: Index, choice: Choice): View {
  const { files, connections, processes } = data.tables;
  const alerts = alertsOf(data, index, choice);
  const alertCounts = new Int32Array(processes.count);
  const isAlertShown = new Uint8Array(data.tables.alerts.count);
  for (const row of alerts) {
    isAlertShown[row] = 1;
    const process = index.alertProcess[row] ?? -1;
    if (process >= 0) {
      alertCounts[process] = (alertCounts[process] ?? 0) + 1;
    }
  }
  const isMeant = deedFilter(index, choice, alertCounts);
  const isThen = spanFilter(choice);
  const { search } = choice;
  const pick = (count: number, { owner, first, last, found }: Deeds): readonly number[] => {
    const rows: number[] = [];
    for (let row = 0; row < count; row += 1) {
      if (
        isThen(first[row] ?? Number.NaN, last[row] ?? Number.NaN) &&
        isMeant(owner === undefined ? row : (owner[row] ?? -1)) &&
        (found === undefined || found[row] === 1)
      ) {
        rows.push(row);
      }
    }
    return rows;
  };
  const foundIn = (texts: Index['fileTexts']): Uint8Array | undefined =>
    search === '' ? undefined : texts.find(search);
  return {
    alerts,
    isAlertShown,
    alertCounts,
    isRestricted: isRestricted(choice),
    files: pick(files.count, {
      owner: index.fileProcess,
      first: files.times('first_ns'),
      last: files.times('last_ns'),
      found: foundIn(index.fileTexts),
    }),
    connections: pick(connections.count, {
      owner: index.connectionProcess,
      first: connections.times('first_ns'),
      last: connections.times('last_ns'),
      found: foundIn(index.connectionTexts),
    }),
    processes: pick(processes.count, {
      owner: undefined,
      first: processes.times('start_ns'),
      last: processes.times('end_ns'),
      found: foundIn(index.processTexts),
    }),
    requests: requestsOf(data, choice, alerts),
  };
}

/** What is asked of rows of one table; the owner is the row itself where there is none. */
interface Deeds {
  readonly owner: Int32Array | undefined;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly found: Uint8Array | undefined;
}

/** A time that is not known may be any. */
function spanFilter({
  from = -Infinity,
  to = Infinity,
}: Choice): (first: number, last: number) => boolean {
  // prettier-ignore
  return (first, last) => !(last < from) && !(first > to);
}

/** Whether what a process did is meant: by its container, and as a deed of a process with alerts where alerts are chosen. */
function deedFilter(
  { processContainer, containerRow }: Index,
  choice: Choice,
  alertCounts: Int32Array,
): (process: number) => boolean {
  const { container } = choice;
  const needsAlerts = isOfAlerts(choice);
  const wanted = containerOf(container, containerRow);
  return (process) =>
    (!needsAlerts || (alertCounts[process] ?? 0) > 0) &&
    (container === '' || (process >= 0 && processContainer[process] === wanted));
}

/** Row of the container that is chosen; -1 is the host, -2 one that the case does not have. */
function containerOf(key: string, rows: Keys): number {
  const row = rows.row(Number(key));
  return key === 'host' ? -1 : row < 0 ? -2 : row;
}

function alertsOf(data: Data, index: Index, choice: Choice): readonly number[] {
  const { alerts } = data.tables;
  const { from = -Infinity, to = Infinity, search, container, incident } = choice;
  const isRuleMeant = rulesOf(data, choice);
  const found = search === '' ? undefined : index.alertTexts.find(search);
  const times = alerts.times('time_ns');
  const incidents = alerts.numbers('incident_id');
  const wantedIncident = Number(incident);
  const wantedContainer = containerOf(container, index.containerRow);
  const isMeant = (row: number): boolean =>
    (incident === '' || incidents[row] === wantedIncident) &&
    (container === '' || index.alertContainer[row] === wantedContainer) &&
    (found === undefined || found[row] === 1);
  const rows: number[] = [];
  for (let row = 0; row < alerts.count; row += 1) {
    const time = times[row] ?? 0;
    const rule = index.alertRule[row] ?? -1;
    if (time >= from && time <= to && isRuleMeant[rule + 1] === 1 && isMeant(row)) {
      rows.push(row);
    }
  }
  return rows;
}

/** Of each rule, and before them of alerts whose rule the case does not have, whether it is meant. */
function rulesOf(data: Data, { rule, priority, tag }: Choice): Uint8Array {
  const { rules } = data.tables;
  return Uint8Array.from([-1, ...rules.rows()], (row) =>
    (rule === '' || rules.text('name', row) === rule) &&
    (priority === '' || rules.text('priority', row) === priority) &&
    (tag === '' || tagsOf(data, row).includes(tag))
      ? 1
      : 0,
  );
}

/** Requests have no process: where alerts are chosen, those are meant that caused them. */
function requestsOf(data: Data, choice: Choice, chosen: readonly number[]): readonly number[] {
  const { audit_events: requests, alerts } = data.tables;
  if (requests.count === 0) {
    return [];
  }
  const word = choice.search.toLowerCase();
  const isThen = spanFilter(choice);
  const times = requests.times('time_ns');
  const keyOf = (run: number | undefined, event: number | undefined): string =>
    `${run ?? ''} ${event ?? ''}`;
  const caused = isOfAlerts(choice)
    ? new Set(
        chosen.map((row) =>
          keyOf(alerts.number('run_id', row), alerts.number('event_number', row)),
        ),
      )
    : undefined;
  return requests.rows().filter((row) => {
    const time = times[row] ?? Number.NaN;
    const key = keyOf(requests.number('run_id', row), requests.number('event_number', row));
    return (
      isThen(time, time) &&
      caused?.has(key) !== false &&
      (word === '' || textOfRequest(data, row).toLowerCase().includes(word))
    );
  });
}

/** Whether alerts are chosen by what they are, not by when or where. */
function isOfAlerts({ rule, priority, tag, incident }: Choice): boolean {
  return [rule, priority, tag, incident].some((chosen) => chosen !== '');
}

const SEARCHED = [
  ...(['user', 'acting_as', 'verb', 'resource', 'subresource', 'namespace', 'name'] as const),
  ...(['source_address', 'user_agent', 'uri', 'command', 'outcome'] as const),
] as const;

function textOfRequest({ tables: { audit_events: requests } }: Data, row: number): string {
  return SEARCHED.map((column) => requests.text(column, row) ?? '').join(' ');
}
