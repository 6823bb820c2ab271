/**
 * The tables of a case. Law for editing: a column, once released, keeps its name and meaning; a new one goes
 * to the end of its table and raises SCHEMA_VERSION. Times are nanoseconds since the epoch; what is not
 * known is NULL; text that is not UTF-8 holds U+FFFD where bytes were wrong.
 */
import type { Table } from './schema.js';

/** Kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 1;
/** Kept in `PRAGMA application_id`: "TRCL". */
export const APPLICATION_ID = 0x5452434c;

// prettier-ignore
export const TABLES: readonly Table[] = [
  {
    name: 'evidence',
    doc: 'Each file that was read to its end, once, whatever it was called.',
    columns: [
      { name: 'evidence_id', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the evidence in this case.' },
      { name: 'sha256', sql: 'TEXT NOT NULL UNIQUE', doc: 'SHA-256 of the file as it is on disk (compressed, if it is), in hex.' },
      { name: 'path', sql: 'TEXT NOT NULL', doc: 'Where it was when it was first analysed, as given.' },
      { name: 'size_bytes', sql: 'INTEGER NOT NULL', doc: 'Size on disk, in bytes.' },
      { name: 'format', sql: 'TEXT NOT NULL', doc: 'scap, k8s_audit or cloudtrail.' },
      { name: 'compression', sql: 'TEXT NOT NULL', doc: 'none, gzip or zstd.' },
      { name: 'hostname', sql: 'TEXT', doc: 'Name of the recorded machine.' },
      { name: 'cpu_count', sql: 'INTEGER', doc: 'Processors of the recorded machine.' },
      { name: 'memory_bytes', sql: 'INTEGER', doc: 'Memory of the recorded machine, in bytes.' },
      { name: 'boot_time_ns', sql: 'INTEGER', doc: 'When the recorded machine was started.' },
      { name: 'first_event_ns', sql: 'INTEGER', doc: 'Time of the first event record.' },
      { name: 'last_event_ns', sql: 'INTEGER', doc: 'Time of the last event record.' },
      { name: 'record_count', sql: 'INTEGER NOT NULL', doc: 'Event records in the file.' },
      { name: 'event_count', sql: 'INTEGER NOT NULL', doc: 'Events in the newest layout, where an enter and exit pair is one.' },
    ],
  },
  {
    name: 'runs',
    doc: 'Each analysis of one piece of evidence: with which rules, options and version.',
    columns: [
      { name: 'run_id', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the run in this case.' },
      { name: 'evidence_id', sql: 'INTEGER REFERENCES evidence', doc: 'What was analysed; NULL while (or because) it was not read to its end.' },
      { name: 'path', sql: 'TEXT NOT NULL', doc: 'The evidence as given on the command line.' },
      { name: 'status', sql: "TEXT NOT NULL CHECK (status IN ('incomplete', 'complete'))", doc: 'incomplete: the run was interrupted or is still going on; what it found so far is here.' },
      { name: 'tool_version', sql: 'TEXT NOT NULL', doc: 'Version of tiercel.' },
      { name: 'rules_sha256', sql: 'TEXT NOT NULL', doc: 'SHA-256 over the hashes of the rule files, in loading order.' },
      { name: 'options', sql: 'TEXT NOT NULL', doc: 'Options that change results, as JSON.' },
      { name: 'alert_count', sql: 'INTEGER NOT NULL', doc: 'Alerts of this run.' },
    ],
    indexes: ['evidence_id'],
  },
  {
    name: 'rule_files',
    doc: 'The rule files of each run, in loading order.',
    columns: [
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'position', sql: 'INTEGER NOT NULL', doc: 'From 1.' },
      { name: 'path', sql: 'TEXT NOT NULL', doc: 'As given, or found in a folder.' },
      { name: 'sha256', sql: 'TEXT NOT NULL', doc: 'SHA-256 of the file, in hex.' },
    ],
    constraints: ['PRIMARY KEY (run_id, position)'],
  },
  {
    name: 'rules',
    doc: 'The rules that took part in each run.',
    columns: [
      { name: 'rule_id', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the rule in this case.' },
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'name', sql: 'TEXT NOT NULL', doc: 'Name.' },
      { name: 'priority', sql: 'TEXT NOT NULL', doc: 'Emergency, Alert, Critical, Error, Warning, Notice, Informational or Debug.' },
      { name: 'priority_rank', sql: 'INTEGER NOT NULL', doc: '0 (Emergency) to 7 (Debug): for sorting.' },
      { name: 'source', sql: 'TEXT NOT NULL', doc: 'syscall, k8s_audit, aws_cloudtrail ...' },
      { name: 'tags', sql: 'TEXT NOT NULL', doc: 'JSON list, sorted.' },
      { name: 'description', sql: 'TEXT NOT NULL', doc: 'What its author says of it.' },
      { name: 'condition', sql: 'TEXT NOT NULL', doc: 'As written, appended parts included.' },
      { name: 'output', sql: 'TEXT NOT NULL', doc: 'Template of its alerts.' },
      { name: 'file', sql: 'TEXT NOT NULL', doc: 'Rule file that it stands in.' },
      { name: 'line', sql: 'INTEGER NOT NULL', doc: 'Line where it begins, from 1.' },
      { name: 'alert_count', sql: 'INTEGER NOT NULL', doc: 'Alerts of this rule in this run.' },
    ],
    indexes: ['run_id'],
  },
  {
    name: 'containers',
    doc: 'Containers that alerts and recorded processes ran in.',
    columns: [
      { name: 'container_key', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the container in this case.' },
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'id', sql: 'TEXT NOT NULL', doc: 'Short id: the first 12 characters.' },
      { name: 'full_id', sql: 'TEXT', doc: 'Full id.' },
      { name: 'name', sql: 'TEXT', doc: 'Name.' },
      { name: 'type', sql: 'TEXT', doc: 'Engine: docker, podman, containerd, cri-o ...' },
      { name: 'image', sql: 'TEXT', doc: 'Image as the engine names it.' },
      { name: 'image_digest', sql: 'TEXT', doc: 'Digest of the image.' },
      { name: 'pod', sql: 'TEXT', doc: 'Kubernetes pod, from the labels.' },
      { name: 'namespace', sql: 'TEXT', doc: 'Kubernetes namespace, from the labels.' },
      { name: 'is_privileged', sql: 'INTEGER', doc: '1 if it runs privileged, 0 if not.' },
      { name: 'labels', sql: 'TEXT NOT NULL', doc: 'JSON object.' },
      { name: 'mounts', sql: 'TEXT NOT NULL', doc: 'JSON list of source, destination, mode, is_writable, propagation.' },
      { name: 'has_metadata', sql: 'INTEGER NOT NULL', doc: '1 if an engine described it, 0 if only a cgroup path names it.' },
    ],
    constraints: ['UNIQUE (run_id, id)'],
  },
  {
    name: 'processes',
    doc: 'Programs that processes ran: those that began, ended or caused alerts while the capture was recorded, their ancestors, and those alive at its end. A process that executes another program has another row.',
    columns: [
      { name: 'process_id', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the row in this case.' },
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'pid', sql: 'INTEGER NOT NULL', doc: 'Process id on the host.' },
      { name: 'parent_id', sql: 'INTEGER REFERENCES processes', doc: 'Row of the parent, as it was when this row was made.' },
      { name: 'parent_pid', sql: 'INTEGER', doc: "The parent's process id." },
      { name: 'name', sql: 'TEXT NOT NULL', doc: 'Short name (comm).' },
      { name: 'exe', sql: 'TEXT NOT NULL', doc: 'First argument, as the process was started.' },
      { name: 'exepath', sql: 'TEXT NOT NULL', doc: 'Path of the executable file; empty where not recorded.' },
      { name: 'cmdline', sql: 'TEXT NOT NULL', doc: 'Name and arguments, separated by spaces.' },
      { name: 'cwd', sql: 'TEXT NOT NULL', doc: 'Working directory.' },
      { name: 'uid', sql: 'INTEGER', doc: 'User id.' },
      { name: 'user', sql: 'TEXT', doc: 'User name.' },
      { name: 'login_uid', sql: 'INTEGER', doc: 'User that logged in, before any su or sudo.' },
      { name: 'tty', sql: 'INTEGER NOT NULL', doc: 'Controlling terminal; 0 for none.' },
      { name: 'container_key', sql: 'INTEGER REFERENCES containers', doc: 'Container; NULL on the host.' },
      { name: 'start_ns', sql: 'INTEGER', doc: 'When it began to run this program; NULL if before the capture.' },
      { name: 'end_ns', sql: 'INTEGER', doc: 'When it exited or began to run another program; NULL if after the capture.' },
    ],
    indexes: ['run_id, pid', 'parent_id'],
  },
  {
    name: 'alerts',
    doc: 'What the rules said, in the order of the evidence.',
    columns: [
      { name: 'alert_id', sql: 'INTEGER PRIMARY KEY', doc: 'Number of the alert in this case.' },
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'rule_id', sql: 'INTEGER NOT NULL REFERENCES rules', doc: 'The rule.' },
      { name: 'time_ns', sql: 'INTEGER NOT NULL', doc: 'Time of the event.' },
      { name: 'priority', sql: 'TEXT NOT NULL', doc: "The rule's priority." },
      { name: 'output', sql: 'TEXT NOT NULL', doc: 'The whole text, time and priority included.' },
      { name: 'fields', sql: 'TEXT NOT NULL', doc: 'JSON object of the fields that the output names.' },
      { name: 'process_id', sql: 'INTEGER REFERENCES processes', doc: 'Process that did it.' },
      { name: 'container_key', sql: 'INTEGER REFERENCES containers', doc: 'Container that it happened in; NULL on the host.' },
      { name: 'event_number', sql: 'INTEGER NOT NULL', doc: 'Number of the event record in the evidence (evt.num).' },
      { name: 'byte_offset', sql: 'INTEGER NOT NULL', doc: 'Where its block begins in the uncompressed evidence.' },
    ],
    indexes: ['run_id, time_ns', 'rule_id', 'process_id', 'container_key'],
  },
  {
    name: 'diagnostics',
    doc: 'What each run could not see, or wants to tell, about its evidence.',
    columns: [
      { name: 'run_id', sql: 'INTEGER NOT NULL REFERENCES runs', doc: 'The run.' },
      { name: 'position', sql: 'INTEGER NOT NULL', doc: 'From 1, by offset.' },
      { name: 'id', sql: 'TEXT NOT NULL', doc: 'Stable name of the finding, such as capture/truncated-block.' },
      { name: 'severity', sql: 'TEXT NOT NULL', doc: 'data-loss: something was not seen; notice: seen, and worth telling.' },
      { name: 'byte_offset', sql: 'INTEGER', doc: 'Where, in the uncompressed evidence.' },
      { name: 'detail', sql: 'TEXT NOT NULL', doc: 'What was found there.' },
    ],
    constraints: ['PRIMARY KEY (run_id, position)'],
  },
];
