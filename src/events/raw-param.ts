/**
 * Parameters as values (`evt.rawarg.X`): what a condition compares, and how such a value prints, which is not
 * how `evt.arg.X` prints it: no names, unsigned numbers unsigned, octal without its zero.
 */
import { addressText } from './address.js';
import { ABSENT, type Event } from './event.js';
import { dotted } from './print.js';
import { readSigned, readUnsigned, type Place } from './print-number.js';
import type { ParamFormat, ParamRow, ParamType } from './row.js';
import { EVENT_TABLE } from './table.js';

/** A number is exact; text is a byte string; anything else is a view of the bytes. */
export type RawValue = number | bigint | string | boolean | Uint8Array;

/** A parameter's value with what its row says of it. */
export interface RawParam {
  readonly row: ParamRow;
  readonly value: RawValue;
}

const SIGNED: ReadonlySet<ParamType> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'errno',
  'fd',
  'fd32',
  'pid',
  'pid32',
]);
const TEXTS: ReadonlySet<ParamType> = new Set(['charbuf', 'fspath', 'fsrelpath']);
const BYTES: ReadonlySet<ParamType> = new Set([
  'bytebuf',
  'sockaddr',
  'socktuple',
  'fdlist',
  'dyn',
  'ipv4addr',
  'ipv6addr',
  'charbufarray',
  'charbufpairarray',
]);

function numberAt(place: Place, type: ParamType): number | bigint {
  return (SIGNED.has(type) ? readSigned(place) : readUnsigned(place)) ?? 0;
}

/**
 * Value of parameter `index`. An empty or absent one is 0, `<NA>` or no bytes, as its type says.
 *
 * @returns `undefined` for an index beyond the event's parameters.
 */
export function rawParam(event: Event, index: number): RawParam | undefined {
  const row = index < event.paramCount ? event.row.params[index] : undefined;
  if (row === undefined) {
    return undefined;
  }
  const { type } = row;
  if (TEXTS.has(type)) {
    const text = event.text(index);
    return { row, value: text === undefined || text === '(NULL)' ? '<NA>' : text };
  }
  if (BYTES.has(type)) {
    return { row, value: event.slice(index) ?? new Uint8Array(0) };
  }
  const start = event.starts[index] as number;
  const length = event.lengths[index] ?? ABSENT;
  const place = { view: event.view, start, length };
  if (type === 'double') {
    return { row, value: length === 8 ? event.view.getFloat64(start, true) : 0 };
  }
  const value = numberAt(place, type);
  return { row, value: type === 'bool' ? value !== 0 : value };
}

/** Text of a number; a negative one shows as two's complement of `bits` in hexadecimal and octal. */
function numberText(value: number | bigint, format: ParamFormat, bits: 32 | 64): string {
  const shown =
    value < 0 && (format === 'hex' || format === 'oct')
      ? BigInt.asUintN(bits, BigInt(value))
      : value;
  switch (format) {
    case 'hex':
      return shown.toString(16).toUpperCase();
    case 'oct':
      return shown.toString(8);
    case 'padded-dec':
      return String(value).padStart(9, '0');
    case 'na':
    case 'dec':
    case 'dir':
    case 'id':
      return String(value);
  }
}

const LONG: ReadonlySet<ParamType> = new Set(['int64', 'errno', 'fd', 'pid']);

/** Text of a raw value; `undefined` for types that have none (tuples, lists of descriptors). */
export function rawText({ row, value }: RawParam): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
    case 'bigint':
      return row.type === 'double'
        ? Number(value).toFixed(1)
        : numberText(value, row.format, LONG.has(row.type) ? 64 : 32);
    default:
      return bytesText(row.type, value);
  }
}

function bytesText(type: ParamType, value: Uint8Array): string | undefined {
  if (type === 'bytebuf') {
    return dotted(Buffer.from(value.buffer, value.byteOffset, value.length).latin1Slice());
  }
  return type === 'ipv4addr' || type === 'ipv6addr' ? addressText(value) : undefined;
}

/** By name, the parameters that have it: an event's code, and the index there. */
const PLACES = new Map<string, [code: number, index: number][]>();
for (const { code, params } of EVENT_TABLE) {
  params.forEach(({ name }, index) => {
    const places = PLACES.get(name) ?? [];
    places.push([code, index]);
    PLACES.set(name, places);
  });
}

/** Every name that a parameter of some event has. */
export const PARAM_NAMES: ReadonlySet<string> = new Set(PLACES.keys());

/** Index of the (first) parameter called `name` in each event, by code; -1 where there is none. */
export function paramIndexes(name: string): Int8Array {
  const indexes = new Int8Array(EVENT_TABLE.length).fill(-1);
  PLACES.get(name)?.forEach(([code, index]) => {
    indexes[code] = indexes[code] === -1 ? index : (indexes[code] as number);
  });
  return indexes;
}
