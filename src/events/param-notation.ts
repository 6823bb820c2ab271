/**
 * Reads the notation in which the event table's rows write their parameters: see the head of table.ts.
 * A mistake in a row is a bug of ours and throws when the module is loaded.
 */
import { FLAG_TABLES } from './flag-tables.js';
import type { ParamFormat, ParamRow, ParamType } from './row.js';

/** Bytes of each type: `least` for a value of zero, `most` that a value may have (0: any length). */
interface TypeRow {
  readonly format: ParamFormat;
  readonly least: number;
  readonly most: number;
}

function fixed(bytes: number, format: ParamFormat = 'dec'): TypeRow {
  return { format, least: bytes, most: bytes };
}

function open(format: ParamFormat = 'na'): TypeRow {
  return { format, least: 0, most: 0 };
}

/** Usual format and size of every parameter type. */
export const PARAM_TYPES: Readonly<Record<ParamType, TypeRow>> = {
  int8: fixed(1),
  int16: fixed(2),
  int32: fixed(4),
  int64: fixed(8),
  uint8: fixed(1),
  uint16: fixed(2),
  uint32: fixed(4),
  uint64: fixed(8),
  charbuf: open(),
  bytebuf: open(),
  errno: fixed(8),
  sockaddr: open(),
  socktuple: open(),
  fd: fixed(8),
  fd32: fixed(4),
  pid: fixed(8),
  pid32: fixed(4),
  fdlist: open('dec'),
  fspath: open(),
  fsrelpath: open(),
  syscallid: fixed(2),
  sigtype: fixed(1),
  reltime: fixed(8),
  abstime: fixed(8),
  port: fixed(2, 'hex'),
  l4proto: fixed(1),
  sockfamily: fixed(1),
  bool: fixed(4),
  ipv4addr: fixed(4, 'hex'),
  ipv6addr: fixed(16, 'hex'),
  dyn: open('dec'),
  flags8: fixed(1),
  flags16: fixed(2, 'hex'),
  flags32: fixed(4, 'hex'),
  enumflags8: fixed(1),
  enumflags16: fixed(2),
  enumflags32: fixed(4),
  uid: fixed(4),
  gid: fixed(4),
  double: fixed(8),
  sigset: fixed(4),
  charbufarray: open(),
  charbufpairarray: open(),
  mode: fixed(4, 'oct'),
};

const FORMATS: Readonly<Record<string, ParamFormat>> = {
  na: 'na',
  dec: 'dec',
  hex: 'hex',
  oct: 'oct',
};
const PARAM = /^(?:(\w+):)?(\w+)(?:\/(\w+))?(?:=(\w+))?(?:@(\w+))?(?:\((.*)\))?$/;

function isParamType(word: string | undefined): word is ParamType {
  return word !== undefined && Object.hasOwn(PARAM_TYPES, word);
}

function parseParam(text: string, before: readonly ParamRow[]): ParamRow {
  const [, name = '', type, format, flags, directory, alternatives] = PARAM.exec(text) ?? [];
  if (!isParamType(type) || (flags !== undefined && FLAG_TABLES[flags] === undefined)) {
    throw new Error(`the event table has a parameter that makes no sense: ${text}`);
  }
  return {
    name,
    type,
    format: FORMATS[format ?? ''] ?? PARAM_TYPES[type].format,
    ...(flags !== undefined && { flags }),
    ...(directory !== undefined && { dirfd: indexOf(directory, before) }),
    ...(alternatives !== undefined && { alternatives: parseAlternatives(alternatives) }),
  };
}

/** Which of the parameters before it holds the directory that a path is relative to. */
function indexOf(directory: string, before: readonly ParamRow[]): number {
  const index = before.findIndex((row) => row.name === directory);
  if (index === -1) {
    throw new Error(
      `the event table names a directory that no parameter before it holds: ${directory}`,
    );
  }
  return index;
}

function parseAlternatives(text: string): readonly ParamRow[] {
  return text.split('|').map((alternative) => parseParam(alternative, []));
}

/** The parameters of one row, in order; an empty text has none. */
export function parseParams(text: string): readonly ParamRow[] {
  const params: ParamRow[] = [];
  for (const word of text.split(' ')) {
    if (word !== '') {
      params.push(parseParam(word, params));
    }
  }
  return params;
}
