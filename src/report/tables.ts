/**
 * What of a case a report holds: tables, their columns, and how each column is written into the page. Shared by the side that
 * writes the page and by the page itself.
 */

/** `number`: exact to 2^53; `time`: nanoseconds since the epoch; `text`: anything, often the same; `apart`: in {@link PackedAlertTexts}. */
export type ColumnKind = 'number' | 'text' | 'time' | 'apart';

// prettier-ignore
export const REPORT_TABLES = {
  evidence: { evidence_id: 'number', sha256: 'text', path: 'text', size_bytes: 'number', format: 'text', compression: 'text', hostname: 'text',
    cpu_count: 'number', memory_bytes: 'number', boot_time_ns: 'time', first_event_ns: 'time', last_event_ns: 'time', record_count: 'number', event_count: 'number' },
  runs: { run_id: 'number', evidence_id: 'number', path: 'text', status: 'text', tool_version: 'text', rules_sha256: 'text', options: 'text',
    alert_count: 'number', size_bytes: 'number', format: 'text', compression: 'text' },
  rule_files: { run_id: 'number', position: 'number', path: 'text', sha256: 'text' },
  rules: { rule_id: 'number', run_id: 'number', name: 'text', priority: 'text', priority_rank: 'number', source: 'text', tags: 'text', description: 'text',
    condition: 'text', output: 'text', file: 'text', line: 'number', alert_count: 'number', cannot_fire: 'text', cannot_fire_detail: 'text' },
  containers: { container_key: 'number', run_id: 'number', id: 'text', full_id: 'text', name: 'text', type: 'text', image: 'text', image_digest: 'text', pod: 'text',
    namespace: 'text', is_privileged: 'number', has_metadata: 'number' },
  processes: { process_id: 'number', run_id: 'number', pid: 'number', parent_id: 'number', parent_pid: 'number', name: 'text', exe: 'text', exepath: 'text',
    cmdline: 'text', cwd: 'text', uid: 'number', user: 'text', login_uid: 'number', tty: 'number', container_key: 'number', start_ns: 'time', end_ns: 'time', service: 'text' },
  alerts: { alert_id: 'number', run_id: 'number', rule_id: 'number', time_ns: 'time', output: 'apart', fields: 'apart', process_id: 'number', container_key: 'number',
    event_number: 'number', byte_offset: 'number', incident_id: 'number', near_loss: 'number' },
  incidents: { incident_id: 'number', run_id: 'number', kind: 'text', subject: 'text', title: 'text', why: 'text', first_ns: 'time', last_ns: 'time', priority: 'text',
    priority_rank: 'number', alert_count: 'number', container_key: 'number', process_id: 'number' },
  files: { file_id: 'number', run_id: 'number', process_id: 'number', path: 'text', first_ns: 'time', last_ns: 'time', opens: 'number', creations: 'number', reads: 'number',
    writes: 'number', bytes_read: 'number', bytes_written: 'number', executions: 'number', removals: 'number', renames: 'number', renamed_from: 'text', renamed_to: 'text',
    links: 'number', link_target: 'text', mode_changes: 'number', mode: 'text', owner_changes: 'number', owner: 'text', failures: 'text', event_number: 'number' },
  connections: { connection_id: 'number', run_id: 'number', process_id: 'number', protocol: 'text', direction: 'text', local_address: 'text', local_port: 'number',
    remote_address: 'text', remote_port: 'number', path: 'text', begin_ns: 'time', first_ns: 'time', last_ns: 'time', end_ns: 'time', sends: 'number', receives: 'number',
    bytes_sent: 'number', bytes_received: 'number', result: 'text', failures: 'text', event_number: 'number' },
  drops: { run_id: 'number', position: 'number', from_ns: 'time', to_ns: 'time', times: 'number', event_number: 'number' },
  audit_events: { audit_id: 'number', run_id: 'number', source: 'text', time_ns: 'time', request_id: 'text', stage: 'text', user: 'text', acting_as: 'text', verb: 'text',
    resource: 'text', subresource: 'text', namespace: 'text', name: 'text', source_address: 'text', user_agent: 'text', outcome: 'text', uri: 'text', container: 'text',
    command: 'text', program: 'text', event_number: 'number' },
  exec_stories: { audit_id: 'number', process_id: 'number', delay_ms: 'number' },
  diagnostics: { run_id: 'number', position: 'number', id: 'text', severity: 'text', byte_offset: 'number', detail: 'text' },
  case_seals: { run_count: 'number', sha256: 'text' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnKind>>>>;

export type TableName = keyof typeof REPORT_TABLES;

/** Names of a table's columns of one kind. */
export type ColumnOf<T extends TableName, K extends ColumnKind> = {
  [C in keyof (typeof REPORT_TABLES)[T]]: (typeof REPORT_TABLES)[T][C] extends K ? C : never;
}[keyof (typeof REPORT_TABLES)[T]];

/** What a number is more than the one before it, or the number itself where that is not exact; `null` is passed over. */
export type Step = number | readonly [number] | null;

/**
 * A column as it is written: numbers as steps, since most columns grow from row to row; a text by its place among the distinct ones;
 * of a time seconds since {@link PackedReport.base}, as steps, and the rest in ns.
 */
export type PackedColumn =
  | { readonly kind: 'number'; readonly steps: readonly Step[] }
  | {
      readonly kind: 'text';
      readonly words: readonly string[];
      readonly at: readonly (number | null)[];
    }
  | {
      readonly kind: 'time';
      readonly steps: readonly Step[];
      readonly ns: readonly number[];
    };

/** Part of an alert's line: text, the value of a field by its place among the names, or the clock of a zone so many minutes east of UTC. */
export type LinePiece = string | number | { readonly clock: number };

/** Fields of all alerts that have the same names: a column for each, of the distinct values; -1 is the time of the alert in ns. */
export interface AlertShape {
  readonly names: readonly string[];
  readonly columns: readonly {
    readonly words: readonly (string | null)[];
    readonly at: readonly number[];
  }[];
}

/** What alerts say. */
export interface PackedAlertTexts {
  readonly shapes: readonly AlertShape[];
  /** Of each alert. */
  readonly shapeAt: readonly number[];
  readonly templates: readonly (readonly LinePiece[])[];
  /** Of each alert. */
  readonly templateAt: readonly number[];
}

/** A table as it is written. */
export interface PackedTable {
  readonly count: number;
  readonly columns: Readonly<Record<string, PackedColumn>>;
}

/** One sentence for an incident. */
export interface IncidentSentence {
  readonly incidentId: number;
  readonly sentence: string;
}

/** What was not seen, as sentences, each once. */
export interface Unseen {
  /** Evidence that was not read to its end, and what was lost in it. */
  readonly lost: readonly string[];
  /** What the rules could not see although nothing was lost. */
  readonly limits: readonly string[];
}

/** Everything that a page holds, before it is compressed. */
export interface PackedReport {
  readonly title: string;
  readonly tool: string;
  /** Zone in which times are shown, as `Intl` knows it. */
  readonly zone: string;
  /** Seconds since the epoch that all times count from. */
  readonly base: number;
  /** What was left out on request, as a sentence; empty if nothing was. */
  readonly restriction: string;
  readonly sentences: readonly IncidentSentence[];
  readonly unseen: Unseen;
  readonly tables: Readonly<Record<TableName, PackedTable>>;
  readonly alertTexts: PackedAlertTexts;
}
