/**
 * Parameters as text, the way the reference prints them: a plain text (the number, the path as recorded), and
 * for many types a second one that resolves it (the flags' names, the error, the descriptor's name).
 * `evt.args` shows both, `evt.arg.X` the second if there is one. Texts are byte strings.
 */
import { addressText } from './address.js';
import { EVENT } from './codes.js';
import { AT_FDCWD } from './dirfd.js';
import { errorName, signalName } from './error-table.js';
import { ABSENT, type Event } from './event.js';
import { FLAG_TABLES, type NamedBits } from './flag-tables.js';
import type { Names } from './names.js';
import { enumNames, flagNames, modeNames } from './print-bits.js';
import {
  integerText,
  readSigned,
  readUnsigned,
  secondsText,
  timeText,
  type Place,
} from './print-number.js';
import { socketAddressText, tupleText } from './print-socket.js';
import { printableOf } from './printable.js';
import type { ParamFormat, ParamRow, ParamType } from './row.js';
import { syscallName } from './syscall-table.js';

/** A parameter as text. */
export interface PrintedParam {
  readonly text: string;
  /** What it stands for; empty where nothing is known of it. */
  readonly resolved: string;
}

/** One parameter about to be printed. */
interface Printing extends Place {
  readonly event: Event;
  readonly row: ParamRow;
  /** The outer row's, for the alternatives of a dynamic parameter too. */
  readonly format: ParamFormat;
  readonly names: Names;
}

type Printer = (param: Printing) => PrintedParam;

const NOT_THERE = '<NA>';
/** How these types print when they are empty or absent; all others print `<NA>`. */
const PRINTED_NULL: ReadonlySet<ParamType> = new Set([
  'bytebuf',
  'socktuple',
  'fdlist',
  'charbufarray',
  'charbufpairarray',
  'dyn',
]);

function plain(text: string): PrintedParam {
  return { text, resolved: '' };
}

function bytesOf({ event, start, length }: Printing): Buffer {
  return event.bytes.subarray(start, start + length);
}

function unsignedOf(param: Place): number {
  return Number(readUnsigned(param) ?? 0);
}

function textOf({ event, start, length }: Printing): string {
  let end = start;
  while (end < start + length && event.bytes[end] !== 0) {
    end += 1;
  }
  const text = event.bytes.latin1Slice(start, end);
  return text === '(NULL)' ? NOT_THERE : text;
}

function signed(param: Printing): PrintedParam {
  return plain(integerText(param, true, param.format) ?? NOT_THERE);
}

function unsigned(param: Printing): PrintedParam {
  return plain(integerText(param, false, param.format) ?? NOT_THERE);
}

function fd(param: Printing): PrintedParam {
  const value = readSigned(param);
  if (value === undefined) {
    return plain(NOT_THERE);
  }
  const text = String(value);
  if (!param.names.hasThread) {
    return plain(text);
  }
  if (value >= 0) {
    const named = param.names.fd(Number(value));
    const name = printableOf(named?.name ?? '');
    return { text, resolved: named === undefined ? '' : `<${named.letters}>${name}` };
  }
  return { text, resolved: value === AT_FDCWD ? 'AT_FDCWD' : (errorName(Number(value)) ?? '') };
}

function errno(param: Printing): PrintedParam {
  const value = readSigned(param);
  if (value === undefined) {
    return plain(NOT_THERE);
  }
  return { text: String(value), resolved: value < 0 ? (errorName(Number(value)) ?? '') : '' };
}

function pid(param: Printing): PrintedParam {
  const value = readSigned(param);
  return value === undefined
    ? plain(NOT_THERE)
    : { text: String(value), resolved: param.names.command(Number(value)) ?? '' };
}

function path(param: Printing): PrintedParam {
  const recorded = textOf(param);
  const text = printableOf(recorded);
  const isRelative = recorded !== '' && !recorded.startsWith('/') && recorded !== NOT_THERE;
  if (!isRelative || !param.names.hasThread) {
    return plain(text);
  }
  const { dirfd } = param.row;
  const directory = dirfd === undefined ? AT_FDCWD : param.event.signed(dirfd);
  if (directory === undefined) {
    return plain(text);
  }
  const absolute = param.names.absolutePath(
    recorded,
    directory === AT_FDCWD ? undefined : directory,
  );
  return { text, resolved: printableOf(absolute) };
}

