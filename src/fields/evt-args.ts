/** The arguments of an event: by name, by number, as text and as recorded. */
import type { FieldArgument, FieldType, Value } from './field.js';
import { MomentNames } from './moment-names.js';
import { nearestName } from './nearest.js';
import {
  argText,
  EVENT_TABLE,
  PARAM_NAMES,
  paramIndexes,
  rawParam,
  rawText,
  type Event,
  type ParamType,
} from '../events/index.js';
import type { Moment } from '../state/index.js';

const NONE = -1;

/** What is wrong with the name of an argument; `undefined` where nothing is. */
export function argumentProblem(name: string): string | undefined {
  if (PARAM_NAMES.has(name)) {
    return undefined;
  }
  const near = nearestName(name, PARAM_NAMES);
  return `no event has an argument "${name}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}

function presentIndex(event: Event, indexes: Int8Array): number {
  const index = indexes[event.code] ?? NONE;
  return index < event.paramCount ? index : NONE;
}

/** Reader of `evt.arg`: the text of an argument, names resolved. */
export function argumentReader(
  argument: FieldArgument | undefined,
): (moment: Moment) => string | undefined {
  const number = argument?.index;
  if (number !== undefined) {
    return (moment) => argText(moment.event, number, new MomentNames(moment));
  }
  const indexes = paramIndexes(argument?.text ?? '');
  return (moment) => {
    const index = presentIndex(moment.event, indexes);
    return index === NONE ? undefined : argText(moment.event, index, new MomentNames(moment));
  };
}

const TYPES: Readonly<Record<ParamType, FieldType>> = {
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  charbuf: 'charbuf',
  bytebuf: 'bytebuf',
  errno: 'int64',
  sockaddr: 'bytebuf',
  socktuple: 'bytebuf',
  fd: 'int64',
  fd32: 'int32',
  pid: 'int64',
  pid32: 'int32',
  fdlist: 'bytebuf',
  fspath: 'charbuf',
  fsrelpath: 'charbuf',
  syscallid: 'uint16',
  sigtype: 'uint8',
  reltime: 'reltime',
  abstime: 'abstime',
  port: 'port',
  l4proto: 'uint8',
  sockfamily: 'uint8',
  bool: 'bool',
  ipv4addr: 'ipaddr',
  ipv6addr: 'ipaddr',
  dyn: 'bytebuf',
  flags8: 'uint8',
  flags16: 'uint16',
  flags32: 'uint32',
  enumflags8: 'uint8',
  enumflags16: 'uint16',
  enumflags32: 'uint32',
  uid: 'uint32',
  gid: 'uint32',
  double: 'double',
  sigset: 'uint32',
  charbufarray: 'bytebuf',
  charbufpairarray: 'bytebuf',
  mode: 'uint32',
};

/** Type of the first parameter of each name in the table: the field's, as far as filters are concerned. */
const TYPE_OF_NAME: ReadonlyMap<string, FieldType> = new Map(
  EVENT_TABLE.flatMap((row) => row.params)
    .map((param) => [param.name, TYPES[param.type]] as const)
    .reverse(),
);

/** Parameters that filters cannot compare with anything. */
const INCOMPARABLE: ReadonlySet<ParamType> = new Set([
  'bytebuf',
  'sockaddr',
  'socktuple',
  'fdlist',
  'syscallid',
  'sigtype',
  'l4proto',
  'sockfamily',
  'dyn',
  'uid',
  'gid',
  'sigset',
  'charbufarray',
  'charbufpairarray',
  'fd32',
  'pid32',
]);

const INCOMPARABLE_NAMES: ReadonlySet<string> = new Set(
  [
    ...new Map(
      EVENT_TABLE.flatMap((row) => row.params)
        .reverse()
        .map(({ name, type }) => [name, type] as const),
    ),
  ].flatMap(([name, type]) => (INCOMPARABLE.has(type) ? [name] : [])),
);

/** Whether a filter can compare the raw argument of that name with a value. */
export function isRawArgumentComparable(name: string): boolean {
  return !INCOMPARABLE_NAMES.has(name);
}

/** Type of a raw argument, by its name alone. */
export function rawArgumentType(argument: FieldArgument | undefined): FieldType {
  return TYPE_OF_NAME.get(argument?.text ?? '') ?? 'charbuf';
}

/** Reader of `evt.rawarg`: an argument as recorded; numbers and bytes that are not there are absent. */
export function rawArgumentReader(argument: FieldArgument | undefined): (moment: Moment) => Value {
  const indexes = paramIndexes(argument?.text ?? '');
  return ({ event }) => {
    const index = presentIndex(event, indexes);
    return index === NONE ? undefined : rawValue(event, index);
  };
}

/** Texts that are not there are `<NA>`, and filters see that. */
function rawValue(event: Event, index: number): Value {
  const param = rawParam(event, index);
  if (param === undefined || (typeof param.value !== 'string' && !event.has(index))) {
    return undefined;
  }
  const { value } = param;
  return value instanceof Uint8Array && TYPES[param.row.type] === 'bytebuf'
    ? event.raw(index)
    : value;
}

/** The text of a raw argument: a number that is not there prints as 0. */
export function rawArgumentText(
  { event }: Moment,
  argument: FieldArgument | undefined,
): string | undefined {
  const index = event.row.params.findIndex(({ name }) => name === argument?.text);
  const param = index < 0 ? undefined : rawParam(event, index);
  return param && rawText(param);
}
