/**
 * Fields of the event itself. Those of the first part are answered for events of every source, the others for
 * system calls and what else the kernel reports.
 */
import { clockText, dateText, elapsed, fractionText, instantOf, offsetText } from './clock.js';
import {
  argumentProblem,
  argumentReader,
  rawArgumentReader,
  rawArgumentText,
  rawArgumentType,
} from './evt-args.js';
import { absolutePath } from './evt-abspath.js';
import {
  eventCategory,
  eventName,
  hasFlag,
  hasReturnValue,
  isExit,
  isFailed,
  isMeta,
  isOfErrorClass,
  isReadOrWrite,
  isSyscall,
  returnValue,
  type ErrorClass,
} from './evt-readers.js';
import type { ArgumentForm, Catalogue, FieldRow, FieldSettings } from './field.js';
import { CLOUDTRAIL_SOURCE, readSummary } from './ct-readers.js';
import { MomentNames } from './moment-names.js';
import { nearestName } from './nearest.js';
import {
  isOpenForExecution,
  isOpenForReading,
  isOpenForWriting,
  isOpenThatCreates,
} from './open-mode.js';
import { payloadText } from './plugin-event.js';
import { movedBytes } from './table-only-catalog.js';
import { UTC, type Zone } from './zone.js';
import {
  argsText,
  argText,
  dotted,
  EVENT,
  EVENT_TABLE,
  FLAG,
  PLUGINS,
  SYSCALL_TABLE,
  paramsOf,
} from '../events/index.js';
import type { Moment } from '../state/index.js';
import { nanoseconds } from '../units.js';

const NS_PER_SECOND = 1_000_000_000n;

function timeOf({ event }: Moment): bigint {
  return nanoseconds(event.timeHigh, event.timeLow);
}

/** A clock field: its text depends on the zone, and JSON has nanoseconds instead. */
function clock(
  text: (moment: Moment, zone: Zone) => string,
): Pick<FieldRow, 'type' | 'subject' | 'read' | 'bind' | 'json'> {
  return {
    type: 'charbuf',
    subject: 'event',
    read: (moment) => text(moment, UTC),
    bind:
      (_argument, { zone }: FieldSettings) =>
      (moment) =>
        text(moment, zone),
    json: timeOf,
  };
}

const instantAt = ({ event }: Moment): ReturnType<typeof instantOf> =>
  instantOf(event.timeHigh, event.timeLow);

function clockAndFraction(moment: Moment, zone: Zone): string {
  const instant = instantAt(moment);
  return `${clockText(instant, zone)}.${fractionText(instant)}`;
}

/** Since the first event that the kernel reported; 0 until then. */
function sinceFirst(moment: Moment): bigint {
  const { event, firstTimeHigh, firstTimeLow } = moment;
  return firstTimeHigh === 0 && firstTimeLow === 0
    ? 0n
    : elapsed(event.timeHigh, event.timeLow, firstTimeHigh, firstTimeLow);
}

function sincePrevious({ event, previousTimeHigh, previousTimeLow }: Moment): bigint {
  return elapsed(event.timeHigh, event.timeLow, previousTimeHigh, previousTimeLow);
}

/** From enter to exit; absent where no enter record was seen. */
function latency({ event }: Moment): bigint | undefined {
  return event.enterTimeHigh === 0 && event.enterTimeLow === 0
    ? undefined
    : elapsed(event.timeHigh, event.timeLow, event.enterTimeHigh, event.enterTimeLow);
}

function waitLatency(moment: Moment): bigint | undefined {
  return hasFlag(moment.event, FLAG.WAITS) ? latency(moment) : undefined;
}

const LATENCY_UNITS = [
  { unit: 's', ns: 1_000_000_000 },
  { unit: 'ms', ns: 1_000_000 },
  { unit: 'us', ns: 1000 },
] as const;

/** `10.3ms`: the largest unit of which there is one, with at most two decimals. */
function humanLatency(moment: Moment): string | undefined {
  const value = latency(moment);
  if (value === undefined) {
    return undefined;
  }
  const ns = Number(value);
  const unit = LATENCY_UNITS.find((row) => ns >= row.ns);
  return unit === undefined ? `${ns}ns` : `${Number((ns / unit.ns).toFixed(2))}${unit.unit}`;
}

