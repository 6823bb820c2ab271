/** Things as the rows of their tables: the order is that of the statements. Byte strings become text here. */
import {
  writeJson,
  type AuditSnapshot,
  type ContainerSnapshot,
  type ProcessSnapshot,
} from '../alerts/index.js';
import type { EvidenceIdentity, MachineMetadata } from '../capture/index.js';
import { PRIORITIES, type Rule } from '../rules/index.js';
import { textOfBytes } from '../units.js';

/** Everything of a rule but how often it fired. */
export function ruleValues(rule: Rule): readonly unknown[] {
  return [
    textOfBytes(rule.name),
    rule.priority,
    PRIORITIES.indexOf(rule.priority),
    rule.source,
    writeJson(rule.tags),
    textOfBytes(rule.description),
    textOfBytes(rule.conditionText),
    textOfBytes(rule.output),
    rule.at.file,
    rule.at.line,
  ];
}

/** What lies between the row of the parent and that of the container. */
export function processValues(process: ProcessSnapshot): readonly unknown[] {
  return [
    process.parentPid ?? null,
    textOfBytes(process.name),
    textOfBytes(process.exe),
    textOfBytes(process.exepath),
    textOfBytes(process.commandLine),
    textOfBytes(process.cwd),
    process.uid ?? null,
    process.user === undefined ? null : textOfBytes(process.user),
    process.loginuid ?? null,
    process.tty,
  ];
}

/** The file, and the machine that it was recorded on. */
export function evidenceValues(
  identity: EvidenceIdentity,
  machine: MachineMetadata | undefined,
): readonly unknown[] {
  return [
    identity.sha256,
    identity.path,
    identity.sizeBytes,
    identity.format,
    identity.compression,
    machine === undefined ? null : textOfBytes(machine.hostname),
    machine?.cpuCount ?? null,
    machine?.memoryBytes ?? null,
    machine?.bootTime ?? null,
  ];
}

/** A request of an audit log; the first word of its command by itself, to be found among processes. */
export function auditValues(request: AuditSnapshot): readonly unknown[] {
  const text = (value: string | undefined): string | null =>
    value === undefined ? null : textOfBytes(value);
  const { command } = request;
  return [
    request.source,
    request.time,
    text(request.requestId),
    text(request.stage),
    text(request.user),
    text(request.actingAs),
    text(request.verb),
    text(request.resource),
    text(request.subresource),
    text(request.namespace),
    text(request.name),
    text(request.sourceAddress),
    text(request.userAgent),
    text(request.outcome),
    text(request.uri),
    text(request.container),
    text(command.length === 0 ? undefined : command.join(' ')),
    text(command[0]),
    request.eventNumber,
    request.offset,
  ];
}

/** A container; names that it does not have are not known, not empty. */
export function containerValues(container: ContainerSnapshot): readonly unknown[] {
  const text = (value: string | undefined): string | null =>
    value === undefined || value === '' ? null : textOfBytes(value);
  return [
    textOfBytes(container.id),
    text(container.fullId),
    text(container.name),
    text(container.type),
    text(container.image),
    text(container.imageDigest),
    text(container.pod),
    text(container.namespace),
    container.hasMetadata ? Number(container.isPrivileged) : null,
    writeJson(Object.fromEntries(container.labels)),
    writeJson(
      container.mounts.map(({ source, destination, mode, isWritable, propagation }) => ({
        source,
        destination,
        mode,
        is_writable: isWritable,
        propagation,
      })),
    ),
    Number(container.hasMetadata),
  ];
}

/** SQLite's integers are signed; an unsigned time or size of a hostile capture may not fit. */
export function storable(value: unknown): unknown {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) : value;
}
