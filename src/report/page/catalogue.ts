/**
 * What is looked up again and again, made once: which row of one table belongs to which of another. Rows are numbers and so are kept
 * in typed arrays: -1 is none.
 */
import type { Data, Table } from './data.js';
import { Haystack } from './haystack.js';

/** Things by their owners, without a list for each: a case may have 100,000 of both. */
export class Owned {
  readonly #starts: Int32Array;
  readonly #things: Int32Array;

  /** `owners`: of each thing the row of its owner, or -1. */
  constructor(owners: Int32Array, ownerCount: number) {
    const starts = new Int32Array(ownerCount + 1);
    owners.forEach((owner) => {
      if (owner >= 0) {
        starts[owner + 1] = (starts[owner + 1] ?? 0) + 1;
      }
    });
    for (let owner = 0; owner < ownerCount; owner += 1) {
      starts[owner + 1] = (starts[owner + 1] ?? 0) + (starts[owner] ?? 0);
    }
    this.#starts = starts;
    this.#things = new Int32Array(starts[ownerCount] ?? 0);
    const next = starts.slice();
    owners.forEach((owner, thing) => {
      if (owner >= 0) {
        const place = next[owner] ?? 0;
        this.#things[place] = thing;
        next[owner] = place + 1;
      }
    });
  }

  /** In the order of their rows. */
  of(owner: number): readonly number[] {
    return Array.from(
      this.#things.subarray(this.#starts[owner] ?? 0, this.#starts[owner + 1] ?? 0),
    );
  }

  countOf(owner: number): number {
    return (this.#starts[owner + 1] ?? 0) - (this.#starts[owner] ?? 0);
  }
}

/** A command that was asked for in an audit log, and the process of a capture that ran it. */
export interface Start {
  readonly request: number;
  readonly process: number;
  /** From the request to the process, in ms. */
  readonly delay: number | undefined;
}

/** Made once. */
export interface Index {
  readonly processRow: Keys;
  readonly containerRow: Keys;
  readonly runRow: Keys;
  /** Of each alert: rows of its rule, process and container. */
  readonly alertRule: Int32Array;
  readonly alertProcess: Int32Array;
  readonly alertContainer: Int32Array;
  /** Of each alert: the group of those with the same rule, command line and container. */
  readonly alertGroup: Int32Array;
  readonly groupCount: number;
  /** Of each rule: 0 is the most urgent. */
  readonly ruleRank: Int32Array;
  readonly fileProcess: Int32Array;
  readonly connectionProcess: Int32Array;
  readonly processParent: Int32Array;
  readonly processContainer: Int32Array;
  /** Of each process: equal for those with the same command line, container and user. */
  readonly processLook: Int32Array;
  readonly roots: readonly number[];
  readonly children: Owned;
  readonly alertsOf: Owned;
  readonly filesOf: Owned;
  readonly connectionsOf: Owned;
  /** By row of a process, the requests that started it; and by row of a request, what it started. */
  readonly askedBy: ReadonlyMap<number, readonly Start[]>;
  readonly started: ReadonlyMap<number, readonly Start[]>;
  readonly alertTexts: Haystack;
  readonly fileTexts: Haystack;
  readonly connectionTexts: Haystack;
  readonly processTexts: Haystack;
}

/** Make the index. */
export function indexOf(data: Data): Index {
  const { rules, processes, containers, runs, alerts, files, connections } = data.tables;
  const processRow = new Keys(processes.numbers('process_id'));
  const containerRow = new Keys(containers.numbers('container_key'));
  const alertRule = new Keys(rules.numbers('rule_id')).rows(alerts.numbers('rule_id'));
  const alertProcess = processRow.rows(alerts.numbers('process_id'));
  const alertContainer = containerRow.rows(alerts.numbers('container_key'));
  const fileProcess = processRow.rows(files.numbers('process_id'));
  const connectionProcess = processRow.rows(connections.numbers('process_id'));
  const processParent = processRow.rows(processes.numbers('parent_id'));
  const processContainer = containerRow.rows(processes.numbers('container_key'));
  const cmdline = placesOf(processes, 'cmdline');
  const groups = numbered(alerts.count, [
    through(alertRule, placesOf(rules, 'name')),
    through(alertProcess, cmdline),
    alertContainer,
  ]);
  const looks = numbered(processes.count, [cmdline, processContainer, placesOf(processes, 'user')]);
  return {
    ...{ processRow, containerRow, runRow: new Keys(runs.numbers('run_id')) },
    ...{ alertRule, alertProcess, alertContainer, fileProcess, connectionProcess },
    ...{ processParent, processContainer, processLook: looks.numbers },
    alertGroup: groups.numbers,
    groupCount: groups.count,
    ruleRank: Int32Array.from(rules.rows(), (row) => rules.number('priority_rank', row) ?? 7),
    roots: processes.rows().filter((row) => processParent[row] === -1),
    children: new Owned(processParent, processes.count),
    alertsOf: new Owned(alertProcess, processes.count),
    filesOf: new Owned(fileProcess, processes.count),
    connectionsOf: new Owned(connectionProcess, processes.count),
    ...startsOf(data, processRow),
    ...textsOf(data, { alertRule, alertProcess, fileProcess, connectionProcess }),
  };
}

function startsOf(
  { tables: { exec_stories: stories, audit_events: requests } }: Data,
  processRow: Keys,
): Pick<Index, 'askedBy' | 'started'> {
  const requestRow = new Keys(requests.numbers('audit_id'));
  const askedBy = new Map<number, Start[]>();
  const started = new Map<number, Start[]>();
  for (const row of stories.rows()) {
    const request = requestRow.row(stories.number('audit_id', row));
    const process = processRow.row(stories.number('process_id', row));
    if (request >= 0 && process >= 0) {
      const start = { request, process, delay: stories.number('delay_ms', row) };
      askedBy.set(process, [...(askedBy.get(process) ?? []), start]);
      started.set(request, [...(started.get(request) ?? []), start]);
    }
  }
  return { askedBy, started };
}

type Texts = Pick<Index, 'alertTexts' | 'fileTexts' | 'connectionTexts' | 'processTexts'>;

/** What is searched. */
function textsOf(
  { tables, alertTexts }: Data,
  {
    alertRule,
    alertProcess,
    fileProcess,
    connectionProcess,
  }: Pick<Index, 'alertRule' | 'alertProcess' | 'fileProcess' | 'connectionProcess'>,
): Texts {
  const { rules, processes, alerts, files, connections } = tables;
  const command = (process: number | undefined): string =>
    processes.text('cmdline', process ?? -1) ?? '';
  return {
    alertTexts: new Haystack(
      alerts.count,
      (row) =>
        `${rules.text('name', alertRule[row] ?? -1) ?? ''}\0${alertTexts.line(row)}\0${command(alertProcess[row])}`,
    ),
    fileTexts: new Haystack(
      files.count,
      (row) => `${files.text('path', row) ?? ''}\0${command(fileProcess[row])}`,
    ),
    connectionTexts: new Haystack(
      connections.count,
      (row) =>
        `${connections.text('remote_address', row) ?? ''}:${connections.number('remote_port', row) ?? ''} ${connections.text('path', row) ?? ''}\0${command(connectionProcess[row])}`,
    ),
    processTexts: new Haystack(processes.count, command),
  };
}

/** Rows by their keys: a table where keys are dense, as those of a case are. */
export class Keys {
  readonly #table: Int32Array | undefined;
  readonly #map = new Map<number, number>();

