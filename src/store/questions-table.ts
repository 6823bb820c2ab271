/**
 * The questions that `query --name` answers: a row each. To add one, add a row; a released name keeps its meaning. SQL is
 * literal, and takes what the user says through named parameters alone; one that is not given is NULL, and limits nothing.
 * Only current runs count, as in the views.
 */

import { INCIDENT_ORDER } from './case-reader.js';

/** A question with a name. */
export interface Question {
  readonly name: string;
  readonly doc: string;
  /** What may be given with `--arg`, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly sql: string;
  /** Computed columns that hold times: of plain ones the schema says so. */
  readonly times?: readonly string[];
}

const NO_PARAMETERS = {};
const PATH = { path: 'Pattern of the path, such as /etc/*.' };
const RUN = 'JOIN current_runs USING (run_id)';
const CONTAINER = 'LEFT JOIN containers USING (container_key)';

/** What files a program did something to, as one question asks it. */
function files(columns: string, condition: string): string {
  return `SELECT files.last_ns AS time, files.path, ${columns}, processes.name AS process, processes.pid, processes.user,
       containers.name AS container, files.event_number, files.run_id
FROM files ${RUN.replace('USING (run_id)', 'ON current_runs.run_id = files.run_id')}
LEFT JOIN processes ON processes.process_id = files.process_id
LEFT JOIN containers ON containers.container_key = processes.container_key
WHERE ${condition} AND (@path IS NULL OR files.path GLOB @path)
ORDER BY files.last_ns, files.file_id`;
}

/** Connections, as one question asks for them. */
function connections(condition: string): string {
  return `SELECT connections.first_ns AS time, direction, protocol, local_address, local_port, remote_address, remote_port,
       connections.path, bytes_sent, bytes_received, result, processes.name AS process, processes.pid, processes.user,
       containers.name AS container, connections.event_number, connections.run_id
FROM connections JOIN current_runs ON current_runs.run_id = connections.run_id
LEFT JOIN processes ON processes.process_id = connections.process_id
LEFT JOIN containers ON containers.container_key = processes.container_key
WHERE ${condition}
ORDER BY connections.first_ns, connection_id`;
}

/** Processes, as one question asks for them. */
function processes(condition: string): string {
  return `SELECT start_ns AS start, end_ns AS "end", pid, parent_pid, processes.name, cmdline, user, login_uid,
       containers.name AS container, process_id, processes.run_id
FROM processes JOIN current_runs ON current_runs.run_id = processes.run_id ${CONTAINER}
WHERE ${condition}
ORDER BY start_ns, process_id`;
}

/** A copy of its parent that soon ran something else is no program of its own: `account/processes.ts` has the same idea. */
const IS_NO_COPY = `NOT EXISTS (SELECT 1 FROM processes AS parent JOIN processes AS later
    ON later.run_id = processes.run_id AND later.pid = processes.pid AND later.start_ns = processes.end_ns
  WHERE parent.process_id = processes.parent_id AND parent.cmdline = processes.cmdline)`;