const NOT_PRINTABLE = /[^ -~]/g;

/** Bytes with a dot for each that is not printable ASCII. */
export function dotted(bytes: string): string {
  return bytes.replace(NOT_PRINTABLE, '.');
}

const FD_ENTRY_BYTES = 10;

/** `3:40 4:64`: number, letter of the kind, then the events asked for or seen, in hexadecimal. */
function fdList(param: Printing): PrintedParam {
  const { view, start, length, names } = param;
  if (!names.hasThread || length < 2) {
    return plain('');
  }
  const fit = Math.floor((length - 2) / FD_ENTRY_BYTES);
  const count = Math.min(view.getUint16(start, true), fit);
  const items: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = start + 2 + i * FD_ENTRY_BYTES;
    const number = view.getBigUint64(at, true);
    const letter = names.fd(Number(number))?.letters.slice(0, 1) ?? '?';
    const flags = view.getInt16(at + 8, true) >>> 0;
    items.push(`${number}:${letter}${flags.toString(16)}`);
  }
  return plain(items.join(' '));
}

function syscall(param: Printing): PrintedParam {
  const code = unsignedOf(param);
  const name = syscallName(code);
  return name === undefined ? plain('<unknown syscall>') : { text: String(code), resolved: name };
}

function signal(param: Printing): PrintedParam {
  const value = unsignedOf(param);
  return { text: String(value), resolved: signalName(value) ?? '' };
}

function signalSet(param: Printing): PrintedParam {
  const bits = unsignedOf(param);
  const names: string[] = [];
  for (let i = 0; i < 32; i += 1) {
    const name = signalName(i + 1);
    if ((bits & (1 << i)) !== 0 && name !== undefined) {
      names.push(name);
    }
  }
  return plain(names.join(' '));
}

const ENDLESS = 0xffffffffffffffffn;

function duration(param: Printing): PrintedParam {
  const value = readUnsigned(param);
  if (value === undefined) {
    return plain(NOT_THERE);
  }
  return value === ENDLESS ? plain('none') : { text: String(value), resolved: secondsText(value) };
}

function time(param: Printing): PrintedParam {
  const value = readUnsigned(param);
  return plain(value === undefined ? NOT_THERE : timeText(BigInt(value)));
}

function tableOf(row: ParamRow): readonly NamedBits[] {
  return (row.flags === undefined ? undefined : FLAG_TABLES[row.flags]) ?? [];
}

function flags(param: Printing): PrintedParam {
  const value = unsignedOf(param);
  return { text: String(value), resolved: flagNames(value, tableOf(param.row)) };
}

function enumeration(param: Printing): PrintedParam {
  const value = unsignedOf(param);
  return { text: String(value), resolved: enumNames(value, tableOf(param.row)) };
}

function mode(param: Printing): PrintedParam {
  return {
    text: integerText(param, false, param.format) ?? NOT_THERE,
    resolved: modeNames(unsignedOf(param), tableOf(param.row)),
  };
}

const NOBODY = 0xffffffff;

function account(param: Printing, nameOf: (id: number) => string | undefined): PrintedParam {
  const id = unsignedOf(param);
  if (id === NOBODY) {
    return { text: '-1', resolved: '<NONE>' };
  }
  const name = param.names.hasThread ? nameOf(id) : undefined;
  const isNamed = name !== undefined && name !== '';
  return { text: String(id | 0), resolved: isNamed ? printableOf(name) : NOT_THERE };
}

