/**
 * What accounts of a case are made of: rows with what belongs to them, found by what they have to do with each other. Only
 * current runs count where nothing else is asked. Times are nanoseconds since the epoch; `null` is what is not known.
 */
import type { Database } from 'better-sqlite3';
import { UserError } from '../errors.js';
import { schemaVersion } from './migrate.js';

/** A run, and the evidence that it is about. */
export interface RunFacts {
  readonly id: bigint;
  readonly path: string;
  readonly status: string;
  readonly version: string;
  readonly rulesSha256: string;
  readonly options: string;
  readonly format: string | null;
  readonly sha256: string | null;
  readonly hostname: string | null;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** A program that a process ran, and the container that it ran in. */
export interface ProcessFacts {
  readonly id: bigint;
  readonly runId: bigint;
  readonly pid: bigint;
  readonly parentId: bigint | null;
  readonly parentPid: bigint | null;
  readonly name: string;
  readonly cmdline: string;
  readonly exepath: string;
  readonly uid: bigint | null;
  readonly user: string | null;
  readonly loginUid: bigint | null;
  readonly start: bigint | null;
  readonly end: bigint | null;
  readonly containerId: string | null;
  readonly containerName: string | null;
}

/** An alert with its rule. */
export interface AlertFacts {
  readonly id: bigint;
  readonly runId: bigint;
  readonly time: bigint;
  readonly source: string;
  readonly rule: string;
  readonly priority: string;
  /** 0 (Emergency) to 7 (Debug). */
  readonly rank: bigint;
  readonly tags: string;
  readonly output: string;
  readonly processId: bigint | null;
  readonly incidentId: bigint | null;
  readonly nearLoss: bigint | null;
  readonly eventNumber: bigint;
}

/** Alerts that belong together. */
export interface IncidentFacts {
  readonly id: bigint;
  readonly runId: bigint;
  readonly title: string;
  readonly why: string;
  readonly priority: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly alerts: bigint;
}

/** What a program did to a file, where it did more than read it. */
export interface FileFacts {
  readonly processId: bigint | null;
  readonly path: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly creations: bigint;
  readonly writes: bigint;
  readonly bytesWritten: bigint;
  readonly removals: bigint;
  readonly renamedFrom: string | null;
  readonly renamedTo: string | null;
  readonly linkTarget: string | null;
  readonly mode: string | null;
  readonly owner: string | null;
  readonly eventNumber: bigint;
}

/** A connection of a program, a peer of its socket, or a socket that it listened on. */
export interface ConnectionFacts {
  readonly processId: bigint | null;
  readonly protocol: string | null;
  readonly direction: string | null;
  readonly localAddress: string | null;
  readonly localPort: bigint | null;
  readonly remoteAddress: string | null;
  readonly remotePort: bigint | null;
  readonly path: string | null;
  readonly first: bigint;
  readonly last: bigint;
  readonly bytesSent: bigint;
  readonly bytesReceived: bigint;
  readonly result: string;
  readonly eventNumber: bigint;
}

/** A request of an audit log. */
export interface RequestFacts {
  readonly id: bigint;
  readonly runId: bigint;
  readonly time: bigint;
  readonly user: string | null;
  readonly verb: string | null;
  readonly resource: string | null;
  readonly subresource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly sourceAddress: string | null;
  readonly command: string | null;
  readonly outcome: string | null;
  readonly eventNumber: bigint;
}

/** The order of incidents: the most important first. */
export const INCIDENT_ORDER = 'priority_rank, incidents.alert_count DESC, first_ns, incident_id';

/** Rows of several processes are asked for by a JSON list of their numbers. */
const IN_LIST = 'IN (SELECT value FROM json_each(?))';

const RUN = `SELECT run_id AS id, runs.path, status, tool_version AS version, rules_sha256 AS rulesSha256, options, runs.format,
    sha256, hostname, first_event_ns AS first, last_event_ns AS last
  FROM runs LEFT JOIN evidence USING (evidence_id)`;

const PROCESS = `SELECT process_id AS id, processes.run_id AS runId, pid, parent_id AS parentId, parent_pid AS parentPid,
    processes.name, cmdline, exepath, uid, user, login_uid AS loginUid, start_ns AS start, end_ns AS "end",
    containers.id AS containerId, containers.name AS containerName
  FROM processes LEFT JOIN containers USING (container_key)`;

const ALERT = `SELECT alert_id AS id, alerts.run_id AS runId, time_ns AS time, rules.source, rules.name AS rule, rules.priority, priority_rank AS rank,
    rules.tags, alerts.output, process_id AS processId, incident_id AS incidentId, near_loss AS nearLoss, event_number AS eventNumber
  FROM alerts JOIN rules USING (rule_id)`;

const INCIDENT = `SELECT incident_id AS id, incidents.run_id AS runId, title, why, priority, first_ns AS first, last_ns AS last,
    incidents.alert_count AS alerts
  FROM incidents`;

const REQUEST = `SELECT audit_id AS id, audit_events.run_id AS runId, audit_events.time_ns AS time, user, verb, resource, subresource,
    namespace, name, source_address AS sourceAddress, command, outcome, event_number AS eventNumber
  FROM audit_events`;

/** Programs that one process ran, one after the other: each begins when the one before ends. */
const SAME_PROCESS = 'other.run_id = one.run_id AND other.pid = one.pid';

/** The SQL of accounts, by what it finds. `LIMIT ?` is one more than is wanted, so that it shows whether there are more. */
const QUERIES = {
  runs: `${RUN} WHERE run_id IN (SELECT run_id FROM current_runs) ORDER BY run_id`,
  run: `${RUN} WHERE run_id = ?`,
  incidents: `${INCIDENT} JOIN current_runs USING (run_id) ORDER BY ${INCIDENT_ORDER}`,
  alert: `${ALERT} WHERE alert_id = ?`,
  alertsOfIncident: `${ALERT} WHERE incident_id = ? ORDER BY time_ns, alert_id LIMIT ?`,
  alertsOfProcesses: `${ALERT} WHERE process_id ${IN_LIST} ORDER BY time_ns, alert_id LIMIT ?`,
  alertsOfRun: `${ALERT} WHERE alerts.run_id = ? ORDER BY time_ns, alert_id`,
  process: `${PROCESS} WHERE process_id = ?`,
  processes: `${PROCESS} WHERE process_id ${IN_LIST} ORDER BY process_id`,
  processesOfRun: `${PROCESS} WHERE processes.run_id = ? ORDER BY process_id`,
  lineage: `WITH RECURSIVE line (id) AS (
      SELECT value FROM json_each(?)
      UNION SELECT parent_id FROM processes JOIN line ON process_id = line.id WHERE parent_id IS NOT NULL
      UNION SELECT other.process_id FROM line JOIN processes AS one ON one.process_id = line.id
        JOIN processes AS other ON ${SAME_PROCESS} AND other.end_ns = one.start_ns AND other.process_id < one.process_id)
    SELECT id FROM line LIMIT ?`,
  descendants: `WITH RECURSIVE below (id) AS (
      SELECT value FROM json_each(?)
      UNION SELECT process_id FROM processes JOIN below ON parent_id = below.id
      UNION SELECT other.process_id FROM below JOIN processes AS one ON one.process_id = below.id
        JOIN processes AS other ON ${SAME_PROCESS} AND other.start_ns = one.end_ns AND other.process_id > one.process_id)
    SELECT id FROM below LIMIT ?`,
  filesOf: `SELECT process_id AS processId, path, first_ns AS first, last_ns AS last, creations, writes, bytes_written AS bytesWritten, removals,
      renamed_from AS renamedFrom, renamed_to AS renamedTo, link_target AS linkTarget, mode, owner, event_number AS eventNumber
    FROM files WHERE process_id ${IN_LIST}
      AND creations + writes + removals + renames + links + mode_changes + owner_changes > 0
    ORDER BY first_ns, file_id LIMIT ?`,
  connectionsOf: `SELECT process_id AS processId, protocol, direction, local_address AS localAddress, local_port AS localPort,
      remote_address AS remoteAddress, remote_port AS remotePort, path, first_ns AS first, last_ns AS last, bytes_sent AS bytesSent,
      bytes_received AS bytesReceived, result, event_number AS eventNumber
    FROM connections WHERE process_id ${IN_LIST} ORDER BY first_ns, connection_id LIMIT ?`,
  requestsBehind: `${REQUEST} WHERE audit_id IN (SELECT audit_id FROM exec_stories WHERE process_id ${IN_LIST})
    ORDER BY time_ns, audit_id LIMIT ?`,
  requestsOfAlerts: `${REQUEST} JOIN alerts USING (run_id, event_number) WHERE alert_id ${IN_LIST} GROUP BY audit_id
    ORDER BY audit_events.time_ns, audit_id LIMIT ?`,
  processesOfRequests: `SELECT process_id AS id FROM exec_stories WHERE audit_id ${IN_LIST} AND process_id IS NOT NULL LIMIT ?`,
  notSeen: `WITH this (id) AS (SELECT ?)
    SELECT 'the run is incomplete' AS finding FROM runs, this WHERE run_id = id AND status = 'incomplete'
    UNION ALL SELECT detail FROM diagnostics, this WHERE run_id = this.id AND severity IN ('data-loss', 'limit')
    UNION ALL SELECT printf('%d of %d rules could not fire on this evidence; "query CASE silent-rules" says why', silent, every)
      FROM (SELECT count(cannot_fire) AS silent, count(*) AS every FROM rules, this WHERE run_id = id) WHERE silent > 0`,
  hasSections: 'SELECT count(*) AS count FROM sections WHERE run_id = ?',
} as const;

/** Reads an open case. Lists are of row numbers. */
export class CaseReader {
  readonly #database: Database;

