/** Blocks <-> events. See README.md. */
export { swapParameters } from './byte-order.js';
export { EVENT } from './codes.js';
export { endsInitialState, EventDecoder, VISIBILITY, type Visibility } from './decoder.js';
export {
  encodeEvent,
  encodeParam,
  type DynamicValue,
  type Endpoint,
  type ParamValue,
  type PolledFd,
  type SocketAddress,
} from './encode.js';
export { AT_FDCWD } from './dirfd.js';
export { errorName } from './error-table.js';
export { CATEGORY, FLAG, categoryName, isInputOutput } from './event-bits.js';
export { ABSENT, Event, MAX_PARAMS, Params, RESULT } from './event.js';
export { FLAG_TABLES, type NamedBits } from './flag-tables.js';
export { KIND_COUNT, kindOf, kindOfCall, UNNAMED_CALL } from './kind.js';
export { paramsOf, type ParamsOf } from './params-of.js';
export { NO_NAMES, type NamedFd, type Names } from './names.js';
export { argsText, argText, dotted, printParam, type PrintedParam } from './print.js';
export { printableOf, REPLACEMENT, sequenceAt } from './printable.js';
export {
  addressText,
  ipv4EndText,
  ipv4Text,
  ipv6EndText,
  ipv6Text,
  isIpv4Mapped,
} from './address.js';
export { FAMILY, pathAt, socketAddressText, tupleText, unixText } from './print-socket.js';
export { secondsText, timeText } from './print-number.js';
export {
  PARAM_NAMES,
  paramIndexes,
  rawParam,
  rawText,
  type RawParam,
  type RawValue,
} from './raw-param.js';
export type { EventRow, ParamFormat, ParamRow, ParamType } from './row.js';
export { PLUGINS, sourceOf, SYSCALL_SOURCE } from './source.js';
export { SYSCALL_TABLE, syscallName, type SyscallRow } from './syscall-table.js';
export { EVENT_TABLE } from './table.js';
