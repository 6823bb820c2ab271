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
  findEvidence: `SELECT evidence_id FROM evidence WHERE sha256 = ?`,
  finishRun: `UPDATE runs SET evidence_id = ?, status = ?, size_bytes = ?, format = ?, compression = ? WHERE run_id = ?`,
  findCompleteRun: `SELECT run_id FROM runs JOIN evidence USING (evidence_id)
    WHERE sha256 = ? AND tool_version = ? AND rules_sha256 = ? AND options = ? AND status = 'complete'`,
  findSuperseded: `SELECT run_id FROM runs WHERE status = 'incomplete' AND ${SAME_ANALYSIS} AND run_id <> ?`,
} as const;
