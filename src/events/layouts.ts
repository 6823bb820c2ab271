/**
 * How a record of an older layout becomes the newest: for each slot of the newest row, where its value
 * comes from. The law is one line: a parameter is filled by its name, from the record itself, else from the
 * thread's enter half of the same system call. What the law does not say is in the small tables below.
 */
import { EVENT } from './codes.js';
import { FLAG } from './event-bits.js';
import { PARAM_TYPES } from './param-notation.js';
import { EVENT_TABLE } from './table.js';
import type { EventRow, ParamRow } from './row.js';

/** Where a slot's value comes from. */
export const SOURCE = {
  ABSENT: 0,
  /** Parameter `index` of the record. */
  RECORD: 1,
  /** Parameter `index` of the enter half; absent where there is none. */
  ENTER: 2,
  /** Parameter `index` of the enter half; zero where there is none. */
  ENTER_OR_ZERO: 3,
  ZERO: 4,
  /** Parameter `index` of the record without its first byte (a dynamic parameter that became a plain one). */
  RECORD_VALUE: 5,
} as const;

/** A slot of the newest layout. */
export interface Slot {
  readonly source: (typeof SOURCE)[keyof typeof SOURCE];
  readonly index: number;
  /** Bytes of a zero, and the most bytes that the newest type has (0: any number). */
  readonly zeroBytes: number;
  readonly mostBytes: number;
}

/** What becomes of a record with a certain code and number of parameters. */
export interface Plan {
  readonly row: EventRow;
  readonly slots: readonly Slot[];
  /** Whether some slot is not a place in the record, whatever is remembered of the thread. */
  readonly needsEnter: boolean;
  readonly needsZero: boolean;
}

/** Parameters whose name changed, or came from elsewhere: newest row's name and parameter -> old name. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dup: { oldfd: 'fd' },
  brk: { vm_size: 'size' },
  bpf: { fd: 'res_or_fd' },
};

/** Same name, other meaning: an enter's `flags` of execveat are AT_ flags, the exit's report the executable. */
const UNRELATED: Readonly<Record<string, readonly string[]>> = { execveat: ['flags'] };

/** Slots that neither half of the older layouts had, and that are zero there instead of absent. */
const ZERO_SLOTS: Readonly<Record<string, readonly string[]>> = {
  fcntl: ['arg'],
  socket: ['flags'],
  accept: ['queuelen', 'queuemax'],
  accept4: ['queuelen', 'queuemax'],
  sendmmsg: ['res'],
  recvmmsg: ['res'],
};

/**
 * Without its enter half, a slot is absent for these names (a user 0 or an empty path would be a lie), and zero
 * for all others. A record of an OLD row is always of the first kind, but for accept4.
 */
const ABSENT_WITHOUT_ENTER: ReadonlySet<string> = new Set([
  'syscall',
  'prlimit',
  'setresuid',
  'setresgid',
  'setuid',
  'setgid',
  'setpgid',
  'setns',
  'mkdir',
  'ptrace',
  'fchdir',
  'brk',
  'execve',
]);

/**
 * The address of a connect whose exit gives neither it nor the descriptor: the reference takes from an enter half
 * but once, and takes the descriptor.
 */
function isTakenTooLate({ name }: EventRow, param: ParamRow, count: number): boolean {
  return name === 'connect' && param.name === 'addr' && count <= 2;
}

/** Rows that were recorded under another call's name. */
const SUCCESSORS: ReadonlyMap<number, number> = new Map([
  [57, EVENT.ACCEPT4_6_X],
  [249, EVENT.ACCEPT4_6_X],
]);

/** Which half of which event: enter halves have even codes. */
function halfOf({ name, code }: EventRow): string {
  return `${name} ${code % 2}`;
}

/** Codes of the (first) rows that are in use today, by half. */
const CURRENT = new Map(
  EVENT_TABLE.filter(({ flags }) => (flags & (FLAG.OLD | FLAG.UNUSED)) === 0)
    .map((row) => [halfOf(row), row.code] as const)
    .reverse(),
);

function newestCode(row: EventRow): number {
  if ((row.flags & FLAG.OLD) === 0) {
    return row.code;
  }
  return SUCCESSORS.get(row.code) ?? CURRENT.get(halfOf(row)) ?? row.code;
}

/** Code of the newest row of the same name and half, by code; itself where it is the newest. */
export const NEWEST: readonly number[] = EVENT_TABLE.map(newestCode);

/** Index of the first of `names` among the first `count` parameters of `row`; -1 if none is there. */
function indexOf(row: EventRow | undefined, names: readonly string[], count: number): number {
  for (const name of names) {
    const index = row?.params.findIndex((param) => param.name === name) ?? -1;
    if (index !== -1 && index < count) {
      return index;
    }
  }
  return -1;
}

function fromRecord(recorded: EventRow, index: number, param: ParamRow): Slot['source'] {
  const wasDynamic = recorded.params[index]?.type === 'dyn' && param.type !== 'dyn';
  return wasDynamic ? SOURCE.RECORD_VALUE : SOURCE.RECORD;
}

function fromEnter(recorded: EventRow, newest: EventRow): Slot['source'] {
  const isOld = (recorded.flags & FLAG.OLD) !== 0 && newest.name !== 'accept4';
  return isOld || ABSENT_WITHOUT_ENTER.has(newest.name) ? SOURCE.ENTER : SOURCE.ENTER_OR_ZERO;
}

function slotFor(recorded: EventRow, newest: EventRow, param: ParamRow, count: number): Slot {
  const { name, type } = param;
  const { least: zeroBytes, most: mostBytes } = PARAM_TYPES[type];
  const oldName = RENAMED[newest.name]?.[name];
  const names = oldName === undefined ? [name] : [name, oldName];
  let index = indexOf(recorded, names, count);
  if (index !== -1) {
    return { source: fromRecord(recorded, index, param), index, zeroBytes, mostBytes };
  }
  const enterRow = recorded.code % 2 === 1 ? EVENT_TABLE[recorded.code - 1] : undefined;
  index = indexOf(enterRow, names, Infinity);
  const isRelated = UNRELATED[newest.name]?.includes(name) !== true;
  if (index !== -1 && isRelated && !isTakenTooLate(newest, param, count)) {
    return { source: fromEnter(recorded, newest), index, zeroBytes, mostBytes };
  }
  const isZero = ZERO_SLOTS[newest.name]?.includes(name) === true;
  return { source: isZero ? SOURCE.ZERO : SOURCE.ABSENT, index: 0, zeroBytes, mostBytes };
}

const known: (Plan | undefined)[][] = [];

/**
 * The plan for records of `code` with `count` parameters, made once. A row that is not brought to a newer
 * layout keeps the parameters it has.
 */
export function planFor(code: number, count: number): Plan {
  const recorded = EVENT_TABLE[code];
  const newest = EVENT_TABLE[NEWEST[code] ?? code];
  if (recorded === undefined || newest === undefined) {
    throw new Error(`no event has the code ${code}`);
  }
  const plans = (known[code] ??= []);
  const present = Math.min(count, recorded.params.length);
  let plan = plans[present];
  if (plan === undefined) {
    const slots = newest.params.map((param) => slotFor(recorded, newest, param, present));
    plan = {
      row: newest,
      slots,
      needsEnter: slots.some(
        ({ source }) => source === SOURCE.ENTER || source === SOURCE.ENTER_OR_ZERO,
      ),
      needsZero: slots.some(
        ({ source }) => source === SOURCE.ZERO || source === SOURCE.ENTER_OR_ZERO,
      ),
    };
    plans[present] = plan;
  }
  return plan;
}