const over = <T extends bigint | undefined>(value: T): T =>
  (value === undefined ? value : value / NS_PER_SECOND) as T;
const rest = <T extends bigint | undefined>(value: T): T =>
  (value === undefined ? value : value % NS_PER_SECOND) as T;

function pluginInfo(moment: Moment): string | undefined {
  if (pluginName(moment) === undefined) {
    return undefined;
  }
  return moment.source === CLOUDTRAIL_SOURCE ? readSummary(moment) : payloadText(moment);
}

const PLUGIN = paramsOf(EVENT.PLUGINEVENT_E);

function pluginName({ event }: Moment): string | undefined {
  return event.code === EVENT.PLUGINEVENT_E
    ? PLUGINS.get(event.unsigned(PLUGIN.plugin_id) ?? 0)?.name
    : undefined;
}

// prettier-ignore
const EVERY_SOURCE: readonly FieldRow[] = [
  { name: 'evt.num', type: 'uint64', subject: 'event', doc: 'Number of the event\'s record in the evidence, from 1.',
    read: ({ event }) => event.number },
  { name: 'evt.time', ...clock(clockAndFraction), doc: 'Time of day with nanoseconds.' },
  { name: 'evt.time.s', ...clock((moment, zone) => clockText(instantAt(moment), zone)), doc: 'Time of day in seconds.' },
  { name: 'evt.time.iso8601', doc: 'Date and time with nanoseconds and the zone\'s offset, as ISO 8601 has it.',
    ...clock((moment, zone) => {
      const instant = instantAt(moment);
      return `${dateText(instant, zone)}T${clockText(instant, zone)}.${fractionText(instant)}${offsetText(instant, zone)}`;
    }) },
  { name: 'evt.datetime', doc: 'Date and time of day with nanoseconds.',
    ...clock((moment, zone) => `${dateText(instantAt(moment), zone)} ${clockAndFraction(moment, zone)}`) },
  { name: 'evt.datetime.s', doc: 'Date and time of day in seconds.',
    ...clock((moment, zone) => `${dateText(instantAt(moment), zone)} ${clockText(instantAt(moment), zone)}`) },
  { name: 'evt.rawtime', type: 'abstime', subject: 'event', doc: 'Nanoseconds since the epoch.', read: timeOf },
  { name: 'evt.rawtime.s', type: 'abstime', subject: 'event', doc: 'Whole seconds since the epoch.', read: (moment) => over(timeOf(moment)) },
  { name: 'evt.rawtime.ns', type: 'abstime', format: 'padded', subject: 'event', doc: 'Nanoseconds beyond the whole second.', read: (moment) => rest(timeOf(moment)) },
  { name: 'evt.reltime', type: 'reltime', format: 'padded', subject: 'event', doc: 'Nanoseconds since the first event.', read: sinceFirst },
  { name: 'evt.reltime.s', type: 'reltime', subject: 'event', doc: 'Whole seconds since the first event.', read: (moment) => over(sinceFirst(moment)) },
  { name: 'evt.reltime.ns', type: 'reltime', format: 'padded', subject: 'event', doc: 'Nanoseconds beyond these seconds.', read: (moment) => rest(sinceFirst(moment)) },
  { name: 'evt.pluginname', type: 'charbuf', subject: 'event', doc: 'Name of the plugin that made the event.', read: pluginName },
  { name: 'evt.plugininfo', type: 'charbuf', subject: 'event', doc: 'What the plugin would print: one line about its event, or the payload.',
    read: pluginInfo },
  { name: 'evt.source', type: 'charbuf', subject: 'event', doc: 'Where the event comes from: syscall, k8s_audit, aws_cloudtrail ...', read: (moment) => moment.source },
  { name: 'evt.is_async', type: 'bool', subject: 'type', doc: 'Whether the event was made beside the kernel\'s: metadata of containers, losses, notes of the recorder.',
    read: ({ event }) => isMeta(event) },
  { name: 'evt.asynctype', type: 'charbuf', subject: 'type', doc: 'What such an event reports: container, drop, scapevent ...',
    read: ({ event }) => (isMeta(event) ? eventName(event) : undefined) },
  { name: 'evt.hostname', type: 'charbuf', subject: 'event', doc: 'Host name of the recorded machine.',
    read: ({ world }) => world.machine?.hostname },
];

