/** What a choice leaves of the data: rows of alerts, processes, files and so on. */
import type { Data, Table } from './data.js';
import type { Choice } from './state.js';

/** Things that are looked up again and again; made once. */
export interface Index {
  readonly ruleRow: ReadonlyMap<number, number>;
  readonly processRow: ReadonlyMap<number, number>;
  readonly containerRow: ReadonlyMap<number, number>;
  readonly runRow: ReadonlyMap<number, number>;
  /** Rows of a process's children, and of what it did, by row of the process. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly roots: readonly number[];
  readonly alertsOf: ReadonlyMap<number, readonly number[]>;
  readonly filesOf: ReadonlyMap<number, readonly number[]>;
  readonly connectionsOf: ReadonlyMap<number, readonly number[]>;
}

/** Rows of one view. */
export interface View {
  readonly alerts: readonly number[];
  readonly files: readonly number[];
  readonly connections: readonly number[];
  readonly requests: readonly number[];
  /** Rows of processes with alerts in this view. */
  readonly alerting: ReadonlySet<number>;
}

function byKey(keys: (row: number) => number | undefined, count: number): Map<number, number> {
  const map = new Map<number, number>();
  for (let row = 0; row < count; row += 1) {
    const key = keys(row);
    if (key !== undefined) {
      map.set(key, row);
    }
  }
  return map;
}

function listed(owner: (row: number) => number | undefined, count: number): Map<number, number[]> {
  const map = new Map<number, number[]>();
  for (let row = 0; row < count; row += 1) {
    const key = owner(row);
    if (key === undefined) {
      continue;
    }
    const list = map.get(key);
    if (list === undefined) {
      map.set(key, [row]);
    } else {
      list.push(row);
    }
  }
  return map;
}

/** Make the index. */
export function indexOf({ tables }: Data): Index {
  const { rules, processes, containers, runs, alerts, files, connections } = tables;
  const processRow = byKey((row) => processes.number('process_id', row), processes.count);
  const parent = (row: number): number | undefined =>
    processRow.get(processes.number('parent_id', row) ?? -1);
  const owner =
    (table: Table<'alerts'> | Table<'files'> | Table<'connections'>) =>
    (row: number): number | undefined =>
      processRow.get(table.number('process_id', row) ?? -1);
  return {
    ruleRow: byKey((row) => rules.number('rule_id', row), rules.count),
    processRow,
    containerRow: byKey((row) => containers.number('container_key', row), containers.count),
    runRow: byKey((row) => runs.number('run_id', row), runs.count),
    children: listed(parent, processes.count),
    roots: processes.rows().filter((row) => parent(row) === undefined),
    alertsOf: listed(owner(alerts), alerts.count),
    filesOf: listed(owner(files), files.count),
    connectionsOf: listed(owner(connections), connections.count),
  };
}

/** A rule's tags. */
export function tagsOf(data: Data, rule: number): readonly string[] {
  const tags: unknown = JSON.parse(data.tables.rules.text('tags', rule) ?? '[]');
  return Array.isArray(tags) ? tags.map(String) : [];
}

/** What `choice` leaves. */
export function viewOf(data: Data, index: Index, choice: Choice): View {
  const { alerts, files, connections, audit_events: requests, processes } = data.tables;
  const isAlert = alertFilter(data, index, choice);
  const kept = alerts.rows().filter(isAlert);
  const containerOf = (process: number | undefined): string => {
    const row = index.processRow.get(process ?? -1);
    return row === undefined ? '' : String(processes.number('container_key', row) ?? 'host');
  };
  const isWithin = (first: number | undefined, last: number | undefined): boolean =>
    (choice.from === undefined || (last ?? Infinity) >= choice.from) &&
    (choice.to === undefined || (first ?? -Infinity) <= choice.to);
  const isThere = (process: number | undefined): boolean =>
    choice.container === '' || containerOf(process) === choice.container;
  const alerting = new Set<number>();
  for (const row of kept) {
    const process = index.processRow.get(alerts.number('process_id', row) ?? -1);
    if (process !== undefined) {
      alerting.add(process);
    }
  }
  const isMeant = deedFilter(data, index, choice, alerting);
  return {
    alerts: kept,
    alerting,
    files: files
      .rows()
      .filter(
        (row) =>
          isWithin(files.time('first_ns', row), files.time('last_ns', row)) &&
          isThere(files.number('process_id', row)) &&
          isMeant(files.number('process_id', row), files.text('path', row) ?? ''),
      ),
    connections: connections
      .rows()
      .filter(
        (row) =>
          isWithin(connections.time('first_ns', row), connections.time('last_ns', row)) &&
          isThere(connections.number('process_id', row)) &&
          isMeant(
            connections.number('process_id', row),
            `${connections.text('remote_address', row) ?? ''}:${connections.number('remote_port', row) ?? ''} ${connections.text('path', row) ?? ''}`,
          ),
      ),
    requests: requests
      .rows()
      .filter((row) => isWithin(requests.time('time_ns', row), requests.time('time_ns', row))),
  };
}

/** Whether what a process did is meant: by its text, or as a deed of a process with alerts where rules are chosen. */
function deedFilter(
  { tables: { processes } }: Data,
  { processRow }: Index,
  { search, rule, priority, tag, incident }: Choice,
  alerting: ReadonlySet<number>,
): (process: number | undefined, text: string) => boolean {
  const word = search.toLowerCase();
  const ofAlerts = [rule, priority, tag, incident].some((chosen) => chosen !== '');
  return (process, text) => {
    const row = processRow.get(process ?? -1);
    const command = row === undefined ? '' : (processes.text('cmdline', row) ?? '');
    return (
      (!ofAlerts || (row !== undefined && alerting.has(row))) &&
      (word === '' || `${text} ${command}`.toLowerCase().includes(word))
    );
  };
}

function alertFilter(data: Data, index: Index, choice: Choice): (row: number) => boolean {
  const { alerts, rules } = data.tables;
  const word = choice.search.toLowerCase();
  const ruleFits = new Map<number, boolean>();
  const fits = (rule: number): boolean => {
    let answer = ruleFits.get(rule);
    if (answer === undefined) {
      const row = index.ruleRow.get(rule) ?? -1;
      answer =
        (choice.rule === '' || rules.text('name', row) === choice.rule) &&
        (choice.priority === '' || rules.text('priority', row) === choice.priority) &&
        (choice.tag === '' || tagsOf(data, row).includes(choice.tag));
      ruleFits.set(rule, answer);
    }
    return answer;
  };
  return (row) => {
    const time = alerts.time('time_ns', row) ?? 0;
    const isThen = time >= (choice.from ?? -Infinity) && time <= (choice.to ?? Infinity);
    const isThere = [
      [choice.incident, alerts.number('incident_id', row)],
      [choice.container, alerts.number('container_key', row) ?? 'host'],
    ].every(([wanted, key]) => wanted === '' || String(key) === wanted);
    return (
      isThen &&
      isThere &&
      fits(alerts.number('rule_id', row) ?? -1) &&
      (word === '' || textOfAlert(data, index, row).toLowerCase().includes(word))
    );
  };
}

function textOfAlert(
  { tables: { alerts, rules, processes } }: Data,
  index: Index,
  row: number,
): string {
  const rule = index.ruleRow.get(alerts.number('rule_id', row) ?? -1) ?? -1;
  const process = index.processRow.get(alerts.number('process_id', row) ?? -1) ?? -1;
  return `${rules.text('name', rule) ?? ''} ${alerts.text('output', row) ?? ''} ${processes.text('cmdline', process) ?? ''}`;
}
