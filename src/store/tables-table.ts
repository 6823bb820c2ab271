/**
 * The tables of a case. Law for editing: a column, once released, keeps its name, meaning and place; a new one goes to the
 * end of its table and says since which version. To add a table, declare it here; who writes a row learns from the compiler
 * what belongs into it. Times are nanoseconds since the epoch; what is not known is NULL; text that is not UTF-8 holds
 * U+FFFD where bytes were wrong.
 */
import type { Version } from './migrations-table.js';
import {
  additionsTo,
  createIndexes,
  indexName,
  integer,
  isOfRun,
  key,
  ofRun,
  oneOf,
  optional,
  rowOf,
  since,
  text,
  time,
  type Column,
  type RowOf,
  type Table,
} from './schema.js';

/** Kept in `PRAGMA application_id`: "TRCL". */
export const APPLICATION_ID = 0x5452434c;

// prettier-ignore
export const TABLES = {
  evidence: {
    doc: 'Each file that was read to its end, once, whatever it was called.',
    columns: {
      evidence_id: key('Number of the evidence in this case.'),
      sha256: text('SHA-256 of the file as it is on disk (compressed, if it is), in hex.'),
      path: text('Where it was when it was first analysed, as given.'),
      size_bytes: integer('Size on disk, in bytes.'),
      format: text('scap, k8s_audit or cloudtrail.'),
      compression: text('none, gzip or zstd.'),
      hostname: optional(text('Name of the recorded machine.')),
      cpu_count: optional(integer('Processors of the recorded machine.')),
      memory_bytes: optional(integer('Memory of the recorded machine, in bytes.')),
      boot_time_ns: optional(time('When the recorded machine was started.')),
      first_event_ns: optional(time('Time of the first event record.')),
      last_event_ns: optional(time('Time of the last event record.')),
      record_count: integer('Event records in the file.'),
      event_count: integer('Events in the newest layout, where an enter and exit pair is one.'),
    },
    unique: ['sha256'],
  },
  runs: {
    doc: 'Each analysis of one piece of evidence: with which rules, options and version.',
    columns: {
      run_id: key('Number of the run in this case.'),
      evidence_id: optional(rowOf('evidence', 'What was analysed; NULL while (or because) it was not read to its end.')),
      path: text('The evidence as given on the command line.'),
      status: oneOf(['incomplete', 'complete'], 'incomplete: the run was interrupted or is still going on; what it found so far is here.'),
      tool_version: text('Version of tiercel.'),
      rules_sha256: text('SHA-256 over the hashes of the rule files, in loading order.'),
      options: text('Options that change results, as JSON.'),
      alert_count: integer('Alerts of this run that the case holds; of a run that goes on or was killed, so far.'),
      size_bytes: since(2, integer('Size of the evidence on disk, in bytes; NULL where it is not known (stdin).')),
      format: since(2, text('scap, k8s_audit or cloudtrail; NULL while the run goes on, or if it was killed.')),
      compression: since(2, text('none, gzip or zstd; NULL as for format.')),
    },
    indexes: [['evidence_id'], ['path']],
  },
  rule_files: {
    doc: 'The rule files of each run, in loading order.',
    columns: {
      run_id: ofRun(),
      position: integer('From 1.'),
      path: text('As given, or found in a folder.'),
      sha256: text('SHA-256 of the file, in hex.'),
    },
    primary: ['run_id', 'position'],
  },
  metadata_files: {
    doc: 'Files of --metadata of each run: they name what the capture does not.',
    since: 4,
    columns: {
      run_id: ofRun(),
      position: integer('From 1, as given: the first that names something counts.'),
      path: text('As given.'),
      sha256: text('SHA-256 of the file, in hex.'),
      kind: text('What it was recognised as: docker inspect, kubectl get pods, passwd ...'),
      container_id: optional(text("Container whose passwd or group file it is, as given; NULL for the host's, and for other files.")),
      entry_count: integer('Containers, users or groups in it.'),
    },
    primary: ['run_id', 'position'],
  },
  rules: {
    doc: 'The rules that took part in each run.',
    columns: {
      rule_id: key('Number of the rule in this case.'),
      run_id: ofRun(),
      name: text('Name.'),
      priority: text('Emergency, Alert, Critical, Error, Warning, Notice, Informational or Debug.'),
      priority_rank: integer('0 (Emergency) to 7 (Debug): for sorting.'),
      source: text('syscall, k8s_audit, aws_cloudtrail ...'),
      tags: text('JSON list, sorted.'),
      description: text('What its author says of it.'),
      condition: text('As written, appended parts included.'),
      output: text('Template of its alerts.'),
      file: text('Rule file that it stands in.'),
      line: integer('Line where it begins, from 1.'),
      alert_count: integer('Alerts of this rule in this run.'),
      cannot_fire: since(2, text('Why this rule could not fire on this evidence, as a stable word; NULL if it could.')),
      cannot_fire_detail: since(2, text('The same as a sentence.')),
    },
    indexes: [['run_id']],
  },
  containers: {
    doc: 'Containers that alerts and recorded processes ran in.',
    columns: {
      container_key: key('Number of the container in this case.'),
      run_id: ofRun(),
      id: text('Short id: the first 12 characters.'),
      full_id: optional(text('Full id.')),
      name: optional(text('Name.')),
      type: optional(text('Engine: docker, podman, containerd, cri-o ...')),
      image: optional(text('Image as the engine names it.')),
      image_digest: optional(text('Digest of the image.')),
      pod: optional(text('Kubernetes pod, from the labels.')),
      namespace: optional(text('Kubernetes namespace, from the labels.')),
      is_privileged: optional(integer('1 if it runs privileged, 0 if not.')),
      labels: text('JSON object.'),
      mounts: text('JSON list of source, destination, mode, is_writable, propagation.'),
      has_metadata: integer('1 if an engine described it, 0 if only a cgroup path names it.'),
      metadata_file: since(4, integer('Position of the metadata file that filled in what the capture does not say of it; NULL where none did.')),
    },
    unique: ['run_id', 'id'],
  },
  processes: {
    doc: 'Programs that processes ran: those that began, ended or caused alerts while the capture was recorded, their ancestors, and those alive at its end. A process that executes another program has another row.',
    columns: {
      process_id: key('Number of the row in this case.'),
      run_id: ofRun(),
      pid: integer('Process id on the host.'),
      parent_id: optional(rowOf('processes', 'Row of the parent, as it was when this row was made.')),
      parent_pid: optional(integer("The parent's process id.")),
      name: text('Short name (comm).'),
      exe: text('First argument, as the process was started.'),
      exepath: text('Path of the executable file; empty where not recorded.'),
      cmdline: text('Name and arguments, separated by spaces.'),
      cwd: text('Working directory.'),
      uid: optional(integer('User id.')),
      user: optional(text('User name.')),
      login_uid: optional(integer('User that logged in, before any su or sudo.')),
      tty: integer('Controlling terminal; 0 for none.'),
      container_key: optional(rowOf('containers', 'Container; NULL on the host.')),
      start_ns: optional(time('When it began to run this program; NULL if before the capture.')),
      end_ns: optional(time('When it exited or began to run another program; NULL if after the capture.')),
      service: since(3, text('systemd service or other unit that its cgroup names, such as cron.service; NULL where none is named.')),
      user_file: since(4, integer('Position of the metadata file that names the user; NULL where the capture does, or nobody.')),
    },
    indexes: [['run_id', 'pid'], ['parent_id']],
  },
  alerts: {
    doc: 'What the rules said, in the order of the evidence.',
    columns: {
      alert_id: key('Number of the alert in this case.'),
      run_id: ofRun(),
      rule_id: rowOf('rules', 'The rule.'),
      time_ns: time('Time of the event.'),
      priority: text("The rule's priority."),
      output: text('The whole text, time and priority included.'),
      fields: text('JSON object of the fields that the output names.'),
      process_id: optional(rowOf('processes', 'Process that did it.')),
      container_key: optional(rowOf('containers', 'Container that it happened in; NULL on the host.')),
      event_number: integer('Number of the event record in the evidence (evt.num).'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
      incident_id: since(3, rowOf('incidents', 'What it belongs to; NULL of schemas before 3.')),
      near_loss: since(3, integer('1 if events were lost at this time, so that what led to it may be missing; 0 if not, or while the run goes on; NULL of schemas before 3.')),
    },
    indexes: [['run_id', 'time_ns'], ['rule_id'], ['process_id'], ['container_key'], ['incident_id']],
  },
  incidents: {
    doc: 'Alerts that belong together. An alert in a container belongs to the incident of that container. On the host it belongs to that of its login session (ancestors up to the first that has the same login user), else of its systemd service, else of its oldest ancestor below init. A request of an audit log belongs to the incident of its user. So the same evidence and rules always give the same incidents.',
    since: 3,
    columns: {
      incident_id: key('Number of the incident in this case.'),
      run_id: ofRun(),
      kind: oneOf(['container', 'login', 'service', 'process', 'user', 'unknown'], 'What its alerts have in common.'),
      group_key: text('The same as one word, to compare between runs: kind and id.'),
      subject: text('The same, as it is called in sentences: container web (341be781204b), service cron.service.'),
      title: text('One line: the rules that fired most urgently and most often, and where. Until the run is finished, the first rule alone.'),
      why: text('Why these alerts are together, as a sentence.'),
      first_ns: time('Time of the first alert.'),
      last_ns: time('Time of the last alert.'),
      priority: text('The highest priority among them.'),
      priority_rank: integer('0 (Emergency) to 7 (Debug): for sorting.'),
      alert_count: integer('Alerts; of a run that goes on or was killed, so far.'),
      container_key: optional(rowOf('containers', 'Container; NULL on the host.')),
      process_id: optional(rowOf('processes', 'Where the login session begins, or the oldest ancestor; NULL for other kinds.')),
      event_number: integer('Number of the event record of its first alert.'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
    },
  },
  files: {
    doc: 'What each program did to a file: written, created, renamed, linked, removed, executed, its mode or owner changed, or tried to. Files that were only read are here if an alert is about that. What is done to mapped memory or through io_uring is in no capture.',
    since: 3,
    columns: {
      file_id: key('Number of the row in this case.'),
      run_id: ofRun(),
      process_id: optional(rowOf('processes', 'Program that did it; NULL where the capture does not know the process.')),
      path: text('Path, absolute as far as the capture lets it be known; memfd:NAME for files in memory; "unknown" for all that was never named.'),
      first_ns: time('When it was first used by this program, as far as is counted here.'),
      last_ns: time('When it was last used.'),
      opens: integer('Times it was opened for writing, or read where an alert is about it.'),
      creations: integer('Times it was made: by opens of which the recorder reports that, mkdir, mknod, link, symlink.'),
      reads: integer('Calls that read, through descriptors that are counted here: those that may write, or that an alert is about.'),
      writes: integer('Calls that wrote.'),
      bytes_read: integer('Bytes that they read.'),
      bytes_written: integer('Bytes that they wrote.'),
      executions: integer('Times it was executed: this row is then of the program that it became.'),
      removals: integer('Times it was removed: unlink, rmdir.'),
      renames: integer('Times it was renamed, as the old or as the new name.'),
      renamed_from: optional(text('Old name, of the last rename to this path.')),
      renamed_to: optional(text('New name, of the last rename of this path.')),
      links: integer('Links that were made to it, or as it.'),
      link_target: optional(text('What it is a link to, of the last link or symlink of this path.')),
      mode_changes: integer('Times its mode was changed.'),
      mode: optional(text('The last mode that it was given by chmod, in octal.')),
      owner_changes: integer('Times its owner was changed.'),
      owner: optional(text('The last user and group ids that it was given by chown, as UID:GID; 4294967295 leaves one as it is.')),
      failures: text('JSON object of what failed: name of the error, and how often.'),
      event_number: integer('Number of the first event record that is counted here.'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
    },
    indexes: [['process_id', 'path']],
  },
  connections: {
    doc: 'Whom programs talked to: a row for each connection (also one that failed) in each program that had it, for each peer of a datagram socket, and for each socket that was listened on. A child that uses the connection of its parent has a row of its own.',
    since: 3,
    columns: {
      connection_id: key('Number of the row in this case.'),
      run_id: ofRun(),
      process_id: optional(rowOf('processes', 'Program; NULL where the capture does not know the process.')),
      protocol: optional(text('tcp, udp, icmp, raw or unix; NULL where not known.')),
      direction: optional(oneOf(['outgoing', 'incoming', 'listening'], 'Who began it; NULL where not known.')),
      local_address: optional(text('Address of the end that the program has.')),
      local_port: optional(integer('Its port.')),
      remote_address: optional(text('Address of the other end; NULL for listening sockets.')),
      remote_port: optional(integer('Its port.')),
      path: optional(text('Path of a unix socket.')),
      begin_ns: optional(time('When the program connected, accepted or listened; NULL if before the capture, or if it took the connection over.')),
      first_ns: time('When the capture first shows it in this program.'),
      last_ns: time('When the capture last shows it in this program.'),
      end_ns: optional(time('When the program closed it, or exited; NULL if neither is in the capture.')),
      sends: integer('Calls that sent.'),
      receives: integer('Calls that received.'),
      bytes_sent: integer('Bytes that they sent.'),
      bytes_received: integer('Bytes that they received.'),
      result: text('ok, or the name of the error that connect gave; EINPROGRESS where nothing shows how it ended.'),
      failures: text('JSON object of sends and receives that failed: name of the error, and how often.'),
      event_number: integer('Number of the first event record that is counted here.'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
    },
    indexes: [['process_id']],
  },
  events: {
    doc: 'Events that were asked to be kept (--keep events, --keep events=FILTER): no others are here.',
    since: 4,
    columns: {
      event_id: key('Number of the row in this case.'),
      run_id: ofRun(),
      event_number: integer('Number of the event record in the evidence (evt.num).'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
      time_ns: time('Time of the event.'),
      type: text('Type, as conditions name it: openat, execve ...'),
      tid: integer('Thread that it is of.'),
      process_id: optional(rowOf('processes', 'Program that did it; NULL where the capture does not know the process.')),
      fd_name: optional(text('Name of the file or connection that it is about (fd.name); NULL where it is about none.')),
      result: optional(text('How the call ended (evt.res): SUCCESS, or the name of the error; NULL for events without a result.')),
      arguments: text('All arguments as printed (evt.args).'),
    },
    indexes: [['run_id', 'event_number'], ['process_id']],
  },
  drops: {
    doc: 'Spans of time in which the recorder lost events, as it reports them.',
    since: 3,
    columns: {
      run_id: ofRun(),
      position: integer('From 1, in the order of the evidence.'),
      from_ns: optional(time('Time of the last event before the recorder reported the loss; NULL where there is none.')),
      to_ns: optional(time('When it ended; NULL where that is not in the capture.')),
      times: integer('How many such spans this row stands for: more than 1 where there were more than a thousand.'),
      event_number: integer('Number of the event record that reports it.'),
      byte_offset: integer('Where its block begins in the uncompressed evidence.'),
    },
    primary: ['run_id', 'position'],
  },
  sections: {
    doc: 'Captures in one file: most files hold one.',
    since: 3,
    columns: {
      run_id: ofRun(),
      position: integer('From 1, in the order of the evidence.'),
      hostname: optional(text('Name of the recorded machine, as the section has it.')),
      record_count: integer('Event records in it.'),
      event_number: integer('Number of its first event record.'),
      byte_offset: integer('Where the section begins in the uncompressed evidence.'),
    },
    primary: ['run_id', 'position'],
  },
  audit_events: {
    doc: "Requests of Kubernetes audit logs and CloudTrail: all that caused alerts, and all others but the control plane's own housekeeping (its reads, leases and status updates).",
    columns: {
      audit_id: key('Number of the row in this case.'),
      run_id: ofRun(),
      source: text('k8s_audit or aws_cloudtrail.'),
      time_ns: time('Time of the event.'),
      request_id: optional(text('Id of the event: auditID, eventID.')),
      stage: optional(text('Stage of the request: ResponseStarted, ResponseComplete ...; type of a CloudTrail record.')),
      user: optional(text('Who asked.')),
      acting_as: optional(text("Impersonated user; name of an assumed role's session.")),
      verb: optional(text('What was asked: get, create, delete ...; name of the AWS call.')),
      resource: optional(text('Kind of object: pods, secrets ...; AWS service.')),
      subresource: optional(text('Part of the object that is meant: exec, log, status ...')),
      namespace: optional(text('Namespace of the object; AWS region.')),
      name: optional(text('Name of the object.')),
      source_address: optional(text('Address that the request came from.')),
      user_agent: optional(text('Program that asked, as it calls itself.')),
      outcome: optional(text('HTTP status; code of the AWS error, NULL where the call succeeded.')),
      uri: optional(text('Path and query of the request.')),
      container: optional(text('Container that a command was run in, where the request names it.')),
      command: optional(text('Command that was run in a pod, words separated by spaces.')),
      program: optional(text('First word of that command.')),
      event_number: integer('Number of the event record in the evidence (evt.num).'),
      byte_offset: integer('Where the event begins in the uncompressed evidence.'),
    },
    indexes: [['run_id', 'event_number'], ['time_ns'], ['user']],
  },
  diagnostics: {
    doc: 'What each run could not see, could not find, or has to report about its evidence.',
    columns: {
      run_id: ofRun(),
      position: integer('From 1, by offset.'),
      id: text('Stable name of the finding, such as capture/truncated-block.'),
      severity: text('data-loss: something was not seen; limit: rules could not find all that happened; notice: seen, and worth reporting.'),
      byte_offset: optional(integer('Where, in the uncompressed evidence.')),
      detail: text('What was found there.'),
    },
    primary: ['run_id', 'position'],
  },
  seals: {
    doc: 'A digest over the rows of each finished run, a table at a time, so that a later change is noticed (query --verify).',
    since: 2,
    columns: {
      run_id: ofRun(),
      table_name: text('The table; evidence and runs stand for the one row of them that is meant.'),
      row_count: integer('Rows of this run in it.'),
      sha256: text('SHA-256 over these rows as JSON, in the order of their keys, in hex.'),
    },
    primary: ['run_id', 'table_name'],
  },
  case_seals: {
    doc: 'One row: a digest over the list of finished runs and their seals.',
    since: 2,
    columns: {
      case_seal_id: key('Always 1.'),
      run_count: integer('Finished runs.'),
      sha256: text('SHA-256 over their numbers and seals, in hex.'),
    },
  },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof TABLES;

/** The row that a writer gives for a table. */
export type Row<Name extends TableName> = RowOf<(typeof TABLES)[Name]>;

/** What distinguishes the rows of each table: seals and dumps need an order, so without a `key` or a `primary` this does not compile. */
type Identified = {
  readonly [Name in TableName]: (typeof TABLES)[Name] extends {
    readonly primary: readonly string[];
  }
    ? unknown
    : Column<
          bigint,
          'key'
        > extends (typeof TABLES)[Name]['columns'][keyof (typeof TABLES)[Name]['columns']]
      ? unknown
      : never;
};
const identified: Identified = TABLES;

/** All tables by name, in the order of their declaration. */
export const ALL_TABLES = Object.entries(identified) as readonly (readonly [TableName, Table])[];

/** Tables whose rows belong to a run, those that refer to others of them last. */
export const TABLES_OF_RUNS = ALL_TABLES.filter(([, table]) => isOfRun(table));

/** Everything that `version` added to the tables, as statements. */
export function additionsIn(version: Version): readonly string[] {
  return ALL_TABLES.flatMap(([name, table]) => additionsTo(name, table, version));
}

/** The statements that make every index. */
export function allIndexes(): readonly string[] {
  return ALL_TABLES.flatMap(([name, table]) => createIndexes(name, table));
}

/** What they are called. */
export function indexNames(): readonly string[] {
  return ALL_TABLES.flatMap(([name, table]) =>
    (table.indexes ?? []).map((columns) => indexName(name, columns)),
  );
}