const ARGUMENT: ArgumentForm = {
  isRequired: true,
  form: 'either',
  isDotted: true,
  problem: (text, isDotted) =>
    isDotted ? argumentProblem(text) : /^\d+$/.test(text) ? undefined : argumentProblem(text),
};
const RAW_ARGUMENT: ArgumentForm = {
  isRequired: true,
  form: 'key',
  isDotted: true,
  problem: (text) => argumentProblem(text),
};

const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...EVENT_TABLE.map(({ name }) => name),
  ...SYSCALL_TABLE.map(({ name }) => name),
]);

/** Where an event has several versions, `evt.type.is` means the oldest, as in the reference: the first pair of codes. */
const FIRST_CODES: ReadonlyMap<string, number> = new Map(
  [...EVENT_TABLE].reverse().map(({ name, code }) => [name, code]),
);

const EVENT_TYPE: ArgumentForm = {
  isRequired: true,
  form: 'key',
  isDotted: true,
  isNeverBracketed: true,
  problem(text) {
    if (EVENT_NAMES.has(text) || /^\d+$/.test(text)) {
      return undefined;
    }
    const near = nearestName(text, EVENT_NAMES);
    return `no event is called "${text}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
  },
};
const SIDE: ArgumentForm = {
  isRequired: false,
  form: 'key',
  isDotted: true,
  isNeverBracketed: true,
  problem: (text) => (text === 'src' || text === 'dst' ? undefined : 'the argument is src or dst'),
};

const DEPRECATED = { subject: 'event', isDeprecated: true } as const;

// prettier-ignore
const TIMING: readonly FieldRow[] = [
  { name: 'evt.latency', type: 'reltime', ...DEPRECATED, doc: 'Nanoseconds from enter to exit; absent where the capture has no enter records.', read: latency },
  { name: 'evt.latency.s', type: 'reltime', ...DEPRECATED, doc: 'Whole seconds of the latency.', read: (moment) => over(latency(moment)) },
  { name: 'evt.latency.ns', type: 'reltime', format: 'padded', ...DEPRECATED, doc: 'Nanoseconds beyond these seconds.', read: (moment) => rest(latency(moment)) },
  { name: 'evt.latency.human', type: 'charbuf', ...DEPRECATED, doc: 'The latency with a unit: 10.3ms.', read: humanLatency },
  { name: 'evt.deltatime', type: 'reltime', subject: 'event', doc: 'Nanoseconds since the event before.', read: sincePrevious },
  { name: 'evt.deltatime.s', type: 'reltime', subject: 'event', doc: 'Whole seconds since the event before.', read: (moment) => over(sincePrevious(moment)) },
  { name: 'evt.deltatime.ns', type: 'reltime', format: 'padded', subject: 'event', doc: 'Nanoseconds beyond these seconds.', read: (moment) => rest(sincePrevious(moment)) },
  { name: 'evt.outputtime', ...clock(clockAndFraction), usage: 'print-only', doc: 'The same as `evt.time`.' },
  { name: 'evt.wait_latency', type: 'reltime', ...DEPRECATED, doc: 'For calls that wait (sleep, select, poll ...): their latency.', read: waitLatency },
];

// prettier-ignore
const KIND: readonly FieldRow[] = [
  { name: 'evt.dir', type: 'charbuf', subject: 'type', isDeprecated: true, doc: '`<` for the exit of a system call, `>` for everything else.',
    read: ({ event }) => (isExit(event) ? '<' : '>') },
  { name: 'evt.type', type: 'charbuf', subject: 'type', doc: 'Name of the event: that of its system call, or switch, container, drop ...',
    read: ({ event }) => eventName(event) },
  { name: 'evt.type.is', type: 'uint32', format: 'none', subject: 'type', argument: EVENT_TYPE, doc: '1 for events of that code, or of the oldest version of that name: evt.type.is.open.',
    read: ({ event }, argument) => {
      const first = FIRST_CODES.get(argument?.text ?? '');
      return argument?.index === event.code || first === event.code || first === event.code - 1 ? 1 : 0;
    } },
  { name: 'syscall.type', type: 'charbuf', subject: 'type', doc: 'Name of the system call; absent for everything else.',
    read: ({ event }) => (isSyscall(event) ? eventName(event) : undefined) },
  { name: 'evt.category', type: 'charbuf', subject: 'event', doc: 'What the event is about: file, net, ipc, memory, process, signal, system, time ...',
    read: eventCategory },
  { name: 'evt.cpu', type: 'int16', subject: 'event', doc: 'Number of the processor.', read: ({ event }) => (event.cpu << 16) >> 16 },
];

// prettier-ignore
const ARGUMENTS: readonly FieldRow[] = [
  { name: 'evt.args', type: 'charbuf', subject: 'event', doc: 'All arguments: name=value, with blanks between them.',
    read: (moment) => argsText(moment.event, new MomentNames(moment)) },
  { name: 'evt.arg', type: 'charbuf', subject: 'event', argument: ARGUMENT, doc: 'One argument, by name or by number, as text: evt.arg.flags, evt.arg[0].',
    read: (moment, argument) => argumentReader(argument)(moment), bind: argumentReader },
  { name: 'evt.rawarg', type: 'dyn', subject: 'event', argument: RAW_ARGUMENT, refuses: ['transformer', 'field'], doc: 'One argument by name, as a number where it is one: evt.rawarg.res.',
    read: (moment, argument) => rawArgumentReader(argument)(moment), bind: rawArgumentReader, typeOf: rawArgumentType, render: rawArgumentText },
  { name: 'evt.info', type: 'charbuf', subject: 'event', doc: 'The same as `evt.args`.',
    read: (moment) => argsText(moment.event, new MomentNames(moment)) },
  { name: 'evt.buffer', type: 'bytebuf', subject: 'event', doc: 'Data that was read or written, as far as it was recorded.',
    read: buffer, print: (value) => dotted(String(value)) },
  { name: 'evt.buflen', type: 'uint64', subject: 'event', doc: 'Number of bytes that were read or written.',
    read: movedBytes },
  { name: 'evt.res', type: 'charbuf', subject: 'event', doc: '`SUCCESS`, or the name of the error: ENOENT.', read: resultText },
  { name: 'evt.rawres', type: 'int64', subject: 'event', doc: 'The return value as a number.',
    read: ({ event }) => (hasReturnValue(event) ? returnValue(event) : undefined) },
  { name: 'evt.abspath', type: 'charbuf', subject: 'event', argument: SIDE, doc: 'Path of a call that takes a directory descriptor, made absolute; evt.abspath.src, evt.abspath.dst for calls with two.',
    read: (moment, argument) => absolutePath(moment, argument?.text) },
];

// prettier-ignore
const QUESTIONS: readonly FieldRow[] = [
  { name: 'evt.failed', type: 'bool', subject: 'shape', doc: 'Whether the system call failed.', read: ({ event }) => isFailed(event) },
  { name: 'evt.is_io', type: 'bool', subject: 'type', doc: 'Whether the event reads from or writes to a descriptor.', read: ({ event }) => isReadOrWrite(event) },
  { name: 'evt.is_io_read', type: 'bool', subject: 'type', doc: 'Whether the event reads from a descriptor.', read: ({ event }) => hasFlag(event, FLAG.READS_FD) },
  { name: 'evt.is_io_write', type: 'bool', subject: 'type', doc: 'Whether the event writes to a descriptor.', read: ({ event }) => hasFlag(event, FLAG.WRITES_FD) },
  { name: 'evt.io_dir', type: 'charbuf', subject: 'type', doc: '`read`, `write`, or absent.',
    read: ({ event }) => (hasFlag(event, FLAG.WRITES_FD) ? 'write' : hasFlag(event, FLAG.READS_FD) ? 'read' : undefined) },
  { name: 'evt.is_wait', type: 'bool', subject: 'type', doc: 'Whether the event makes the thread wait.', read: ({ event }) => hasFlag(event, FLAG.WAITS) },
  { name: 'evt.is_syslog', type: 'bool', subject: 'event', doc: 'Whether the event writes to /dev/log.',
    read: ({ event, fd }) => hasFlag(event, FLAG.WRITES_FD) && fd?.name.includes('/dev/log') === true },
  { name: 'evt.is_open_read', type: 'bool', subject: 'shape', doc: 'Whether a file is opened for reading.', read: ({ event }) => isOpenForReading(event) },
  { name: 'evt.is_open_write', type: 'bool', subject: 'shape', doc: 'Whether a file is opened for writing.', read: ({ event }) => isOpenForWriting(event) },
  { name: 'evt.is_open_exec', type: 'bool', subject: 'shape', doc: 'Whether a file is made that may be executed.', read: ({ event }) => isOpenForExecution(event) },
  { name: 'evt.is_open_create', type: 'bool', subject: 'shape', doc: 'Whether an open made the file.', read: ({ event }) => isOpenThatCreates(event) },
];

function errorCount(kind: ErrorClass): FieldRow['read'] {
  return (moment) =>
    isOfErrorClass(moment, kind) ? countOfFailed(isFailed(moment.event)) : undefined;
}

function countOfFailed(failed: boolean | undefined): number | undefined {
  return failed === undefined ? undefined : Number(failed);
}

// prettier-ignore
const COUNTERS: readonly FieldRow[] = [
  { name: 'evt.count', type: 'uint32', subject: 'type', doc: 'Always 1.', read: () => 1 },
  { name: 'evt.count.error', type: 'uint32', subject: 'shape', doc: '1 for a failed system call, else 0.', read: ({ event }) => countOfFailed(isFailed(event)) },
  { name: 'evt.count.error.file', type: 'uint32', subject: 'event', doc: 'The same for events on files only.', read: errorCount('file') },
  { name: 'evt.count.error.net', type: 'uint32', subject: 'event', doc: 'The same for events on sockets only.', read: errorCount('net') },
  { name: 'evt.count.error.memory', type: 'uint32', subject: 'event', doc: 'The same for events on memory only.', read: errorCount('memory') },
  { name: 'evt.count.error.other', type: 'uint32', subject: 'event', doc: 'The same for all others.', read: errorCount('other') },
  { name: 'evt.count.exit', type: 'uint32', subject: 'type', doc: '1 for the exit of a system call.', read: ({ event }) => (isExit(event) ? 1 : undefined) },
  { name: 'evt.around', type: 'uint64', subject: 'event', usage: 'filter-only', equalsUpTo: true, refuses: ['transformer', 'field'],
    argument: { isRequired: true, form: 'key', problem: (text) => (/^\d+$/.test(text) ? undefined : 'the argument is a time in nanoseconds since the epoch') },
    doc: 'Whether the event is within so many milliseconds of a time: evt.around[1404996934793590564]=1000.',
    read: distance },
];

/** Milliseconds, rounded up, between the event and the time in the argument: a filter's `=` means "at most". */
function distance(moment: Moment, argument: { readonly text: string } | undefined): bigint {
  const apart = timeOf(moment) - BigInt(argument?.text ?? '0');
  return ((apart < 0n ? -apart : apart) + 999_999n) / 1_000_000n;
}

function buffer({ event }: Moment): string | undefined {
  const index = event.row.params.findIndex(({ name }) => name === 'data');
  if (index < 0 || index >= event.paramCount) {
    return undefined;
  }
  return event.raw(index) ?? '';
}

/** Not all results are errors or successes: clone gives an id, process_vm_readv a size. They are reported as such. */
function resultText(moment: Moment): string | undefined {
  const { event } = moment;
  const failed = isFailed(event);
  if (failed === undefined) {
    return undefined;
  }
  return failed ? argText(event, 0, new MomentNames(moment)) : 'SUCCESS';
}

export const EVT_CATALOGUE: Catalogue = {
  name: 'evt',
  doc: 'The event itself, of whatever source.',
  sources: undefined,
  rows: EVERY_SOURCE,
};

export const EVT_SYSCALL_CATALOGUE: Catalogue = {
  name: 'evt',
  doc: 'The system call, its arguments and its result.',
  sources: ['syscall'],
  rows: [...TIMING, ...KIND, ...ARGUMENTS, ...QUESTIONS, ...COUNTERS],
};
