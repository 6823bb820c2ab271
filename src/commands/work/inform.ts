/** The work of `info`: what a piece of evidence is, without asking rules. */
import { writeJson, type JsonObject, type JsonValue } from '../../alerts/index.js';
import { DIAGNOSTICS } from '../../diagnostics.js';
import { EVENT_TABLE } from '../../events/index.js';
import { escapeText, openStdout, utcTime, type Sink } from '../../output/index.js';
import type { ReplayResult } from '../../pipeline.js';
import { bytesOfText, textOfBytes } from '../../units.js';
import { EXIT, reportFailure, type ExitCode } from '../failure.js';
import { hasLoss } from './damage.js';
import { replayEvidence, wasInterrupted } from './open.js';

/** The words of the command line, as oclif parsed them. */
export interface InfoRequest {
  readonly evidence: readonly string[];
  readonly format: 'text' | 'json';
  readonly 'allow-damage': boolean;
}

/** A type of event and how many there are. */
interface TypeCount {
  readonly type: string;
  readonly count: number;
}

/** Print what each piece of evidence is. */
export async function inform(request: InfoRequest): Promise<readonly ExitCode[]> {
  const sink = openStdout();
  const codes: ExitCode[] = [];
  for (const path of request.evidence) {
    try {
      const { result, types } = await countEvents(path);
      print(result, types, request.format, sink);
      codes.push(
        ...(hasLoss(result) && !request['allow-damage'] ? [EXIT.DAMAGED] : []),
        ...(wasInterrupted() ? [EXIT.INTERRUPTED] : []),
      );
    } catch (error) {
      codes.push(reportFailure(error));
    }
  }
  sink.close();
  return codes;
}

async function countEvents(
  path: string,
): Promise<{ result: ReplayResult; types: readonly TypeCount[] }> {
  const counts = new Uint32Array(EVENT_TABLE.length);
  const result = await replayEvidence(path, {
    onMoment: ({ event }) => {
      counts[event.code] = (counts[event.code] ?? 0) + 1;
      return undefined;
    },
  });
  const byName = new Map<string, number>();
  counts.forEach((count, code) => {
    const name = EVENT_TABLE[code]?.name;
    if (count > 0 && name !== undefined) {
      byName.set(name, (byName.get(name) ?? 0) + count);
    }
  });
  const types = [...byName]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  return { result, types };
}

const DROP = 'drop';

function print(
  result: ReplayResult,
  types: readonly TypeCount[],
  format: 'text' | 'json',
  sink: Sink,
): void {
  const facts = factsOf(result, types);
  if (format === 'json') {
    sink.writeText(`${writeJson(facts)}\n`);
    return;
  }
  const { identity, machine, firstTime, lastTime } = result;
  const rows: [string, string][] = [
    ['SHA-256', identity.sha256],
    ['size', `${identity.sizeBytes} bytes`],
    ['format', `${identity.format}, compression ${identity.compression}`],
    ['machine', machine === undefined ? 'not recorded' : escapeText(textOfBytes(machine.hostname))],
  ];
  if (machine !== undefined) {
    rows.push(['processors', String(machine.cpuCount)]);
    rows.push(['memory', `${machine.memoryBytes} bytes`]);
    rows.push([
      'booted',
      machine.bootTime === undefined ? 'not recorded' : utcTime(machine.bootTime),
    ]);
  }
  rows.push(
    ['first event', firstTime === undefined ? 'none' : utcTime(firstTime)],
    ['last event', lastTime === undefined ? 'none' : utcTime(lastTime)],
    ['records', String(result.recordCount)],
    ['events', String(result.eventCount)],
    ['drops', String(facts['drops'])],
    ['containers', String(facts['containers'])],
    ['damage', hasLoss(result) ? 'yes, see below' : 'none'],
  );
  sink.writeText(`${escapeText(identity.path)}\n`);
  for (const [name, value] of rows) {
    sink.writeText(`  ${name.padEnd(12)} ${value}\n`);
  }
  for (const { id, offset, detail } of result.diagnostics) {
    const where = offset === undefined ? '' : `byte ${offset}: `;
    sink.writeText(
      `  ${DIAGNOSTICS[id].severity.padEnd(12)} ${where}${escapeText(detail)} (${id})\n`,
    );
  }
  sink.writeText('  events by type\n');
  const width = String(types[0]?.count ?? 0).length;
  for (const { type, count } of types) {
    sink.writeText(`    ${String(count).padStart(width)}  ${type}\n`);
  }
}

function factsOf(result: ReplayResult, types: readonly TypeCount[]): JsonObject {
  const { identity, machine, firstTime, lastTime } = result;
  const containers = [...result.world.containers.keys()].filter((id) => id !== '' && id !== 'host');
  return {
    path: bytesOfText(identity.path),
    sha256: identity.sha256,
    size_bytes: identity.sizeBytes,
    format: identity.format,
    compression: identity.compression,
    machine:
      machine === undefined
        ? null
        : {
            hostname: machine.hostname,
            cpu_count: machine.cpuCount,
            memory_bytes: machine.memoryBytes,
            boot_time: machine.bootTime === undefined ? null : utcTime(machine.bootTime),
          },
    first_event: firstTime === undefined ? null : utcTime(firstTime),
    last_event: lastTime === undefined ? null : utcTime(lastTime),
    records: result.recordCount,
    events: result.eventCount,
    drops: types.find(({ type }) => type === DROP)?.count ?? 0,
    containers: containers.length,
    damage: result.diagnostics.map(({ id, offset, detail }): JsonValue => ({
      id,
      severity: DIAGNOSTICS[id].severity,
      offset: offset ?? null,
      detail: bytesOfText(detail),
    })),
    types: Object.fromEntries(types.map(({ type, count }) => [type, count])),
  };
}