  constructor(keys: Float64Array) {
    const most = keys.reduce((max, key) => (key > max ? key : max), 0);
    this.#table = most <= 4 * keys.length + 1000 ? new Int32Array(most + 1).fill(-1) : undefined;
    for (let row = 0; row < keys.length; row += 1) {
      const key = keys[row] ?? Number.NaN;
      if (this.#table !== undefined && key >= 0) {
        this.#table[key] = row;
      } else if (!Number.isNaN(key)) {
        this.#map.set(key, row);
      }
    }
  }

  /** Row with this key; -1 where none has it. */
  row(key: number | undefined): number {
    return key === undefined ? -1 : (this.#table?.[key] ?? this.#map.get(key) ?? -1);
  }

  rows(keys: Float64Array): Int32Array {
    const rows = new Int32Array(keys.length);
    for (let at = 0; at < keys.length; at += 1) {
      rows[at] = this.row(keys[at]);
    }
    return rows;
  }
}

function placesOf<T extends 'processes' | 'rules'>(
  table: Table<T>,
  name: Parameters<Table<T>['texts']>[0],
): Int32Array {
  const { at } = table.texts(name);
  const places = new Int32Array(at.length);
  for (let row = 0; row < at.length; row += 1) {
    places[row] = at[row] ?? -1;
  }
  return places;
}

/** What `values` has for each of `rows`; -1 where there is no row. */
function through(rows: Int32Array, values: Int32Array): Int32Array {
  return rows.map((row) => values[row] ?? -1);
}

/**
 * Rows with the same parts get the same number, from 0 in the order in which they come. Parts are taken one after the other: the
 * number so far and one part make a small key, all parts together need not.
 */
function numbered(
  count: number,
  parts: readonly Int32Array[],
): { readonly numbers: Int32Array; readonly count: number } {
  const numbers = new Int32Array(count);
  let distinct = Math.min(1, count);
  for (const part of parts) {
    const range = part.reduce((most, each) => (each > most ? each : most), -1) + 2;
    const known = new Map<number, number>();
    for (let row = 0; row < count; row += 1) {
      const key = (numbers[row] ?? 0) * range + (part[row] ?? -1) + 1;
      let number = known.get(key);
      if (number === undefined) {
        number = known.size;
        known.set(key, number);
      }
      numbers[row] = number;
    }
    distinct = known.size;
  }
  return { numbers, count: distinct };
}
