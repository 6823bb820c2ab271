/**
 * Values -> parameters of an event, for those who write captures: fixtures, tests, filters that keep events.
 * What is encoded here decodes to the same values. A parameter that is not given is empty, as recorders
 * write what they could not read.
 */
import { PARAM_TYPES } from './param-notation.js';
import type { ParamRow, ParamType } from './row.js';
import { EVENT_TABLE } from './table.js';

/** One end of an internet socket: 4 or 16 address bytes. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** A socket's address, or the path of a unix socket. */
export type SocketAddress = Endpoint | { readonly path: string };

/** Both ends of a connection; a unix socket has the kernel addresses of its ends. */
export type SocketTuple =
  | { readonly source: Endpoint; readonly destination: Endpoint }
  | { readonly source: bigint; readonly destination: bigint; readonly path: string };

/** A descriptor of a `poll` list. */
export interface PolledFd {
  readonly fd: number;
  readonly flags: number;
}

/** The chosen alternative of a dynamic parameter. */
export interface DynamicValue {
  readonly selector: number;
  readonly value: ParamValue;
}

/**
 * What a parameter may be given as: a number of any size; text as a byte string; several texts, each of which
 * gets its NUL; bytes as they are; or one of the shapes above, for the types that need them.
 */
export type ParamValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly string[]
  | SocketAddress
  | SocketTuple
  | readonly PolledFd[]
  | DynamicValue;

const FAMILY_UNIX = 1;
const FAMILY_IPV4 = 2;
const FAMILY_IPV6 = 10;

function integerBytes(value: number | bigint | boolean, size: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  let rest = BigInt.asUintN(size * 8, BigInt(value));
  for (let i = 0; i < size; i += 1) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function familyOf({ address }: Endpoint): number {
  return address.length === 4 ? FAMILY_IPV4 : FAMILY_IPV6;
}

function endpointBytes({ address, port }: Endpoint): Uint8Array {
  return Buffer.concat([address, integerBytes(port, 2)]);
}

function withNul(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'latin1');
}

function addressBytes(value: SocketAddress): Uint8Array {
  return 'path' in value
    ? Buffer.concat([Buffer.of(FAMILY_UNIX), withNul(value.path)])
    : Buffer.concat([Buffer.of(familyOf(value)), endpointBytes(value)]);
}

function tupleBytes(value: SocketTuple): Uint8Array {
  return 'path' in value
    ? Buffer.concat([
        Buffer.of(FAMILY_UNIX),
        integerBytes(value.source, 8),
        integerBytes(value.destination, 8),
        withNul(value.path),
      ])
    : Buffer.concat([
        Buffer.of(familyOf(value.source)),
        endpointBytes(value.source),
        endpointBytes(value.destination),
      ]);
}

function fdListBytes(list: readonly PolledFd[]): Uint8Array {
  const entries = list.flatMap(({ fd, flags }) => [integerBytes(fd, 8), integerBytes(flags, 2)]);
  return Buffer.concat([integerBytes(list.length, 2), ...entries]);
}

const ENDS_IN_NUL: ReadonlySet<ParamType> = new Set(['charbuf', 'fspath', 'fsrelpath']);

type List = readonly string[] | readonly PolledFd[];
type Structure = SocketAddress | SocketTuple | DynamicValue;

function isList(value: List | Structure): value is List {
  return Array.isArray(value);
}

function listBytes(row: ParamRow, list: List): Uint8Array {
  return row.type === 'fdlist'
    ? fdListBytes(list.filter((item) => typeof item !== 'string'))
    : Buffer.concat(list.filter((item) => typeof item === 'string').map(withNul));
}

function structureBytes(row: ParamRow, value: Structure): Uint8Array {
  if ('selector' in value) {
    const alternative = row.alternatives?.[value.selector];
    if (alternative === undefined) {
      throw new Error(`parameter ${row.name} has no alternative ${value.selector}`);
    }
    return Buffer.concat([Buffer.of(value.selector), encodeParam(alternative, value.value)]);
  }
  return 'source' in value ? tupleBytes(value) : addressBytes(value);
}

/**
 * The bytes of one parameter. Numbers are cut to their type's size.
 *
 * @throws {Error} if the type cannot hold such a value: a mistake of the caller.
 */
export function encodeParam(row: ParamRow, value: ParamValue | undefined): Uint8Array {
  if (value === undefined) {
    return new Uint8Array(0);
  }
  if (value instanceof Uint8Array) {
    return value;
  }
  const { least } = PARAM_TYPES[row.type];
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      if (least === 0) {
        throw new Error(`parameter ${row.name} is a ${row.type}, which a number is not`);
      }
      return integerBytes(value, least);
    case 'string':
      return ENDS_IN_NUL.has(row.type) ? withNul(value) : Buffer.from(value, 'latin1');
    default:
      return isList(value) ? listBytes(row, value) : structureBytes(row, value);
  }
}

/**
 * The parameters of an event, in the order of its row.
 *
 * @param code - Event code, see `EVENT`.
 * @param values - By parameter name; a name that the event has not is a mistake and throws.
 */
export function encodeEvent(
  code: number,
  values: Readonly<Record<string, ParamValue>>,
): Uint8Array[] {
  const row = EVENT_TABLE[code];
  const known = new Set(row?.params.map((param) => param.name));
  const stranger = Object.keys(values).find((name) => !known.has(name));
  if (row === undefined || stranger !== undefined) {
    throw new Error(`event ${code} has no parameter called ${stranger ?? 'anything'}`);
  }
  return row.params.map((param) => encodeParam(param, values[param.name]));
}
