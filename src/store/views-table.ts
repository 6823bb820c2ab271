/** The questions that responders ask first, as views over the tables of a case. */
import type { View } from './schema.js';

const TIME = `strftime('%Y-%m-%dT%H:%M:%S', time_ns / 1000000000, 'unixepoch') || printf('.%09dZ', time_ns % 1000000000)`;

export const VIEWS: readonly View[] = [
  {
    name: 'current_runs',
    doc: 'Runs that count: all that are complete, and of an analysis that never was, the attempt that found most. The other views show these alone.',
    sql: `SELECT * FROM runs AS run
WHERE status = 'complete' OR NOT EXISTS (
  SELECT 1 FROM runs AS other
  WHERE other.run_id <> run.run_id AND other.path = run.path AND run.path <> '-'
    AND other.rules_sha256 = run.rules_sha256 AND other.options = run.options AND other.tool_version = run.tool_version
    AND (run.size_bytes IS NULL OR other.size_bytes IS NULL OR other.size_bytes = run.size_bytes)
    AND (other.status = 'complete' OR (other.alert_count, other.run_id) > (run.alert_count, run.run_id))
)`,
  },
  {
    name: 'timeline',
    doc: 'What happened when: every alert with its rule, process and container, where in which evidence it stands, and whether that was read to its end (status).',
    sql: `SELECT ${TIME} AS time, alerts.priority, rules.name AS rule, processes.name AS process,
       processes.cmdline, containers.id AS container, containers.name AS container_name,
       containers.pod, containers.namespace, alerts.output, alerts.run_id, alerts.alert_id,
       alerts.event_number, alerts.byte_offset, runs.path AS evidence, evidence.sha256, runs.status
FROM alerts
JOIN rules USING (rule_id)
JOIN current_runs AS runs ON runs.run_id = alerts.run_id
LEFT JOIN evidence USING (evidence_id)
LEFT JOIN processes USING (process_id)
LEFT JOIN containers ON containers.container_key = alerts.container_key
ORDER BY alerts.time_ns, alerts.alert_id`,
  },
  {
    name: 'alerts_by_rule',
    doc: 'Which rules fired, how often, first and last.',
    sql: `SELECT rules.run_id, rules.name AS rule, rules.priority, count(*) AS alerts,
       min(alerts.time_ns) AS first_ns, max(alerts.time_ns) AS last_ns
FROM alerts
JOIN current_runs USING (run_id)
JOIN rules USING (rule_id)
GROUP BY rule_id
ORDER BY rules.priority_rank, alerts DESC, rule`,
  },
  {
    name: 'alerts_by_container',
    doc: 'Which containers and pods offended, against which rules, how often; the host has no id.',
    sql: `SELECT alerts.run_id, containers.id AS container, containers.name, containers.image, containers.pod,
       containers.namespace, rules.name AS rule, count(*) AS alerts
FROM alerts
JOIN current_runs USING (run_id)
JOIN rules USING (rule_id)
LEFT JOIN containers ON containers.container_key = alerts.container_key
GROUP BY alerts.run_id, alerts.container_key, rule_id
ORDER BY alerts DESC, container, rule`,
  },
  {
    name: 'process_tree',
    doc: 'Every recorded process under its parent, indented; read it in the order of path.',
    sql: `WITH RECURSIVE tree (process_id, run_id, depth, path) AS (
  SELECT process_id, run_id, 0, printf('%010d', process_id) FROM processes JOIN current_runs USING (run_id) WHERE parent_id IS NULL
  UNION ALL
  SELECT child.process_id, child.run_id, depth + 1, path || '/' || printf('%010d', child.process_id)
  FROM processes AS child
  JOIN tree ON child.parent_id = tree.process_id
  WHERE depth < 100
)
SELECT tree.run_id, printf('%*s', depth * 2, '') || processes.cmdline AS process, processes.pid, processes.user,
       containers.id AS container, processes.start_ns, processes.end_ns,
       (SELECT count(*) FROM alerts WHERE alerts.process_id = processes.process_id) AS alerts, tree.path
FROM tree
JOIN processes USING (process_id)
LEFT JOIN containers USING (container_key)
ORDER BY tree.path`,
  },
  {
    name: 'alert_ancestry',
    doc: 'For each alert the process and its ancestors, nearest first (generation 0 is the process).',
    sql: `WITH RECURSIVE line (alert_id, generation, process_id) AS (
  SELECT alert_id, 0, process_id FROM alerts JOIN current_runs USING (run_id) WHERE process_id IS NOT NULL
  UNION ALL
  SELECT alert_id, generation + 1, parent_id
  FROM line
  JOIN processes USING (process_id)
  WHERE parent_id IS NOT NULL AND generation < 100
)
SELECT line.alert_id, line.generation, processes.pid, processes.name, processes.cmdline, processes.user
FROM line
JOIN processes USING (process_id)
ORDER BY line.alert_id, line.generation`,
  },
  {
    name: 'audit_by_user',
    doc: 'Who asked for what in audit logs, how often, from where, and how often it was refused.',
    sql: `SELECT run_id, user, verb, resource, subresource, count(*) AS requests,
       sum(CASE WHEN source = 'k8s_audit' THEN outcome GLOB '[45]*' ELSE outcome IS NOT NULL END) AS failed,
       count(DISTINCT source_address) AS addresses, min(time_ns) AS first_ns, max(time_ns) AS last_ns
FROM audit_events
JOIN current_runs USING (run_id)
GROUP BY run_id, user, verb, resource, subresource
ORDER BY requests DESC, user, verb, resource`,
  },
  {
    name: 'audit_alerts',
    doc: 'Alerts of audit logs with the request that caused them: who, what, where, from where.',
    sql: `SELECT ${TIME.replaceAll('time_ns', 'alerts.time_ns')} AS time, alerts.priority, rules.name AS rule, audit_events.user,
       audit_events.verb, audit_events.resource, audit_events.subresource, audit_events.namespace, audit_events.name,
       audit_events.source_address, audit_events.outcome, alerts.run_id, alerts.alert_id, audit_events.audit_id
FROM alerts
JOIN current_runs USING (run_id)
JOIN rules USING (rule_id)
JOIN audit_events ON audit_events.run_id = alerts.run_id AND audit_events.event_number = alerts.event_number
ORDER BY alerts.time_ns, alerts.alert_id`,
  },
  {
    name: 'exec_stories',
    doc: "Commands run in pods (audit log) with the processes they started (capture of the pod's node): same pod, same program, at most 10 seconds apart. One row with no process where no capture in this case shows it.",
    sql: `SELECT ${TIME.replaceAll('time_ns', 'audit_events.time_ns')} AS time, audit_events.user, audit_events.source_address,
       audit_events.namespace, audit_events.name AS pod, audit_events.command, containers.id AS container,
       containers.name AS container_name, containers.image, processes.pid, processes.cmdline,
       processes.user AS process_user, (processes.start_ns - audit_events.time_ns) / 1000000 AS delay_ms,
       (WITH RECURSIVE below (process_id) AS (
          SELECT processes.process_id
          UNION
          SELECT child.process_id FROM processes AS child JOIN below ON child.parent_id = below.process_id)
        SELECT count(*) FROM alerts WHERE alerts.process_id IN (SELECT process_id FROM below)) AS alerts,
       audit_events.audit_id, processes.process_id
FROM audit_events
JOIN current_runs AS asked ON asked.run_id = audit_events.run_id
LEFT JOIN containers ON containers.pod = audit_events.name AND containers.namespace = audit_events.namespace
  AND containers.run_id IN (SELECT run_id FROM current_runs)
  AND (audit_events.container IS NULL
    OR coalesce(json_extract(containers.labels, '$."io.kubernetes.container.name"'), audit_events.container) = audit_events.container)
LEFT JOIN processes ON processes.container_key = containers.container_key AND processes.exe = audit_events.program
  AND abs(processes.start_ns - audit_events.time_ns) <= 10000000000
  AND NOT EXISTS (SELECT 1 FROM processes AS parent WHERE parent.process_id = processes.parent_id
    AND parent.container_key = processes.container_key AND parent.exe = processes.exe)
WHERE audit_events.subresource = 'exec' AND audit_events.source = 'k8s_audit' AND audit_events.outcome = '101'
ORDER BY audit_events.time_ns, audit_events.audit_id, abs(processes.start_ns - audit_events.time_ns)`,
  },
  {
    name: 'what_was_not_seen',
    doc: 'Runs that are incomplete, losses of evidence, and what limited the rules: read this before concluding from absence.',
    sql: `SELECT run_id, path, 'the run is incomplete' AS finding, NULL AS byte_offset FROM current_runs WHERE status = 'incomplete'
UNION ALL
SELECT run_id, runs.path, diagnostics.detail, diagnostics.byte_offset
FROM diagnostics
JOIN current_runs AS runs USING (run_id)
WHERE severity IN ('data-loss', 'limit')
UNION ALL
SELECT run_id, runs.path, printf('%d of %d rules could not fire: %s', count(*),
    (SELECT count(*) FROM rules AS every WHERE every.run_id = rules.run_id), cannot_fire_detail), NULL
FROM rules
JOIN current_runs AS runs USING (run_id)
WHERE cannot_fire IS NOT NULL
GROUP BY run_id, cannot_fire_detail`,
  },
];