  /** @throws {UserError} `CASE_OLDER` */
  constructor(database: Database, path: string) {
    this.#database = database;
    refuseOlder(database, path);
  }

  runs(): readonly RunFacts[] {
    return this.#all('runs');
  }

  run(id: bigint): RunFacts | undefined {
    return this.#one('run', id);
  }

  /** The most important first. */
  incidents(): readonly IncidentFacts[] {
    return this.#all('incidents');
  }

  alert(id: bigint): AlertFacts | undefined {
    return this.#one('alert', id);
  }

  alertsOfIncident(id: bigint, limit: number): readonly AlertFacts[] {
    return this.#all('alertsOfIncident', id, limit);
  }

  alertsOfProcesses(ids: readonly bigint[], limit: number): readonly AlertFacts[] {
    return this.#all('alertsOfProcesses', listOf(ids), limit);
  }

  alertsOfRun(id: bigint): Iterable<AlertFacts> {
    return this.#each('alertsOfRun', id);
  }

  process(id: bigint): ProcessFacts | undefined {
    return this.#one('process', id);
  }

  processes(ids: readonly bigint[]): readonly ProcessFacts[] {
    return this.#all('processes', listOf(ids));
  }

  processesOfRun(id: bigint): Iterable<ProcessFacts> {
    return this.#each('processesOfRun', id);
  }

