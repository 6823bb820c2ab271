/**
 * What a case exports, as SQL: one row of a timeline for everything that has a time. Every part gives the same columns, so that
 * they can be put together; a part whose tables an older case does not have is left out.
 */

/** A kind of row of the timeline. */
interface TimelinePart {
  /** What the time means: `timestamp_desc`. */
  readonly what: string;
  /** The table that it is from. */
  readonly table: string;
  readonly time: string;
  readonly message: string;
  /** Other columns, by name; those that are not here are NULL. */
  readonly columns: Readonly<Record<string, string>>;
  readonly joins?: string;
  readonly where?: string;
}

const OF_PROCESS = {
  process: 'processes.name',
  pid: 'processes.pid',
  command_line: 'processes.cmdline',
  user: 'processes.user',
};
const OF_CONTAINER = {
  container: 'containers.id',
  container_name: 'containers.name',
  image: 'containers.image',
  pod: 'containers.pod',
  namespace: 'containers.namespace',
};
const PROCESS = 'LEFT JOIN processes USING (process_id)';
const CONTAINER = 'LEFT JOIN containers ON containers.container_key = processes.container_key';
const REMOTE = `coalesce(connections.path, connections.remote_address || ' port ' || connections.remote_port, 'an unknown peer')`;

// prettier-ignore
const PARTS: readonly TimelinePart[] = [
  { what: 'Alert', table: 'alerts', time: 'alerts.time_ns', message: 'alerts.output',
    columns: { ...OF_PROCESS, ...OF_CONTAINER, priority: 'alerts.priority', rule: 'rules.name', tags: 'rules.tags',
      event_number: 'alerts.event_number', byte_offset: 'alerts.byte_offset', row_id: 'alerts.alert_id' },
    joins: `JOIN rules USING (rule_id) ${PROCESS} LEFT JOIN containers ON containers.container_key = alerts.container_key` },
  { what: 'Process Started', table: 'processes', time: 'processes.start_ns', message: `'started: ' || processes.cmdline`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, row_id: 'processes.process_id' }, joins: CONTAINER, where: 'processes.start_ns NOT NULL' },
  { what: 'Process Ended', table: 'processes', time: 'processes.end_ns', message: `'ended: ' || processes.cmdline`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, row_id: 'processes.process_id' }, joins: CONTAINER, where: 'processes.end_ns NOT NULL' },
  { what: 'File Changed', table: 'files', time: 'files.first_ns', message: `coalesce(processes.name, 'an unknown process') || ' changed ' || files.path`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, path: 'files.path', event_number: 'files.event_number', byte_offset: 'files.byte_offset', row_id: 'files.file_id' },
    joins: `${PROCESS} ${CONTAINER}`,
    where: 'files.writes + files.creations + files.renames + files.links + files.mode_changes + files.owner_changes > 0' },
  { what: 'File Removed', table: 'files', time: 'files.last_ns', message: `coalesce(processes.name, 'an unknown process') || ' removed ' || files.path`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, path: 'files.path', event_number: 'files.event_number', byte_offset: 'files.byte_offset', row_id: 'files.file_id' },
    joins: `${PROCESS} ${CONTAINER}`, where: 'files.removals > 0' },
  { what: 'File Executed', table: 'files', time: 'files.first_ns', message: `coalesce(processes.name, 'an unknown process') || ' was executed from ' || files.path`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, path: 'files.path', event_number: 'files.event_number', byte_offset: 'files.byte_offset', row_id: 'files.file_id' },
    joins: `${PROCESS} ${CONTAINER}`, where: 'files.executions > 0' },
  { what: 'Connection Began', table: 'connections', time: 'connections.first_ns',
    message: `coalesce(processes.name, 'an unknown process') || ' ' || coalesce(connections.direction, 'connected') || ': ' || CASE connections.direction WHEN 'listening' THEN coalesce(connections.path, connections.local_address || ' port ' || connections.local_port, 'an unknown address') ELSE ${REMOTE} END || ' (' || connections.result || ')'`,
    columns: { ...OF_PROCESS, ...OF_CONTAINER, path: 'connections.path', remote_address: 'connections.remote_address', remote_port: 'connections.remote_port',
      local_address: 'connections.local_address', local_port: 'connections.local_port', event_number: 'connections.event_number', byte_offset: 'connections.byte_offset', row_id: 'connections.connection_id' },
    joins: `${PROCESS} ${CONTAINER}` },
  { what: 'Audit Request', table: 'audit_events', time: 'audit_events.time_ns',
    message: `coalesce(audit_events.user, 'somebody') || ' ' || coalesce(audit_events.verb, 'asked for') || ' ' || coalesce(audit_events.resource, '') || coalesce('/' || audit_events.name, '')`,
    columns: { user: 'audit_events.user', namespace: 'audit_events.namespace', remote_address: 'audit_events.source_address', command_line: 'audit_events.command',
      event_number: 'audit_events.event_number', byte_offset: 'audit_events.byte_offset', row_id: 'audit_events.audit_id' } },
];

const COLUMNS = [
  'priority', 'rule', 'tags', 'process', 'pid', 'command_line', 'user', 'container', 'container_name', 'image', 'pod', 'namespace',
  'path', 'remote_address', 'remote_port', 'local_address', 'local_port', 'event_number', 'byte_offset', 'row_id',
] as const; // prettier-ignore

/** The timeline over the tables that a case has: `time_ns`, `timestamp_desc`, `message`, then the rest; in the order of time. */
export function timelineSql(tables: ReadonlySet<string>): string {
  const parts = PARTS.filter(({ table }) => tables.has(table)).map((part, at) => {
    const columns = COLUMNS.map((name) => `${part.columns[name] ?? 'NULL'} AS ${name}`);
    return `SELECT ${part.time} AS time_ns, '${part.what}' AS timestamp_desc, ${part.message} AS message, ${columns.join(', ')},
  runs.run_id AS run_id, runs.path AS evidence, evidence.sha256 AS sha256, ${at} AS part
FROM ${part.table} JOIN current_runs AS runs ON runs.run_id = ${part.table}.run_id LEFT JOIN evidence USING (evidence_id) ${part.joins ?? ''}
WHERE ${part.where ?? '1'}`;
  });
  return `SELECT * FROM (${parts.join('\nUNION ALL\n')}) ORDER BY time_ns, run_id, part, row_id`;
}

/** Every alert with what a finding about it says. */
export const FINDINGS_SQL = `SELECT alerts.alert_id, alerts.time_ns, alerts.priority, alerts.output, alerts.event_number, alerts.byte_offset,
  rules.name AS rule, rules.description, rules.tags, processes.pid, processes.name AS process, processes.cmdline, processes.exepath,
  processes.user, processes.uid, parent.pid AS parent_pid, parent.name AS parent, parent.cmdline AS parent_cmdline,
  containers.id AS container, containers.name AS container_name, containers.image, runs.path AS evidence, evidence.sha256, evidence.hostname,
  runs.tool_version
FROM alerts JOIN rules USING (rule_id) JOIN current_runs AS runs ON runs.run_id = alerts.run_id LEFT JOIN evidence USING (evidence_id)
LEFT JOIN processes USING (process_id) LEFT JOIN processes AS parent ON parent.process_id = processes.parent_id
LEFT JOIN containers ON containers.container_key = alerts.container_key
ORDER BY alerts.time_ns, alerts.alert_id`;
