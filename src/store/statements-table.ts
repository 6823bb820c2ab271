/** Every statement that writes a case, named after what it does. Literal SQL, prepared once a run. */

export const STATEMENTS = {
  insertRun: `INSERT INTO runs (path, status, tool_version, rules_sha256, options, alert_count)
    VALUES (?, 'incomplete', ?, ?, ?, 0)`,
  finishRun: `UPDATE runs SET evidence_id = (SELECT evidence_id FROM evidence WHERE sha256 = ?), status = ?, alert_count = ?
    WHERE run_id = ?`,
  findCompleteRun: `SELECT run_id FROM runs JOIN evidence USING (evidence_id)
    WHERE sha256 = ? AND tool_version = ? AND rules_sha256 = ? AND options = ? AND status = 'complete'`,
  insertRuleFile: `INSERT INTO rule_files (run_id, position, path, sha256) VALUES (?, ?, ?, ?)`,
  insertRule: `INSERT INTO rules (run_id, name, priority, priority_rank, source, tags, description, condition, output,
      file, line, alert_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  countRule: `UPDATE rules SET alert_count = ? WHERE rule_id = ?`,
  insertAlert: `INSERT INTO alerts (run_id, rule_id, time_ns, priority, output, fields, process_id, container_key,
      event_number, byte_offset)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertAuditEvent: `INSERT INTO audit_events (run_id, source, time_ns, request_id, stage, user, acting_as, verb, resource,
      subresource, namespace, name, source_address, user_agent, outcome, uri, container, command, program,
      event_number, byte_offset)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertProcess: `INSERT INTO processes (run_id, pid, parent_id, parent_pid, name, exe, exepath, cmdline, cwd, uid, user,
      login_uid, tty, container_key, start_ns, end_ns)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
  endProcess: `UPDATE processes SET end_ns = ? WHERE process_id = ?`,
  putContainer: `INSERT INTO containers (run_id, id, full_id, name, type, image, image_digest, pod, namespace,
      is_privileged, labels, mounts, has_metadata)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run_id, id) DO UPDATE SET full_id = excluded.full_id, name = excluded.name, type = excluded.type,
      image = excluded.image, image_digest = excluded.image_digest, pod = excluded.pod,
      namespace = excluded.namespace, is_privileged = excluded.is_privileged, labels = excluded.labels,
      mounts = excluded.mounts, has_metadata = excluded.has_metadata
    RETURNING container_key`,
  putEvidence: `INSERT INTO evidence (sha256, path, size_bytes, format, compression, hostname, cpu_count, memory_bytes,
      boot_time_ns, first_event_ns, last_event_ns, record_count, event_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (sha256) DO NOTHING`,
  insertDiagnostic: `INSERT INTO diagnostics (run_id, position, id, severity, byte_offset, detail) VALUES (?, ?, ?, ?, ?, ?)`,
  deleteAlerts: `DELETE FROM alerts WHERE run_id = ?`,
  deleteAuditEvents: `DELETE FROM audit_events WHERE run_id = ?`,
  deleteProcesses: `DELETE FROM processes WHERE run_id = ?`,
  deleteContainers: `DELETE FROM containers WHERE run_id = ?`,
  deleteRules: `DELETE FROM rules WHERE run_id = ?`,
  deleteRuleFiles: `DELETE FROM rule_files WHERE run_id = ?`,
  deleteRun: `DELETE FROM runs WHERE run_id = ?`,
} as const;