  /** Rows of `ids`, of all their ancestors, and of what each of those processes ran before. */
  lineage(ids: readonly bigint[], limit: number): readonly bigint[] {
    return this.#ids('lineage', ids, limit);
  }

  /** Rows of `ids`, of all their descendants, and of what each of those processes ran afterwards. */
  descendants(ids: readonly bigint[], limit: number): readonly bigint[] {
    return this.#ids('descendants', ids, limit);
  }

  filesOf(ids: readonly bigint[], limit: number): readonly FileFacts[] {
    return this.#all('filesOf', listOf(ids), limit);
  }

  connectionsOf(ids: readonly bigint[], limit: number): readonly ConnectionFacts[] {
    return this.#all('connectionsOf', listOf(ids), limit);
  }

  /** Requests of audit logs that started one of these processes. */
  requestsBehind(ids: readonly bigint[], limit: number): readonly RequestFacts[] {
    return this.#all('requestsBehind', listOf(ids), limit);
  }

  /** Requests that these alerts are about. */
  requestsOfAlerts(ids: readonly bigint[], limit: number): readonly RequestFacts[] {
    return this.#all('requestsOfAlerts', listOf(ids), limit);
  }

  /** Processes that these requests started. */
  processesOfRequests(ids: readonly bigint[], limit: number): readonly bigint[] {
    return this.#ids('processesOfRequests', ids, limit);
  }

  /** What a run could not see; a sentence each. */
  notSeen(runId: bigint): readonly string[] {
    return this.#all<{ readonly finding: string }>('notSeen', runId).map(({ finding }) => finding);
  }

  /** Whether a run of a capture holds what programs did: runs that were made before schema 3 do not. */
  hasActivity({ id, format, status }: RunFacts): boolean {
    const { count } = this.#one<{ readonly count: bigint }>('hasSections', id) ?? { count: 0n };
    return count > 0n || format !== 'scap' || status !== 'complete';
  }

  #ids(query: keyof typeof QUERIES, ids: readonly bigint[], limit: number): readonly bigint[] {
    const rows = this.#all<{ readonly id: bigint }>(query, listOf(ids), limit);
    return rows.map(({ id }) => id);
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who asks knows the columns of its query
  #one<Row>(query: keyof typeof QUERIES, ...values: readonly unknown[]): Row | undefined {
    return this.#all<Row>(query, ...values)[0];
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the same
  #all<Row>(query: keyof typeof QUERIES, ...values: readonly unknown[]): readonly Row[] {
    return this.#database.prepare(QUERIES[query]).all(...values) as Row[];
  }

  #each<Row>(query: keyof typeof QUERIES, ...values: readonly unknown[]): Iterable<Row> {
    return this.#database.prepare(QUERIES[query]).iterate(...values) as IterableIterator<Row>;
  }
}

function listOf(ids: readonly bigint[]): string {
  return `[${ids.join(',')}]`;
}

/** The version that brought incidents, files and connections. */
const LEAST_VERSION = 3;

function refuseOlder(database: Database, path: string): void {
  const version = schemaVersion(database);
  if (version < LEAST_VERSION) {
    throw new UserError({
      code: 'CASE_OLDER',
      what: 'Cannot read this case',
      where: path,
      why: `it has schema ${version}; incidents, files and connections came with schema ${LEAST_VERSION}`,
      fix: 'analyze the evidence again with this case as --store: that brings the case up to date, and adds a run that has them',
    });
  }
}
