/** What a story is about, and everything in the case that belongs to it. */
import { UserError } from '../../errors.js';
import type {
  AlertFacts,
  CaseReader,
  ConnectionFacts,
  FileFacts,
  IncidentFacts,
  ProcessFacts,
  RequestFacts,
  RunFacts,
} from '../../store/index.js';

/** What the story is about; empty means the most important incident. */
export interface Selection {
  readonly alert?: bigint | undefined;
  readonly incident?: bigint | undefined;
  readonly process?: bigint | undefined;
}

/** So many rows of a kind are part of a story. */
const MAX_PROCESSES = 2000;
const MAX_ROWS = 500;

/** A list, and whether the case has more of its kind. */
export interface Part<Row> {
  readonly rows: readonly Row[];
  readonly isCut: boolean;
}

/** Everything that a story is made of. */
export interface Story {
  readonly run: RunFacts;
  readonly subject: 'incident' | 'alert' | 'process';
  readonly incident: IncidentFacts | undefined;
  /** Incidents that were not asked for, the most important first, where the program chose. */
  readonly others: readonly IncidentFacts[];
  readonly alert: AlertFacts | undefined;
  /** Rows that the story is about. */
  readonly focus: ReadonlySet<bigint>;
  /** Those, their ancestors and descendants, in the order of their numbers. */
  readonly processes: Part<ProcessFacts>;
  readonly alerts: Part<AlertFacts>;
  /** Programs of alerts, also of such as have nothing else to do with the story. */
  readonly alerting: readonly ProcessFacts[];
  readonly files: Part<FileFacts>;
  readonly connections: Part<ConnectionFacts>;
  readonly requests: Part<RequestFacts>;
  /** What the run could not see. */
  readonly notSeen: readonly string[];
  /** Whether the run holds what programs did. */
  readonly hasActivity: boolean;
}

/** What a case without alerts has to say. */
export interface NoStory {
  readonly runs: readonly RunFacts[];
  readonly notSeen: readonly string[];
}

/**
 * Find what `selection` means.
 *
 * @throws {UserError} `STORY_UNKNOWN`
 */
export function findStory(reader: CaseReader, selection: Selection): Story | NoStory {
  refuseSeveral(selection);
  if (selection.process !== undefined) {
    return storyOfProcess(reader, selection.process);
  }
  const incidents = reader.incidents();
  if (selection.alert !== undefined) {
    return storyOfAlert(reader, selection.alert, incidents);
  }
  const [first, ...others] = incidents;
  const incident =
    selection.incident === undefined
      ? first
      : incidents.find(({ id }) => id === selection.incident);
  if (incident !== undefined) {
    const isChosen = selection.incident === undefined;
    return storyOfIncident(reader, incident, isChosen ? others : []);
  }
  if (selection.incident !== undefined) {
    const numbers = incidents.map(({ id }) => id).sort((a, b) => Number(a - b));
    throw unknown(`--incident ${selection.incident}`, 'incident', numbers);
  }
  const runs = reader.runs();
  return { runs, notSeen: runs.flatMap(({ id }) => reader.notSeen(id)) };
}

function refuseSeveral({ alert, incident, process }: Selection): void {
  const named = [
    ...(alert === undefined ? [] : [`alert ${alert}`]),
    ...(incident === undefined ? [] : [`--incident ${incident}`]),
    ...(process === undefined ? [] : [`--process ${process}`]),
  ];
  if (named.length > 1) {
    throw new UserError({
      code: 'STORY_SEVERAL',
      what: 'Cannot write several stories at once',
      where: named.join(', '),
      why: 'a story is about one of them',
      fix: `leave out all but ${named[0] ?? ''}`,
    });
  }
}

function storyOfIncident(
  reader: CaseReader,
  incident: IncidentFacts,
  others: readonly IncidentFacts[],
): Story {
  const alerts = cut(reader.alertsOfIncident(incident.id, MAX_ROWS + 1), MAX_ROWS);
  return gather(reader, { subject: 'incident', incident, others, alerts, runId: incident.runId });
}

function storyOfAlert(reader: CaseReader, id: bigint, incidents: readonly IncidentFacts[]): Story {
  const alert = reader.alert(id);
  if (alert === undefined) {
    throw unknown(`alert ${id}`, 'alert', []);
  }
  const incident = incidents.find((each) => each.id === alert.incidentId);
  const alerts =
    incident === undefined
      ? { rows: [alert], isCut: false }
      : cut(reader.alertsOfIncident(incident.id, MAX_ROWS + 1), MAX_ROWS);
  const others = alerts.rows.filter((each) => each.id !== id);
  return gather(reader, {
    subject: 'alert',
    incident,
    others: [],
    alert,
    alerts: { ...alerts, rows: [alert, ...others] }, // it may be behind the first of them
    runId: alert.runId,
  });
}

