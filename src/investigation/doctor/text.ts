/** An examination as text, for people. */
import { DIAGNOSTICS } from '../../diagnostics.js';
import { escapeText, evidenceName, utcTime, type Sink } from '../../output/index.js';
import { textOfBytes } from '../../units.js';
import { hasLoss, placeOf } from '../evidence/damage.js';
import { leftOutTexts } from '../evidence/left-out.js';
import { lossTexts } from '../evidence/recorder-words.js';
import type { TypeCount } from './evidence-watch.js';
import {
  conclusionsOf,
  jumpText,
  layoutOf,
  namesFrom,
  recorderOf,
  spanText,
  type Examination,
} from './examination.js';

const LABEL_WIDTH = 12;
/** Fields that are shown, and how much must be missing of them. */
const MAX_FIELDS = 15;
const MIN_SHARE = 0.1;
/** Reasons and jumps that are shown; JSON has all. */
const MAX_LINES = 12;

/** Print all of it. */
export function printExamination(examination: Examination, sink: Sink): void {
  const { result, events, state } = examination;
  const line = (label: string, text: string): void => {
    sink.writeText(`  ${label.padEnd(LABEL_WIDTH)} ${text}\n`);
  };
  sink.writeText(`${evidenceName(result.identity.path)}\n`);
  for (const [name, value] of rowsOf(examination)) {
    line(name, value);
  }
  printSections(examination, line);
  lossTexts(examination.gaps).forEach((text) => {
    line('lost', text);
  });
  shortened(examination.jumps.first.map(jumpText), examination.jumps.count).forEach((text) => {
    line('clock', text);
  });
  leftOutTexts(examination.statement).forEach((text) => {
    line('left out', escapeText(text));
  });
  namesFrom(examination).forEach((text) => {
    line('names', escapeText(text));
  });
  for (const { id, offset, detail } of result.diagnostics) {
    const where = offset === undefined ? '' : `${placeOf(offset, result)}: `;
    line(DIAGNOSTICS[id].severity, `${where}${escapeText(detail)} (${id})`);
  }
  shortened(conclusionsOf(examination)).forEach((text) => {
    line('limit', escapeText(text));
  });
  printShares(examination, sink);
  printCounts('events by type', events, sink);
  printCounts('records that only carry state', state, sink);
}

/** The first of many, and how many are left. */
function shortened(texts: readonly string[], count = texts.length): readonly string[] {
  const shown = texts.slice(0, MAX_LINES);
  const more = count - shown.length;
  return more > 0 ? [...shown, `and ${more} more (-f json has them)`] : shown;
}

function rowsOf(examination: Examination): readonly (readonly [name: string, value: string])[] {
  const { result, halves } = examination;
  const { identity, machine, firstTime, lastTime } = result;
  const time = (value: bigint | undefined, absent: string): string =>
    value === undefined ? absent : utcTime(value);
  const known = (name: string, value: string | undefined) =>
    value === undefined ? [] : [[name, value] as const];
  return [
    ['SHA-256', identity.sha256 ?? `not known: ${escapeText(identity.incomplete ?? '')}`],
    ['size', `${identity.sizeBytes} bytes`],
    ['format', `${identity.format}, compression ${identity.compression}`],
    ...known('recorder', recorderOf(examination)),
    ...known('layout', layoutOf(examination)),
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
    ...known('span', spanText(result)),
    ['records', String(result.recordCount)],
    ['events', String(result.eventCount)],
    ...(halves.hasEnters ? known('no enter', `${halves.missingCount} of ${halves.exitCount} system calls`) : []), // prettier-ignore
    ['drops', String(dropsOf(examination))],
    ['containers', String(containersOf(examination))],
    ['damage', hasLoss(result) ? 'yes, see below' : 'none'],
  ];
}

/** Only where there are several: most files hold one. */
function printSections({ result }: Examination, line: (label: string, text: string) => void): void {
  if (result.sections.length > 1) {
    const texts = result.sections.map(({ hostname, recordCount, eventNumber, offset }) => {
      const machine = hostname === undefined ? 'a machine without name' : textOfBytes(hostname);
      return `${escapeText(machine)}, ${recordCount} records from event ${eventNumber} on, at ${placeOf(offset, result)}`;
    });
    shortened(texts).forEach((text) => {
      line('section', text);
    });
  }
}

/** Events by which a recorder says that it lost others. */
export function dropsOf({ events }: Examination): number {
  return events.find(({ type }) => type === 'drop')?.count ?? 0;
}

/** Containers that the machine knew at the end. */
export function containersOf({ result }: Examination): number {
  return [...result.world.containers.keys()].filter((id) => id !== '' && id !== 'host').length;
}

function printShares({ shares }: Examination, sink: Sink): void {
  // one with an argument asks for something special, and JSON has it
  const missing = shares.filter(
    ({ field, missingShare }) => missingShare >= MIN_SHARE && !field.endsWith(']'),
  );
  const lines = missing.slice(0, MAX_FIELDS).map(({ field, missingShare }) => {
    const percent = `${Math.floor(missingShare * 100)}`.padStart(3);
    return `    ${percent} %  ${escapeText(field)}\n`;
  });
  if (lines.length > 0) {
    const more = missing.length - lines.length;
    sink.writeText(`  fields that rules ask, and how often they are missing\n${lines.join('')}`);
    sink.writeText(more > 0 ? `    and ${more} more (-f json has them)\n` : '');
  }
}

function printCounts(heading: string, counts: readonly TypeCount[], sink: Sink): void {
  const width = String(counts[0]?.count ?? 0).length;
  const lines = counts.map(({ type, count }) => `    ${String(count).padStart(width)}  ${type}\n`);
  if (lines.length > 0) {
    sink.writeText(`  ${heading}\n${lines.join('')}`);
  }
}
