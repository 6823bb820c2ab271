/**
 * An incident in one sentence: who did what to what, and how often. Names of rules say what somebody feared; this says what the
 * programs did that alerts are about: what they ran, changed, removed, and whom they talked to.
 */
import type { IncidentSentence } from './tables.js';
import type { ReportRows } from './rows.js';

/** So many things of a kind are named; the others are counted. */
const NAMED = 2;
/** Command lines, paths and names are cut here, so that a sentence has at most some 700 characters. */
const MAX_THING = 48;

/** The beginning of a text, marked where it is not all of it. */
function cut(text: string): string {
  return text.length > MAX_THING ? `${text.slice(0, MAX_THING)}…` : text;
}

/** Counts equal things, in the order in which they first came. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(thing: string, times = 1): void {
    this.#counts.set(thing, (this.#counts.get(thing) ?? 0) + times);
  }

  /** `ran a 3 times, b and 4 others`; `undefined` where there is nothing. */
  phrase(verb: string, show: (thing: string) => string): string | undefined {
    const ranked = [...this.#counts].sort(([, a], [, b]) => b - a);
    if (ranked.length === 0) {
      return undefined;
    }
    const named = ranked
      .slice(0, NAMED)
      .map(([thing, count]) => `${show(cut(thing))}${timesOf(count)}`);
    const left = ranked.length - named.length;
    const rest = left === 0 ? [] : [left === 1 ? '1 other' : `${left} others`];
    return `${verb} ${enumerate([...named, ...rest])}`;
  }
}

const timesOf = (count: number): string =>
  count === 1 ? '' : count === 2 ? ' twice' : ` ${count} times`;

function enumerate(things: readonly string[]): string {
  return things.length < 2
    ? things.join('')
    : `${things.slice(0, -1).join(', ')} and ${things.at(-1) ?? ''}`;
}

/** What the programs of one incident did. */
interface Deeds {
  readonly ran: Tally;
  readonly changed: Tally;
  readonly removed: Tally;
  readonly talked: Tally;
  readonly asked: Tally;
}

/** How text from evidence stands in a sentence. */
export interface Shown {
  readonly command: (text: string) => string;
  /** A path, an address, an object of a request. */
  readonly thing: (text: string) => string;
}

/** A sentence for each incident, without its subject and without a full stop. */
export function sentencesOf(rows: ReportRows, shown: Shown): readonly IncidentSentence[] {
  const deeds = new Map<number, Deeds>();
  const byProcess = new Map<number, Set<number>>();
  const byEvent = new Map<string, number>();
  for (const incident of rows.incidents) {
    const id = rows.incidents.number('incident_id', incident) ?? 0;
    deeds.set(id, {
      ran: new Tally(),
      changed: new Tally(),
      removed: new Tally(),
      talked: new Tally(),
      asked: new Tally(),
    });
  }
  const { alerts } = rows;
  for (const alert of alerts) {
    const incident = alerts.number('incident_id', alert);
    const process = alerts.number('process_id', alert);
    if (incident === undefined) {
      continue;
    }
    byEvent.set(
      eventKey(alerts.number('run_id', alert), alerts.number('event_number', alert)),
      incident,
    );
    if (process !== undefined) {
      byProcess.set(process, (byProcess.get(process) ?? new Set()).add(incident));
    }
  }
  const of = (process: number | undefined): readonly Deeds[] =>
    [...(byProcess.get(process ?? -1) ?? [])].flatMap((incident) => deeds.get(incident) ?? []);
  noteProcesses(rows, of);
  noteFiles(rows, of);
  noteConnections(rows, of);
  noteRequests(rows, (run, event) => deeds.get(byEvent.get(eventKey(run, event)) ?? -1));
  return [...deeds].map(([incidentId, { ran, changed, removed, talked, asked }]) => ({
    incidentId,
    sentence: [
      ran.phrase('ran', shown.command),
      changed.phrase('changed', shown.thing),
      removed.phrase('removed', shown.thing),
      talked.phrase('connected to', shown.thing),
      asked.phrase('asked to', shown.thing),
    ]
      .filter((part) => part !== undefined)
      .join('; '),
  }));
}

const eventKey = (run: number | undefined, event: number | undefined): string =>
  `${run ?? ''} ${event ?? ''}`;

type DeedsOf = (process: number | undefined) => readonly Deeds[];

function noteProcesses({ processes }: ReportRows, of: DeedsOf): void {
  for (const row of processes) {
    const command = processes.text('cmdline', row) ?? processes.text('name', row) ?? '';
    of(processes.number('process_id', row)).forEach(({ ran }) => {
      ran.add(command);
    });
  }
}

/** Not files that any program opens. */
const EVERYDAY = /^(?:\/dev\/|\/proc\/|\/sys\/|unknown$)/;

function noteFiles({ files }: ReportRows, of: DeedsOf): void {
  for (const row of files) {
    const path = files.text('path', row) ?? '';
    const removals = files.number('removals', row) ?? 0;
    const changes = (
      ['writes', 'creations', 'renames', 'links', 'mode_changes', 'owner_changes'] as const
    ).some((column) => (files.number(column, row) ?? 0) > 0);
    if (EVERYDAY.test(path) || (removals === 0 && !changes)) {
      continue;
    }
    of(files.number('process_id', row)).forEach(({ changed, removed }) => {
      (removals > 0 ? removed : changed).add(path);
    });
  }
}

function noteConnections({ connections }: ReportRows, of: DeedsOf): void {
  for (const row of connections) {
    const address = connections.text('remote_address', row);
    if (connections.text('direction', row) !== 'outgoing' || address === undefined) {
      continue;
    }
    const port = connections.number('remote_port', row);
    const host = address.includes(':') ? `[${address}]` : address;
    of(connections.number('process_id', row)).forEach(({ talked }) => {
      talked.add(port === undefined ? host : `${host}:${port}`);
    });
  }
}

function noteRequests(
  { audit_events: requests }: ReportRows,
  of: (run: number | undefined, event: number | undefined) => Deeds | undefined,
): void {
  for (const row of requests) {
    const deeds = of(requests.number('run_id', row), requests.number('event_number', row));
    const object = [requests.text('resource', row), requests.text('subresource', row)]
      .filter((part) => part !== undefined && part !== '')
      .join('/');
    const name = requests.text('name', row) ?? '';
    deeds?.asked.add(
      `${requests.text('verb', row) ?? ''} ${object}${name === '' ? '' : ` ${name}`}`,
    );
  }
}
