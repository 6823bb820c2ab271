/**
 * The statements that change or find rows of a case, beside those that follow from the declaration of its tables (insert,
 * put, delete by run). Literal SQL, prepared once a run, and named after what it does.
 */

/**
 * Runs of one and the same analysis. A run that was killed has no SHA-256, so path and size stand for its evidence (a size
 * that is not known is any); stdin is another each time.
 */
const SAME_ANALYSIS = `path = ? AND path <> '-' AND rules_sha256 = ? AND options = ? AND tool_version = ?
    AND (size_bytes IS NULL OR size_bytes = coalesce(?, size_bytes))`;

export const STATEMENTS = {
  beginRun: `UPDATE runs SET size_bytes = ? WHERE run_id = ? RETURNING run_id`,
  forgetFindings: `DELETE FROM diagnostics WHERE run_id = ?`,
  countAlerts: `UPDATE runs SET alert_count = ? WHERE run_id = ?`,
  countRule: `UPDATE rules SET alert_count = ? WHERE rule_id = ?`,
  silenceRule: `UPDATE rules SET cannot_fire = ?, cannot_fire_detail = ? WHERE rule_id = ?`,
  endProcess: `UPDATE processes SET end_ns = ? WHERE process_id = ?`,
  addToFile: `UPDATE files SET first_ns = min(first_ns, ?), last_ns = max(last_ns, ?), opens = opens + ?,
    creations = creations + ?, reads = reads + ?, writes = writes + ?, bytes_read = bytes_read + ?,
    bytes_written = bytes_written + ?, executions = executions + ?, removals = removals + ?, renames = renames + ?,
    renamed_from = coalesce(?, renamed_from), renamed_to = coalesce(?, renamed_to), links = links + ?,
    link_target = coalesce(?, link_target), mode_changes = mode_changes + ?, mode = coalesce(?, mode),
    owner_changes = owner_changes + ?, owner = coalesce(?, owner), failures = ? WHERE file_id = ?`,
  findFile: `SELECT file_id FROM files WHERE run_id = ? AND process_id IS ? AND path = ?`,
  failuresOfFile: `SELECT failures FROM files WHERE file_id = ?`,
  addToConnection: `UPDATE connections SET last_ns = max(last_ns, ?), end_ns = ?, sends = sends + ?,
    receives = receives + ?, bytes_sent = bytes_sent + ?, bytes_received = bytes_received + ?, result = ?, failures = ?
    WHERE connection_id = ?`,
  failuresOfConnection: `SELECT failures FROM connections WHERE connection_id = ?`,
  countIncident: `UPDATE incidents SET first_ns = min(first_ns, ?), last_ns = max(last_ns, ?), alert_count = ?,
    priority = ?, priority_rank = ? WHERE incident_id = ?`,
  titleIncidents: `UPDATE incidents SET title = (
      SELECT group_concat(part, ', ') FROM (
        SELECT rules.name || CASE count(*) WHEN 1 THEN '' ELSE ' (' || count(*) || ' times)' END AS part
        FROM alerts JOIN rules USING (rule_id)
        WHERE alerts.incident_id = incidents.incident_id
        GROUP BY rule_id ORDER BY rules.priority_rank, count(*) DESC, rules.name LIMIT 3))
      || (SELECT CASE WHEN count(DISTINCT rule_id) > 3 THEN ' and ' || (count(DISTINCT rule_id) - 3) || ' more' ELSE '' END
        FROM alerts WHERE alerts.incident_id = incidents.incident_id)
      || ': ' || subject
    WHERE run_id = ? AND alert_count > 0`,
  markNearLoss: `UPDATE alerts SET near_loss = 1 WHERE run_id = ? AND time_ns >= ? AND time_ns <= ?`,
  findEvidence: `SELECT evidence_id FROM evidence WHERE sha256 = ?`,
  finishRun: `UPDATE runs SET evidence_id = ?, status = ?, size_bytes = ?, format = ?, compression = ? WHERE run_id = ?`,
  findCompleteRun: `SELECT run_id FROM runs JOIN evidence USING (evidence_id)
    WHERE sha256 = ? AND tool_version = ? AND rules_sha256 = ? AND options = ? AND status = 'complete'`,
  findSuperseded: `SELECT run_id FROM runs WHERE status = 'incomplete' AND ${SAME_ANALYSIS} AND run_id <> ?`,
} as const;
