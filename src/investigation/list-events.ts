/** The work of `list events` and `list syscalls`. */
import {
  EVENT,
  SYSCALL_SOURCE,
  EVENT_TABLE,
  FLAG,
  SYSCALL_TABLE,
  type EventRow,
} from '../events/index.js';
import {
  checkSource,
  mentions,
  printListing,
  tellNothing,
  type ListFormat,
} from './words/listing.js';

interface Request {
  readonly word?: string | undefined;
  readonly source?: string | undefined;
  readonly format: ListFormat;
}

/** Print the event types that this version presents. */
export function listEvents({ word, source, format }: Request): void {
  checkSource(source);
  const rows = EVENT_TABLE.filter(isPresented)
    .filter(({ code }) => hasSource(code, source))
    .filter(({ name, params }) => mentions(word, [name, ...params.map((param) => param.name)]));
  const section = {
    heading: 'events',
    doc: '',
    rows: rows.map((row) => ({
      cells: [String(row.code), row.name, signature(row)],
      json: {
        code: row.code,
        name: row.name,
        direction: directionOf(row),
        params: row.params.map(({ name, type }) => ({ name, type })),
      },
    })),
  };
  printListing(['code', 'event', 'parameters'], [section], format);
  if (word !== undefined && rows.length === 0) {
    tellNothing(word, EVENT_TABLE.filter(isPresented).map(({ name }) => name)); // prettier-ignore
  }
}

const isKernel = (source: string | undefined): boolean =>
  source === undefined || source === SYSCALL_SOURCE;

/** Logs have one type of event, and the kernel all others. */
function hasSource(code: number, source: string | undefined): boolean {
  return source === undefined || (code === EVENT.PLUGINEVENT_E) !== isKernel(source);
}

/** Replaced and unused rows, and enter halves of pairs, are never shown. */
function isPresented({ code, flags }: EventRow): boolean {
  const isReplaced = (flags & (FLAG.UNUSED | FLAG.OLD)) !== 0;
  const exit = EVENT_TABLE[code + 1];
  const isEnterHalf =
    code % 2 === 0 &&
    exit !== undefined &&
    exit.name === EVENT_TABLE[code]?.name &&
    (exit.flags & FLAG.UNUSED) === 0;
  return !isReplaced && !isEnterHalf;
}

function directionOf({ code }: EventRow): '<' | '>' {
  return code % 2 === 1 ? '<' : '>';
}

function signature({ params }: EventRow): string {
  return params.map(({ name, type }) => `${name}:${type}`).join(' ');
}

/** Print the system calls. */
export function listSyscalls({ word, source, format }: Request): void {
  checkSource(source);
  const section = {
    heading: 'system calls',
    doc: '',
    rows: SYSCALL_TABLE.filter(({ name }) => isKernel(source) && mentions(word, [name])).map(
      ({ code, name, number, exitEvent }) => {
        const event = exitEvent === undefined ? undefined : EVENT_TABLE[exitEvent]?.name;
        return {
          cells: [String(code), number === undefined ? '-' : String(number), name, event ?? '-'],
          json: { code, name, x86_64: number ?? null, event: event ?? null },
        };
      },
    ),
  };
  printListing(['code', 'x86-64', 'system call', 'event'], [section], format);
  if (word !== undefined && section.rows.length === 0) {
    tellNothing(word, SYSCALL_TABLE.map(({ name }) => name)); // prettier-ignore
  }
}