function storyOfProcess(reader: CaseReader, id: bigint): Story {
  const process = reader.process(id);
  if (process === undefined) {
    throw unknown(`--process ${id}`, 'row of a process', []);
  }
  return gather(reader, { subject: 'process', others: [], process, runId: process.runId });
}

interface Beginning {
  readonly subject: Story['subject'];
  readonly runId: bigint;
  readonly others: readonly IncidentFacts[];
  readonly incident?: IncidentFacts | undefined;
  readonly alert?: AlertFacts | undefined;
  readonly alerts?: Part<AlertFacts>;
  readonly process?: ProcessFacts;
}

function gather(reader: CaseReader, beginning: Beginning): Story {
  const { subject, runId, incident, others, alert } = beginning;
  const asked = focusOf(beginning);
  const askedAlerts = (alert === undefined ? (beginning.alerts?.rows ?? []) : [alert]).map(({ id }) => id); // prettier-ignore
  const aboutThem = reader.requestsOfAlerts(askedAlerts, MAX_ROWS + 1);
  const started = reader.processesOfRequests(
    aboutThem.map(({ id }) => id),
    MAX_PROCESSES,
  );
  const focus = [...new Set([...asked, ...started])];
  const below = reader.descendants(focus, MAX_PROCESSES + 1);
  const line = reader.lineage(focus, MAX_PROCESSES + 1);
  const ids = [...new Set([...line.slice(0, MAX_PROCESSES), ...below.slice(0, MAX_PROCESSES)])];
  const processes = reader.processes(ids);
  const acting = actingOf(processes, new Set(focus), new Set(below));
  const requests = [...aboutThem, ...reader.requestsBehind(ids, MAX_ROWS + 1)];
  const run = reader.run(runId) as RunFacts;
  const alerts = alertsOf(reader, beginning, acting);
  return {
    run,
    subject,
    incident,
    others,
    alert,
    focus: new Set(focus),
    processes: {
      rows: processes,
      isCut: below.length > MAX_PROCESSES || line.length > MAX_PROCESSES,
    },
    alerts,
    alerting: reader.processes(processesOf(alerts.rows)),
    files: cut(reader.filesOf(acting, MAX_ROWS + 1), MAX_ROWS),
    connections: cut(reader.connectionsOf(acting, MAX_ROWS + 1), MAX_ROWS),
    requests: cut(unique(requests), MAX_ROWS),
    notSeen: reader.notSeen(runId),
    hasActivity: reader.hasActivity(run),
  };
}

/**
 * Whose deeds are part of it: of those that the story is about, of their descendants, and of their ancestors in the same container, or on
 * the host. Init and the kernel have too much else to do.
 */
function actingOf(
  processes: readonly ProcessFacts[],
  focus: ReadonlySet<bigint>,
  below: ReadonlySet<bigint>,
): readonly bigint[] {
  const containers = new Set(
    processes.filter(({ id }) => focus.has(id)).map(({ containerId }) => containerId),
  );
  return processes
    .filter(
      ({ id, containerId, pid }) =>
        below.has(id) || (containers.has(containerId) && !(containerId === null && pid <= 2n)),
    )
    .map(({ id }) => id);
}

function focusOf({ alert, alerts, process }: Beginning): readonly bigint[] {
  if (process !== undefined) {
    return [process.id];
  }
  return processesOf(alert === undefined ? (alerts?.rows ?? []) : [alert]);
}

function processesOf(alerts: readonly AlertFacts[]): readonly bigint[] {
  return [...new Set(alerts.flatMap(({ processId }) => (processId === null ? [] : [processId])))];
}

/** Those of the incident, and those of its processes' descendants, in the order of time. */
function alertsOf(
  reader: CaseReader,
  { alerts }: Beginning,
  acting: readonly bigint[],
): Part<AlertFacts> {
  const own = alerts ?? { rows: [], isCut: false };
  const ofProcesses = cut(reader.alertsOfProcesses(acting, MAX_ROWS + 1), MAX_ROWS);
  const rows = unique([...own.rows, ...ofProcesses.rows]);
  return {
    rows: [...rows].sort((a, b) => Number(a.time - b.time) || Number(a.id - b.id)),
    isCut: own.isCut || ofProcesses.isCut,
  };
}

function unique<Row extends { readonly id: bigint }>(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function cut<Row>(rows: readonly Row[], limit: number): Part<Row> {
  return { rows: rows.slice(0, limit), isCut: rows.length > limit };
}

function unknown(where: string, kind: string, numbers: readonly bigint[]): UserError {
  const some = numbers.slice(0, 20).join(', ');
  return new UserError({
    code: 'STORY_UNKNOWN',
    what: 'Cannot find what the story is to be about',
    where,
    why: `the case has no ${kind} of this number`,
    fix:
      numbers.length === 0
        ? 'see "query CASE timeline" for alerts, "query CASE incidents", and "query CASE processes"'
        : `it has ${some}${numbers.length > 20 ? ', ...' : ''}; "query CASE incidents" shows them`,
  });
}
