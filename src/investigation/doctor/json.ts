/** An examination as JSON: everything that the text says, and what it shortens. */
import type { JsonObject, JsonValue } from '../../alerts/index.js';
import { DIAGNOSTICS } from '../../diagnostics.js';
import { utcTime } from '../../output/index.js';
import { bytesOfText } from '../../units.js';
import { leftOutTexts } from '../evidence/left-out.js';
import type { TypeCount } from './evidence-watch.js';
import { conclusionsOf, layoutOf, recorderOf, type Examination } from './examination.js';
import { containersOf, dropsOf } from './text.js';

function time(value: bigint | undefined): JsonValue {
  return value === undefined ? null : utcTime(value);
}

function counts(list: readonly TypeCount[]): JsonValue {
  return Object.fromEntries(list.map(({ type, count }) => [type, count]));
}

/** The whole examination. */
export function examinationJson(examination: Examination): JsonObject {
  const { result } = examination;
  const { identity, machine, firstTime, lastTime } = result;
  return {
    path: bytesOfText(identity.path),
    sha256: identity.sha256 ?? null,
    incomplete: identity.incomplete === undefined ? null : bytesOfText(identity.incomplete),
    size_bytes: identity.sizeBytes,
    format: identity.format,
    compression: identity.compression,
    recorder: recorderOf(examination) ?? null,
    layout: layoutOf(examination) ?? null,
    machine:
      machine === undefined
        ? null
        : {
            hostname: machine.hostname,
            cpu_count: machine.cpuCount,
            memory_bytes: machine.memoryBytes,
            boot_time: time(machine.bootTime),
          },
    first_event: time(firstTime),
    last_event: time(lastTime),
    span_ns: firstTime === undefined || lastTime === undefined ? null : lastTime - firstTime,
    records: result.recordCount,
    events: result.eventCount,
    drops: dropsOf(examination),
    containers: containersOf(examination),
    ...whatIsMissing(examination),
    types: counts(examination.events),
    state_types: counts(examination.state),
  };
}

function whatIsMissing(examination: Examination): JsonObject {
  const { result, gaps, jumps, halves, statement } = examination;
  return {
    left_out: leftOutTexts(statement).map(bytesOfText),
    lost: gaps.map(({ from, to, times }): JsonValue => ({ from: time(from), to: time(to), times })),
    clock_jumps: jumps.first.map(({ from, to, eventNumber, offset }): JsonValue => ({
      from: time(from),
      to: time(to),
      event: eventNumber,
      offset,
    })),
    clock_jump_count: jumps.count,
    calls_without_enter: halves.hasEnters ? halves.missingCount : null,
    sections: result.sections.map(({ hostname, recordCount, eventNumber, offset }): JsonValue => ({
      hostname: hostname ?? null,
      records: recordCount,
      event: eventNumber,
      offset,
    })),
    names: namesJson(examination),
    damage: result.diagnostics.map(({ id, offset, detail }): JsonValue => ({
      id,
      severity: DIAGNOSTICS[id].severity,
      offset: offset ?? null,
      detail: bytesOfText(detail),
    })),
    conclusions: conclusionsOf(examination).map(bytesOfText),
    fields: examination.shares.map(({ field, sampleCount, missingShare }): JsonValue => ({
      field: bytesOfText(field),
      samples: sampleCount,
      missing_share: Math.round(missingShare * 1e4) / 1e4,
    })),
  };
}

/** Containers, and the file that filled in what the capture does not say of each. */
function namesJson({ result, metadataFiles }: Examination): JsonValue {
  const containers = [...result.world.containers.values()].filter(({ id }) => id !== 'host');
  return containers.map(({ id, name, image, metadataFile }): JsonValue => ({
    container: id,
    name: name === '' ? null : name,
    image: image === '' ? null : image,
    from: metadataFile === 0 ? null : bytesOfText(metadataFiles[metadataFile - 1]?.path ?? ''),
  }));
}
