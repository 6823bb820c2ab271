/** Things as rows of their tables. Byte strings become text here. */
import {
  writeJson,
  type AuditSnapshot,
  type ContainerSnapshot,
  type ProcessSnapshot,
} from '../alerts/index.js';
import type { EvidenceIdentity, Section } from '../capture/index.js';
import { DIAGNOSTICS, type Diagnostic } from '../diagnostics.js';
import { PRIORITIES, type Rule } from '../rules/index.js';
import { textOfBytes } from '../units.js';
import type { KeptEvent } from './activity.js';
import type { MetadataFileOfRun, RunStart } from './run-start.js';
import type { Drop, EvidenceCounts } from './run-end.js';
import type { Row } from './tables-table.js';

/** The text of a byte string, where there is one. */
function known(bytes: string | undefined): string | null {
  return bytes === undefined ? null : textOfBytes(bytes);
}

/** The same, of things that are never empty. */
function named(bytes: string | undefined): string | null {
  return bytes === '' ? null : known(bytes);
}

/** The number of a metadata file; those that are none are 0. */
function fileNumber(file: number): number | null {
  return file === 0 ? null : file;
}

/** A run that goes on. */
export function runRow(start: RunStart): Row<'runs'> {
  return {
    evidence_id: null,
    path: start.path,
    status: 'incomplete',
    tool_version: start.toolVersion,
    rules_sha256: start.rulesSha256,
    options: start.options,
    alert_count: 0,
    size_bytes: start.sizeBytes ?? null,
    format: null,
    compression: null,
  };
}

/** A finding of a run; positions count from 1. */
export function diagnosticRow(
  { id, offset, detail }: Diagnostic,
  position: number,
): Row<'diagnostics'> {
  return {
    position,
    id,
    severity: DIAGNOSTICS[id].severity,
    byte_offset: offset ?? null,
    detail,
  };
}

/** A metadata file; positions count from 1. */
export function metadataFileRow(file: MetadataFileOfRun, position: number): Row<'metadata_files'> {
  return {
    position,
    path: file.path,
    sha256: file.sha256,
    kind: file.kind,
    container_id: file.containerId === '' ? null : file.containerId,
    entry_count: file.entryCount,
  };
}

/** A rule that has not fired yet. */
export function ruleRow(rule: Rule): Row<'rules'> {
  return {
    name: textOfBytes(rule.name),
    priority: rule.priority,
    priority_rank: PRIORITIES.indexOf(rule.priority),
    source: rule.source,
    tags: writeJson(rule.tags),
    description: textOfBytes(rule.description),
    condition: textOfBytes(rule.conditionText),
    output: textOfBytes(rule.output),
    file: rule.at.file,
    line: rule.at.line,
    alert_count: 0,
    cannot_fire: null,
    cannot_fire_detail: null,
  };
}

/** A process; whose child it is and where it runs are rows of this case. */
export function processRow(
  process: ProcessSnapshot,
  at: { readonly parent: bigint | null; readonly container: bigint | null },
): Row<'processes'> {
  return {
    pid: process.pid,
    parent_id: at.parent,
    parent_pid: process.parentPid ?? null,
    name: textOfBytes(process.name),
    exe: textOfBytes(process.exe),
    exepath: textOfBytes(process.exepath),
    cmdline: textOfBytes(process.commandLine),
    cwd: textOfBytes(process.cwd),
    uid: process.uid ?? null,
    user: known(process.user),
    login_uid: process.loginuid ?? null,
    tty: process.tty,
    container_key: at.container,
    start_ns: process.startTime ?? null,
    end_ns: null,
    service: known(process.service),
    user_file: fileNumber(process.userFile),
  };
}

/** A file that was read to its end, and the machine that it was recorded on. */
export function evidenceRow(
  identity: EvidenceIdentity,
  sha256: string,
  { machine, firstTime, lastTime, recordCount, eventCount }: EvidenceCounts,
): Row<'evidence'> {
  return {
    sha256,
    path: identity.path,
    size_bytes: identity.sizeBytes,
    format: identity.format,
    compression: identity.compression,
    hostname: known(machine?.hostname),
    cpu_count: machine?.cpuCount ?? null,
    memory_bytes: machine?.memoryBytes ?? null,
    boot_time_ns: machine?.bootTime ?? null,
    first_event_ns: firstTime ?? null,
    last_event_ns: lastTime ?? null,
    record_count: recordCount,
    event_count: eventCount,
  };
}

/** A request of an audit log; the first word of its command by itself, to be found among processes. */
export function auditRow(request: AuditSnapshot): Row<'audit_events'> {
  const { command } = request;
  return {
    source: request.source,
    time_ns: request.time,
    request_id: known(request.requestId),
    stage: known(request.stage),
    user: known(request.user),
    acting_as: known(request.actingAs),
    verb: known(request.verb),
    resource: known(request.resource),
    subresource: known(request.subresource),
    namespace: known(request.namespace),
    name: known(request.name),
    source_address: known(request.sourceAddress),
    user_agent: known(request.userAgent),
    outcome: known(request.outcome),
    uri: known(request.uri),
    container: known(request.container),
    command: known(command.length === 0 ? undefined : command.join(' ')),
    program: known(command[0]),
    event_number: request.eventNumber,
    byte_offset: request.offset,
  };
}

/** A container; names that it does not have are not known, not empty. */
export function containerRow(container: ContainerSnapshot): Row<'containers'> {
  return {
    id: textOfBytes(container.id),
    full_id: named(container.fullId),
    name: named(container.name),
    type: named(container.type),
    image: named(container.image),
    image_digest: named(container.imageDigest),
    pod: named(container.pod),
    namespace: named(container.namespace),
    is_privileged: container.isPrivileged === undefined ? null : Number(container.isPrivileged),
    labels: writeJson(Object.fromEntries(container.labels)),
    mounts: writeJson(
      container.mounts.map(({ source, destination, mode, isWritable, propagation }) => ({
        source,
        destination,
        mode,
        is_writable: isWritable,
        propagation,
      })),
    ),
    has_metadata: Number(container.hasMetadata),
    metadata_file: fileNumber(container.metadataFile),
  };
}

/** An event that was asked to be kept. */
export function eventRow(event: KeptEvent): Row<'events'> {
  return {
    event_number: event.eventNumber,
    byte_offset: event.offset,
    time_ns: event.time,
    type: textOfBytes(event.type),
    tid: event.tid,
    process_id: event.processId,
    fd_name: named(event.fdName),
    result: named(event.result),
    arguments: textOfBytes(event.arguments),
  };
}

/** A span in which events were lost; positions count from 1. */
export function dropRow(drop: Drop, position: number): Row<'drops'> {
  return {
    position,
    from_ns: drop.from ?? null,
    to_ns: drop.to ?? null,
    times: drop.times,
    event_number: drop.eventNumber,
    byte_offset: drop.offset,
  };
}

/** One of the captures in a file. */
export function sectionRow(section: Section, position: number): Row<'sections'> {
  return {
    position,
    hostname: known(section.hostname),
    record_count: section.recordCount,
    event_number: section.eventNumber,
    byte_offset: section.offset,
  };
}