export const QUESTIONS: readonly Question[] = [
  {
    name: 'timeline',
    doc: 'What happened when: every alert with its rule, process and container.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT * FROM timeline',
  },
  {
    name: 'incidents',
    doc: 'Which alerts belong together, and why.',
    parameters: NO_PARAMETERS,
    sql: `SELECT incident_id AS incident, first_ns AS first, last_ns AS last, priority, incidents.alert_count AS alerts, title, why,
       incidents.run_id
FROM incidents ${RUN}
ORDER BY ${INCIDENT_ORDER}`,
  },
  {
    name: 'processes',
    doc: 'Every recorded program, in the order of their start.',
    parameters: { name: 'Pattern of the name, such as *sh.' },
    sql: processes('@name IS NULL OR processes.name GLOB @name'),
  },
  {
    name: 'tree',
    doc: 'Every recorded process under its parent, indented.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT process, pid, user, container, alerts FROM process_tree',
  },
  {
    name: 'ancestry',
    doc: 'The process of each alert and its ancestors, nearest first.',
    parameters: { alert: 'Number of the alert.' },
    sql: 'SELECT * FROM alert_ancestry WHERE @alert IS NULL OR alert_id = CAST(@alert AS INTEGER)',
  },
  {
    name: 'files-written',
    doc: 'Which files were written, by whom, how much.',
    parameters: PATH,
    sql: files('bytes_written, writes, creations', '(writes > 0 OR creations > 0)'),
  },
  {
    name: 'files-removed',
    doc: 'Which files were removed or renamed, by whom.',
    parameters: PATH,
    sql: files('removals, renamed_to', '(removals > 0 OR renamed_to IS NOT NULL)'),
  },
  {
    name: 'files-changed',
    doc: 'Which files got another mode or owner, from whom.',
    parameters: PATH,
    sql: files('mode, owner', '(mode_changes > 0 OR owner_changes > 0)'),
  },
  {
    name: 'files-refused',
    doc: 'What could not be done to files, and why.',
    parameters: PATH,
    sql: files('failures', "failures <> '{}'"),
  },
  {
    name: 'executed',
    doc: 'Which files were executed, by which programs.',
    parameters: PATH,
    sql: files('executions, processes.cmdline', 'executions > 0'),
  },
  {
    name: 'downloads-then-executed',
    doc: 'Files that were written or renamed here and executed later in the same run: what was dropped, and ran.',
    parameters: PATH,
    sql: `SELECT executed.first_ns AS executed, executed.path, writer.name AS written_by, writer.cmdline AS writer_command,
       written.bytes_written, runner.cmdline AS command, runner.pid, runner.user, containers.name AS container,
       executed.event_number, executed.run_id
FROM files AS executed ${RUN.replace('USING (run_id)', 'ON current_runs.run_id = executed.run_id')}
JOIN files AS written ON written.run_id = executed.run_id AND written.path = executed.path
  AND (written.writes > 0 OR written.renamed_from IS NOT NULL) AND written.first_ns <= executed.last_ns
LEFT JOIN processes AS runner ON runner.process_id = executed.process_id
LEFT JOIN processes AS writer ON writer.process_id = written.process_id
LEFT JOIN containers ON containers.container_key = runner.container_key
WHERE executed.executions > 0 AND executed.path <> 'unknown' AND (@path IS NULL OR executed.path GLOB @path)
ORDER BY executed.first_ns, executed.file_id, written.file_id`,
  },
  {
    name: 'connections',
    doc: 'Whom programs talked to, also in vain, and how much went each way.',
    parameters: { address: 'Address of the other end.' },
    sql: connections(
      "direction IS NOT 'listening' AND (@address IS NULL OR remote_address = @address)",
    ),
  },
  {
    name: 'listening',
    doc: 'Which programs waited for connections, where.',
    parameters: NO_PARAMETERS,
    sql: connections("direction = 'listening'"),
  },
  {
    name: 'peers',
    doc: 'Every remote address, with how many connections and bytes.',
    parameters: NO_PARAMETERS,
    sql: `SELECT remote_address, remote_port, protocol, direction, count(*) AS connections, sum(bytes_sent) AS bytes_sent,
       sum(bytes_received) AS bytes_received, min(first_ns) AS first, connections.run_id
FROM connections ${RUN}
WHERE remote_address IS NOT NULL
GROUP BY connections.run_id, remote_address, remote_port, protocol, direction
ORDER BY bytes_sent + bytes_received DESC, remote_address, remote_port`,
    times: ['first'],
  },
  {
    name: 'logins',
    doc: 'Login users, and the oldest recorded program of each.',
    parameters: NO_PARAMETERS,
    sql: `WITH sessions AS (
  SELECT processes.run_id, login_uid, count(*) AS programs, min(process_id) AS process_id, max(end_ns) AS last
  FROM processes ${RUN}
  WHERE login_uid IS NOT NULL
  GROUP BY processes.run_id, login_uid)
SELECT sessions.login_uid, programs, processes.start_ns AS first, last, processes.name, cmdline, user,
       containers.name AS container, sessions.process_id, sessions.run_id
FROM sessions JOIN processes USING (process_id) ${CONTAINER}
ORDER BY sessions.run_id, sessions.login_uid`,
    times: ['last'],
  },
  {
    name: 'shells',
    doc: 'Shells that ran, and with which commands.',
    parameters: NO_PARAMETERS,
    sql: processes(
      `processes.name IN ('sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh')
  AND ${IS_NO_COPY}`,
    ),
  },
  {
    name: 'first-seen',
    doc: 'Every program file, when it was first executed, and how often.',
    parameters: NO_PARAMETERS,
    sql: `SELECT min(first_ns) AS first, files.path, sum(executions) AS executions, files.run_id
FROM files ${RUN}
WHERE executions > 0
GROUP BY files.run_id, files.path
ORDER BY min(first_ns), files.path`,
    times: ['first'],
  },
  {
    name: 'by-user',
    doc: 'For each user: programs, alerts, files written, connections.',
    parameters: NO_PARAMETERS,
    sql: `SELECT processes.user, processes.uid, count(*) AS programs,
       sum((SELECT count(*) FROM alerts WHERE alerts.process_id = processes.process_id)) AS alerts,
       sum((SELECT count(*) FROM files WHERE files.process_id = processes.process_id AND writes > 0)) AS files_written,
       sum((SELECT count(*) FROM connections WHERE connections.process_id = processes.process_id)) AS connections, processes.run_id
FROM processes ${RUN}
GROUP BY processes.run_id, processes.uid, processes.user
ORDER BY alerts DESC, programs DESC, processes.uid`,
  },
  {
    name: 'by-container',
    doc: 'Which containers and pods offended, against which rules, how often.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT * FROM alerts_by_container',
  },
  {
    name: 'alerts-by-rule',
    doc: 'Which rules fired, how often, first and last.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT * FROM alerts_by_rule',
  },
  {
    name: 'silent-rules',
    doc: 'Which rules could not fire on the evidence, and why.',
    parameters: NO_PARAMETERS,
    sql: `SELECT name AS rule, priority, source, cannot_fire_detail AS why, rules.run_id
FROM rules ${RUN}
WHERE cannot_fire IS NOT NULL
ORDER BY rules.run_id, rule_id`,
  },
  {
    name: 'audit-by-user',
    doc: 'Who asked for what in audit logs, how often, from where.',
    parameters: { user: 'Name of the user.' },
    sql: 'SELECT * FROM audit_by_user WHERE @user IS NULL OR user = @user',
  },
  {
    name: 'exec-stories',
    doc: 'Commands run in pods, with the processes that they started.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT * FROM exec_stories',
  },
  {
    name: 'drops',
    doc: 'When the recorder lost events, and how many alerts are near.',
    parameters: NO_PARAMETERS,
    sql: `SELECT from_ns AS "from", to_ns AS "to", times,
       (SELECT count(*) FROM alerts WHERE alerts.run_id = drops.run_id AND alerts.time_ns BETWEEN coalesce(from_ns, 0) AND coalesce(to_ns, 9223372036854775807)) AS alerts,
       event_number, drops.run_id
FROM drops ${RUN}
ORDER BY drops.run_id, position`,
  },
  {
    name: 'what-was-not-seen',
    doc: 'What is missing: read this before concluding from absence.',
    parameters: NO_PARAMETERS,
    sql: 'SELECT * FROM what_was_not_seen',
  },
];
