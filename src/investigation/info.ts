/** The work of `info`: what a piece of evidence is, without asking rules. */
import { writeJson, type JsonObject, type JsonValue } from '../alerts/index.js';
import { DIAGNOSTICS } from '../diagnostics.js';
import { EVENT_TABLE, VISIBILITY } from '../events/index.js';
import { escapeText, evidenceName, openStdout, utcTime, type Sink } from '../output/index.js';
import type { ReplayResult } from '../pipeline.js';
import { bytesOfText, textOfBytes } from '../units.js';
import { when, type Outcome } from './outcome.js';
import { reportFailure } from './failure.js';
import { wasInterrupted } from '../interruption.js';
import { hasLoss, placeOf } from './evidence/damage.js';
import { leftOutTexts, type Statement } from './evidence/left-out.js';
import { lossTexts, RecorderWatch, type Gap } from './evidence/recorder-words.js';
import { replayEvidence } from './evidence/open.js';
import { piecesOf, reportOthers, type Piece } from './evidence/pieces.js';

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

/** What one replay counted. */
interface Counted {
  readonly result: ReplayResult;
  readonly events: readonly TypeCount[];
  /** Records that only carry state, and processor times. */
  readonly state: readonly TypeCount[];
  /** When the recorder lost events. */
  readonly gaps: readonly Gap[];
  /** What the recorder says that it recorded. */
  readonly statement: Statement | undefined;
}

/** Print what each piece of evidence is. */
export async function inform(request: InfoRequest): Promise<readonly Outcome[]> {
  const sink = openStdout();
  const outcomes: Outcome[] = [];
  const found = await piecesOf(request.evidence, true);
  outcomes.push(...reportOthers(found, request['allow-damage']));
  for (const piece of found.pieces) {
    try {
      const counted = await countEvents(piece);
      if (request.format === 'json') {
        sink.writeJson(writeJson(factsOf(counted)));
      } else {
        print(counted, sink);
      }
      outcomes.push(
        ...when(hasLoss(counted.result) && !request['allow-damage'], 'damaged'),
        ...when(wasInterrupted(), 'interrupted'),
      );
    } catch (error) {
      outcomes.push(reportFailure(error));
    }
    if (wasInterrupted()) {
      break;
    }
  }
  sink.close();
  return outcomes;
}

async function countEvents(piece: Piece): Promise<Counted> {
  const events = new Uint32Array(EVENT_TABLE.length);
  const state = new Uint32Array(EVENT_TABLE.length);
  const recorder = new RecorderWatch();
  const result = await replayEvidence(piece, {
    isHashed: true,
    watchers: [recorder],
    onMoment: ({ event }, visibility) => {
      const counts = visibility === VISIBILITY.SHOWN ? events : state;
      counts[event.code] = (counts[event.code] ?? 0) + 1;
      return undefined;
    },
  });
  return {
    result,
    events: byType(events),
    state: byType(state),
    gaps: recorder.gaps,
    statement: recorder.statement,
  };
}

/** Most frequent first, then by name. */
function byType(counts: Uint32Array): readonly TypeCount[] {
  const byName = new Map<string, number>();
  counts.forEach((count, code) => {
    const name = EVENT_TABLE[code]?.name;
    if (count > 0 && name !== undefined) {
      byName.set(name, (byName.get(name) ?? 0) + count);
    }
  });
  return [...byName]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}

/** Events by which a recorder says that it lost others. */
const DROP = 'drop';

function dropsOf({ events }: Counted): number {
  return events.find(({ type }) => type === DROP)?.count ?? 0;
}

function containersOf({ result }: Counted): number {
  return [...result.world.containers.keys()].filter((id) => id !== '' && id !== 'host').length;
}

function print(counted: Counted, sink: Sink): void {
  const { result, events, state } = counted;
  sink.writeText(`${evidenceName(result.identity.path)}\n`);
  for (const [name, value] of rowsOf(counted)) {
    sink.writeText(`  ${name.padEnd(12)} ${value}\n`);
  }
  for (const text of lossTexts(counted.gaps)) {
    sink.writeText(`  ${'lost'.padEnd(12)} ${text}\n`);
  }
  for (const text of leftOutTexts(counted.statement)) {
    sink.writeText(`  ${'left out'.padEnd(12)} ${escapeText(text)}\n`);
  }
  for (const { id, offset, detail } of result.diagnostics) {
    const where = offset === undefined ? '' : `${placeOf(offset, result)}: `;
    const label = DIAGNOSTICS[id].severity.padEnd(12);
    sink.writeText(`  ${label} ${where}${escapeText(detail)} (${id})\n`);
  }
  printCounts('events by type', events, sink);
  printCounts('records that only carry state', state, sink);
}

function rowsOf(counted: Counted): readonly (readonly [name: string, value: string])[] {
  const { result } = counted;
  const { identity, machine, firstTime, lastTime } = result;
  const time = (value: bigint | undefined, absent: string): string =>
    value === undefined ? absent : utcTime(value);
  return [
    ['SHA-256', identity.sha256 ?? `not known: ${escapeText(identity.incomplete ?? '')}`],
    ['size', `${identity.sizeBytes} bytes`],
    ['format', `${identity.format}, compression ${identity.compression}`],
    ['machine', machine === undefined ? 'not recorded' : escapeText(textOfBytes(machine.hostname))],
    ...(machine === undefined
      ? []
      : ([
          ['processors', String(machine.cpuCount)],
          ['memory', `${machine.memoryBytes} bytes`],
          ['booted', time(machine.bootTime, 'not recorded')],
        ] as const)),
    ['first event', time(firstTime, 'none')],
    ['last event', time(lastTime, 'none')],
    ['records', String(result.recordCount)],
    ['events', String(result.eventCount)],
    ['drops', String(dropsOf(counted))],
    ['containers', String(containersOf(counted))],
    ['damage', hasLoss(result) ? 'yes, see below' : 'none'],
  ];
}

function printCounts(heading: string, counts: readonly TypeCount[], sink: Sink): void {
  const width = String(counts[0]?.count ?? 0).length;
  const lines = counts.map(({ type, count }) => `    ${String(count).padStart(width)}  ${type}\n`);
  if (lines.length > 0) {
    sink.writeText(`  ${heading}\n${lines.join('')}`);
  }
}

function factsOf(counted: Counted): JsonObject {
  const { result, events, state } = counted;
  const { identity, machine, firstTime, lastTime } = result;
  const time = (value: bigint | undefined): JsonValue =>
    value === undefined ? null : utcTime(value);
  const counts = (list: readonly TypeCount[]): JsonValue =>
    Object.fromEntries(list.map(({ type, count }) => [type, count]));
  return {
    path: bytesOfText(identity.path),
    sha256: identity.sha256 ?? null,
    incomplete: identity.incomplete === undefined ? null : bytesOfText(identity.incomplete),
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
            boot_time: time(machine.bootTime),
          },
    first_event: time(firstTime),
    last_event: time(lastTime),
    records: result.recordCount,
    events: result.eventCount,
    drops: dropsOf(counted),
    left_out: leftOutTexts(counted.statement).map(bytesOfText),
    lost: counted.gaps.map(({ from, to, times }): JsonValue => ({
      from: time(from),
      to: time(to),
      times,
    })),
    containers: containersOf(counted),
    damage: result.diagnostics.map(({ id, offset, detail }): JsonValue => ({
      id,
      severity: DIAGNOSTICS[id].severity,
      offset: offset ?? null,
      detail: bytesOfText(detail),
    })),
    types: counts(events),
    state_types: counts(state),
  };
}