/** The selector says which alternative the value is; a selector beyond them says nothing. */
function dynamic(param: Printing): PrintedParam {
  const alternative = param.row.alternatives?.[param.view.getUint8(param.start)];
  if (alternative === undefined) {
    return plain('INVALID DYNAMIC PARAMETER');
  }
  if (alternative.type === 'charbuf' && param.length === 1) {
    return plain('(null)');
  }
  return PRINTERS[alternative.type]({
    ...param,
    row: alternative,
    start: param.start + 1,
    length: param.length - 1,
  });
}

function list(param: Printing, separator: string): PrintedParam {
  const items = bytesOf(param).latin1Slice().split('\0');
  return plain((items.at(-1) === '' ? items.slice(0, -1) : items).join(separator));
}

function yesOrNo(param: Printing): PrintedParam {
  return plain(unsignedOf(param) === 0 ? 'false' : 'true');
}

function fraction(param: Printing): PrintedParam {
  return plain(
    param.length === 8 ? param.view.getFloat64(param.start, true).toFixed(1) : NOT_THERE,
  );
}

const buffer: Printer = (param) => plain(dotted(bytesOf(param).latin1Slice()));
const text: Printer = (param) => plain(textOf(param));
const address: Printer = (param) => plain(socketAddressText(bytesOf(param)));
const ip: Printer = (param) => plain(addressText(bytesOf(param)) ?? NOT_THERE);

const PRINTERS: Readonly<Record<ParamType, Printer>> = {
  int8: signed,
  int16: signed,
  int32: signed,
  int64: signed,
  uint8: unsigned,
  uint16: unsigned,
  uint32: unsigned,
  uint64: unsigned,
  charbuf: text,
  bytebuf: buffer,
  errno,
  sockaddr: address,
  socktuple: (param) => plain(tupleText(bytesOf(param))),
  fd,
  fd32: fd,
  pid,
  pid32: pid,
  fdlist: fdList,
  fspath: path,
  fsrelpath: path,
  syscallid: syscall,
  sigtype: signal,
  reltime: duration,
  abstime: time,
  port: unsigned,
  l4proto: unsigned,
  sockfamily: unsigned,
  bool: yesOrNo,
  ipv4addr: ip,
  ipv6addr: ip,
  dyn: dynamic,
  flags8: flags,
  flags16: flags,
  flags32: flags,
  enumflags8: enumeration,
  enumflags16: enumeration,
  enumflags32: enumeration,
  uid: (param) => account(param, (id) => param.names.user(id)),
  gid: (param) => account(param, (id) => param.names.group(id)),
  double: fraction,
  sigset: signalSet,
  charbufarray: (param) => list(param, '.'),
  charbufpairarray: (param) => list(param, ','),
  mode,
};

/** Print parameter `index`, absent or not; `0 <= index < event.paramCount`. Never throws on hostile bytes. */
export function printParam(event: Event, index: number, names: Names): PrintedParam {
  const row = event.row.params[index];
  const length = event.lengths[index] ?? ABSENT;
  if (row === undefined || length <= 0) {
    return plain(row !== undefined && PRINTED_NULL.has(row.type) ? 'NULL' : NOT_THERE);
  }
  const start = event.starts[index] as number;
  const { view } = event;
  return PRINTERS[row.type]({ event, view, start, length, row, format: row.format, names });
}

/** What `evt.arg.X` shows: the resolved text if there is one; `undefined` for an index beyond the event's parameters. */
export function argText(event: Event, index: number, names: Names): string | undefined {
  if (index < 0 || index >= event.paramCount) {
    return undefined;
  }
  const { text: recorded, resolved } = printParam(event, index, names);
  return resolved === '' ? recorded : resolved;
}

/** What `evt.args` shows: `res=-2(ENOENT) name=...`; empty for a system call without an event of its own. */
export function argsText(event: Event, names: Names): string {
  if (event.code === EVENT.GENERIC_X) {
    return '';
  }
  const shown: string[] = [];
  for (let i = 0; i < event.paramCount; i += 1) {
    const { text: recorded, resolved } = printParam(event, i, names);
    const name = event.row.params[i]?.name ?? '';
    shown.push(`${name}=${recorded}${resolved === '' ? '' : `(${resolved})`}`);
  }
  return shown.join(' ');
}
