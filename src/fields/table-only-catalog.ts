/**
 * Fields that the reference made for its tables of processes and events: its lists leave them out, and conditions and
 * outputs may use them. What they count is nearly always better asked of the field that each is made of.
 */
import { returnValue, hasReturnValue, isExit, isFailed } from './evt-readers.js';
import type { Catalogue, FieldRow } from './field.js';
import { CATEGORY, EVENT, isInputOutput, paramsOf } from '../events/index.js';
import type { FdKind, Moment } from '../state/index.js';
import { elapsed } from './clock.js';

/** Bytes that were moved through the descriptor of this event; absent where it moved none. */
export function movedBytes({ event, fd }: Moment): bigint | undefined {
  return fd !== undefined &&
    isInputOutput(event.row) &&
    isExit(event) &&
    hasReturnValue(event) &&
    isFailed(event) === false
    ? returnValue(event)
    : undefined;
}

type Side = 'any' | 'in' | 'out';
const CATEGORY_OF_SIDE = { in: CATEGORY.IO_READ, out: CATEGORY.IO_WRITE } as const;
/** The bits of a category that say what kind of call it is. */
const KINDS_OF_CALLS = CATEGORY.SYSCALL - 1;
const FILES: ReadonlySet<FdKind> = new Set<FdKind>(['file']);
const SOCKETS: ReadonlySet<FdKind> = new Set<FdKind>([
  'ipv4',
  'ipv6',
  'ipv4-server',
  'ipv6-server',
]);

function moved(side: Side, kinds?: ReadonlySet<FdKind>): FieldRow['read'] {
  return (moment) => {
    const { event, fd } = moment;
    const isThatSide =
      side === 'any' || (event.row.category & KINDS_OF_CALLS) === CATEGORY_OF_SIDE[side];
    return fd !== undefined && isThatSide && (kinds === undefined || kinds.has(fd.kind))
      ? movedBytes(moment)
      : undefined;
  };
}

const LAST_DECADE = 11;

/** The whole part of the logarithm of the nanoseconds from enter to exit, at most 11. */
function latencyDecade({ event }: Moment): number | undefined {
  const { enterTimeHigh, enterTimeLow } = event;
  if (enterTimeHigh === 0 && enterTimeLow === 0) {
    return undefined;
  }
  const latency = elapsed(event.timeHigh, event.timeLow, enterTimeHigh, enterTimeLow);
  return latency <= 0n ? 0 : Math.min(LAST_DECADE, latency.toString().length - 1);
}

const INFRASTRUCTURE = paramsOf(EVENT.INFRASTRUCTURE_EVENT_E);

/** What stands behind a word in the description of a container engine's event: `ID:4a7f; name:web`. */
function described(word: string, cut: (text: string) => string = (text) => text): FieldRow['read'] {
  return ({ event }) => {
    if (event.code !== EVENT.INFRASTRUCTURE_EVENT_E) {
      return undefined;
    }
    const parts = (event.text(INFRASTRUCTURE.description) ?? '').split(';');
    const part = parts.map((each) => each.trim()).find((each) => each.startsWith(word));
    const colon = part?.indexOf(':') ?? -1;
    return part === undefined || colon < 0 ? undefined : cut(part.slice(colon + 1).trim());
  };
}

const SHORT_ID = 12;
const IN_BYTES = 1024;

/** Without the digest behind `@`. */
function imageName(text: string): string {
  const at = text.indexOf('@');
  return at < 0 ? text : text.slice(0, at);
}

function hasCode(code: number, { event }: Moment): boolean {
  return event.code === code;
}

// prettier-ignore
const OF_EVENTS: readonly FieldRow[] = [
  { name: 'evt.latency.quantized', type: 'uint64', subject: 'event', isDeprecated: true, doc: 'Logarithm of the latency to the base of 10, its whole part, at most 11; absent where the capture has no enter records.',
    read: latencyDecade },
  { name: 'evt.count.procinfo', type: 'uint32', subject: 'event', absent: '0', doc: '1 for the procinfo event of a main thread.',
    read: (moment) => Number(hasCode(EVENT.PROCINFO_E, moment) && moment.thread?.isMain === true) },
  { name: 'evt.count.threadinfo', type: 'uint32', subject: 'type', absent: '0', doc: '1 for every procinfo event.',
    read: (moment) => Number(hasCode(EVENT.PROCINFO_E, moment)) },
  { name: 'evt.buflen.in', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that read.', read: moved('in') },
  { name: 'evt.buflen.out', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that write.', read: moved('out') },
  { name: 'evt.buflen.file', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events on files.', read: moved('any', FILES) },
  { name: 'evt.buflen.file.in', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that read files.', read: moved('in', FILES) },
  { name: 'evt.buflen.file.out', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that write files.', read: moved('out', FILES) },
  { name: 'evt.buflen.net', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events on IP sockets.', read: moved('any', SOCKETS) },
  { name: 'evt.buflen.net.in', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that read IP sockets.', read: moved('in', SOCKETS) },
  { name: 'evt.buflen.net.out', type: 'uint64', subject: 'event', doc: '`evt.buflen` of events that write IP sockets.', read: moved('out', SOCKETS) },
  { name: 'evt.infra.docker.name', type: 'charbuf', subject: 'event', doc: 'What an old recorder saw the Docker engine do: the name of its event.',
    read: described('Event') },
  { name: 'evt.infra.docker.container.id', type: 'charbuf', subject: 'event', doc: 'The container of such an event, 12 digits of its id.',
    read: described('ID', (text) => text.slice(0, SHORT_ID)) },
  { name: 'evt.infra.docker.container.name', type: 'charbuf', subject: 'event', doc: 'The container of such an event, its name.',
    read: described('name') },
  { name: 'evt.infra.docker.container.image', type: 'charbuf', subject: 'event', doc: 'The container of such an event, its image without a digest.',
    read: described('Image', imageName) },
];

// prettier-ignore
const OF_THREADS: readonly FieldRow[] = [
  { name: 'thread.nametid', type: 'charbuf', subject: 'thread', doc: '`proc.name` and `thread.tid`, one after the other.',
    read: ({ thread }) => thread && `${thread.comm}${thread.tid}` },
  { name: 'thread.vmsize.b', type: 'uint64', subject: 'event', absent: '0', doc: '`thread.vmsize` in bytes.',
    read: ({ thread }) => thread && (thread.isMain ? thread.vmSizeKb * IN_BYTES : 0) },
  { name: 'thread.vmrss.b', type: 'uint64', subject: 'event', absent: '0', doc: '`thread.vmrss` in bytes.',
    read: ({ thread }) => thread && (thread.isMain ? thread.vmRssKb * IN_BYTES : 0) },
];

export const EVT_TABLE_CATALOGUE: Catalogue = {
  name: 'evt',
  doc: 'Counts that were made for tables.',
  sources: ['syscall'],
  isUnlisted: true,
  rows: OF_EVENTS,
};

export const THREAD_TABLE_CATALOGUE: Catalogue = {
  name: 'process',
  doc: 'Facts about the thread that were made for tables.',
  sources: ['syscall'],
  isUnlisted: true,
  rows: OF_THREADS,
};
